/** Where GranD's annotations lie: a folder of JSON files, GLaMM's prepared folder with `anno_files.txt`, or files by name. */
import { DatasetError, type DatasetFiles } from '../format.ts';

/** Boxes and labels without a sentence: nothing of it becomes a record. */
const NO_TEXT = 'object_level';
const LIST = 'anno_files.txt';

/** Every file that was named, and those below folders that were named. Throws a `DatasetError` where a folder has none. */
export async function* annotationFiles(files: DatasetFiles, paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    if ((await files.kind(path)) !== 'folder') {
      yield path;
      continue;
    }
    let count = 0;
    for await (const file of filesBelow(files, path)) {
      count++;
      yield file;
    }
    if (count === 0)
      throw new DatasetError(`${path}: there is no JSON file below it: name the folder of GranD's annotations.`);
  }
}

async function* filesBelow(files: DatasetFiles, folder: string): AsyncGenerator<string> {
  const hasList = (await files.kind(`${folder}/${LIST}`)) === 'file';
  const wanted = hasList ? listed(await files.text(`${folder}/${LIST}`)) : undefined;
  const todo = [folder];
  for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
    for (const { name, kind } of await files.list(at)) {
      if (kind === 'folder') {
        if (name !== NO_TEXT) todo.push(`${at}/${name}`);
      } else if (/\.json$/i.test(name) && (wanted === undefined || wanted.has(stemOf(name)))) yield `${at}/${name}`;
    }
  }
}

function listed(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(/\r?\n/)
      .map((line) => stemOf(line.trim()))
      .filter((name) => name !== ''),
  );
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/i, '');
}
