import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InferenceWorker } from './host.ts';
import { licenceNote } from './licence.ts';
import { BUNDLE, buildWorker, PHOTOS, workFolder } from './testing/builtWorker.ts';

const folder = workFolder('licence');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a licence forbids', () => {
  it('is nothing to speak of where the manifest names no limits', () => {
    expect(
      licenceNote({ title: 'X', licence: { expression: 'MIT', files: ['LICENSE'], forbids: [] } }),
    ).toBeUndefined();
  });

  it('is said in one list, with the terms that no list has a word for', () => {
    const licence = {
      expression: 'CC-BY-NC-ND-4.0',
      files: ['LICENSE'],
      forbids: ['commercial-use' as const, 'redistribution' as const, 'modification' as const],
      terms: 'Name the authors.',
    };
    expect(licenceNote({ title: 'X', licence })).toBe(
      'The licence of X (CC-BY-NC-ND-4.0) forbids commercial use, passing the model on and changing the model: see to it that your use is none of that. Name the authors.',
    );
  });

  it('stands in the notes of every draft, where it is accepted', async () => {
    const bundle = join(folder, 'bundle');
    cpSync(BUNDLE, bundle, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8'));
    manifest.licence.forbids = ['commercial-use'];
    writeFileSync(join(bundle, 'bundle.json'), JSON.stringify(manifest));
    const worker = new InferenceWorker({ workerPath: await buildWorker(folder) });
    try {
      const { notes } = await worker.draft({
        bundle,
        image: join(PHOTOS, '000000214753.jpg'),
        task: 'gcg',
        device: 'cpu',
      });
      expect(notes.at(-1)).toMatch(/forbids commercial use/);
    } finally {
      worker.dispose();
    }
  });
});
