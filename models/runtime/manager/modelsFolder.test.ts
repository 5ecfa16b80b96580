import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modelsFolder } from './modelsFolder.ts';

it.each([
  ['linux', {}, join(homedir(), '.local/share/uscdf/models')],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/uscdf/models'],
  ['linux', { XDG_DATA_HOME: 'relative' }, join(homedir(), '.local/share/uscdf/models')],
  ['darwin', { XDG_DATA_HOME: '/data' }, join(homedir(), 'Library/Application Support/uscdf/models')],
  ['win32', { LOCALAPPDATA: '/local' }, join('/local', 'uscdf/models')],
  ['linux', { USCDF_MODELS: '/mine', XDG_DATA_HOME: '/data' }, '/mine'],
])('on %s with %j models lie in %s', (platform, environment, folder) => {
  expect(modelsFolder(environment, platform)).toBe(folder);
});
