/** Finds the two files of a set: its expressions and its instances. */
import { DatasetError, type DatasetFiles } from '../format.ts';

export interface SetFiles {
  readonly refs: string;
  readonly instances: string;
}

const REFS = /^g?refs\((.*)\)\.(?:p|pkl|pickle|json)$/;
const INSTANCES = /instances[^/]*\.json$/i;

/**
 * The pairs of files that the user named: a folder with both, a folder with such folders' parent, or the files themselves.
 * Throws a `DatasetError` where one of a pair is missing.
 *
 * @param splitBy Which refs file of a folder.
 */
export async function setFiles(
  files: DatasetFiles,
  paths: readonly string[],
  kind: string,
  splitBy: string,
): Promise<readonly SetFiles[]> {
  const found: SetFiles[] = [];
  const named: string[] = [];
  for (const path of paths) {
    if ((await files.kind(path)) === 'folder') found.push(await ofFolder(files, path, kind, splitBy));
    else named.push(path);
  }
  const instances = named.filter((path) => INSTANCES.test(path));
  for (const refs of named.filter((path) => !INSTANCES.test(path))) {
    const beside = `${parentOf(refs)}instances.json`;
    const one = instances.length === 1 ? instances[0]! : beside;
    if (instances.length !== 1 && (await files.kind(beside)) !== 'file')
      throw new DatasetError(`${refs}: its masks are in instances.json, which is not beside it: name that file too.`);
    found.push({ refs, instances: one });
  }
  if (found.length === 0)
    throw new DatasetError(`${paths.join(', ')}: name the refs file too: refs(${splitBy}).p, or its folder.`);
  return found;
}

async function ofFolder(files: DatasetFiles, folder: string, kind: string, splitBy: string): Promise<SetFiles> {
  const own = (await files.kind(`${folder}/${kind}`)) === 'folder' ? `${folder}/${kind}` : folder;
  const names = (await files.list(own)).filter((entry) => entry.kind === 'file').map(({ name }) => name);
  const refs = names.filter((name) => REFS.test(name));
  const chosen = refs.find((name) => REFS.exec(name)?.[1] === splitBy);
  if (chosen === undefined) {
    const there = refs.length === 0 ? 'there is none' : `there are ${refs.join(', ')}: choose with --set split-by=NAME`;
    throw new DatasetError(`${own}: no refs(${splitBy}) file is here; ${there}.`);
  }
  if (!names.includes('instances.json'))
    throw new DatasetError(`${own}: there is no instances.json here, which has the masks: add it.`);
  return { refs: `${own}/${chosen}`, instances: `${own}/instances.json` };
}

/** With the slash at its end; empty for a bare name. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
