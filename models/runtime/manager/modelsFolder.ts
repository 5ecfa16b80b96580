import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where models lie that were added or downloaded: one folder for a user, which the editor and the command share.
 * `USCDF_MODELS` names another one.
 */
export function modelsFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  const { USCDF_MODELS: own, XDG_DATA_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own) return resolve(own);
  if (platform === 'win32') return join(local || join(homedir(), 'AppData', 'Local'), 'uscdf', 'models');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'uscdf', 'models');
  // A relative XDG_DATA_HOME is to be ignored, says its specification.
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.local', 'share'), 'uscdf', 'models');
}
