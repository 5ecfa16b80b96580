import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { modelsFolder } from '../../models/runtime/manager/modelsFolder.ts';
import { ModelStore } from '../../models/runtime/manager/store.ts';
import { bundlesFolder } from '../installation.ts';

/** The models that ship with the command, and those that the user added or downloaded. */
export function modelStore(): ModelStore {
  return new ModelStore({ folder: modelsFolder(), shipped: bundlesFolder() });
}

/** The folder of a bundle that is named by its folder, or by the name of one that ships, was added or downloaded. */
export async function findBundle(folderOrName: string): Promise<string> {
  return existsSync(join(folderOrName, 'bundle.json')) ? resolve(folderOrName) : modelStore().findBundle(folderOrName);
}
