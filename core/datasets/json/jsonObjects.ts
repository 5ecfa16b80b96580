/** The items of a JSON list, of a file with one object a line, or of a file that is one object itself. */
import type { DatasetFiles } from '../format.ts';
import { isLines, type JsonItem, jsonItems } from './jsonItems.ts';

/** Throws a `DatasetError` where the file is none of them. */
export async function* jsonObjects(files: DatasetFiles, path: string): AsyncGenerator<JsonItem> {
  if (!(await isLines(files, path)) && (await isOneObject(files, path)))
    yield { value: await files.json(path), item: 'the file' };
  else yield* jsonItems(files, path);
}

async function isOneObject(files: DatasetFiles, path: string): Promise<boolean> {
  for await (const { key } of files.entries(path)) return key !== '';
  return false;
}

/** The files that the user named, and those with the ending that lie in folders that were named, in alphabetical order. */
export async function filesNamed(
  files: DatasetFiles,
  paths: readonly string[],
  ending: RegExp,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if ((await files.kind(path)) !== 'folder') found.push(path);
    else
      for (const { name, kind } of await files.list(path))
        if (kind === 'file' && ending.test(name)) found.push(`${path}/${name}`);
  }
  return found;
}
