/** The items of a JSON list, or of a file with one JSON object a line, whichever it is. */
import { DatasetError, type DatasetFiles } from '../format.ts';

export interface JsonItem {
  readonly value: unknown;
  /** For a report: `item 17`, `line 17`; both count from 1. */
  readonly item: string;
}

const decoder = new TextDecoder();

/** Throws a `DatasetError` where the file is neither. */
export async function* jsonItems(files: DatasetFiles, path: string): AsyncGenerator<JsonItem> {
  if (await isLines(files, path)) {
    for await (const { text, line } of files.lines(path)) {
      if (text.trim() === '') continue;
      yield { value: parsed(text, path, `line ${line + 1}`), item: `line ${line + 1}` };
    }
    return;
  }
  for await (const { key, index, bytes } of files.entries(path)) {
    if (key !== '')
      throw new DatasetError(
        `${path} is a JSON object where a list of items is wanted: name another file, or another --from.`,
      );
    const item = `item ${index + 1}`;
    yield { value: parsed(decoder.decode(bytes), path, item), item };
  }
}

/** By the name, and by how the first line ends: an object that is whole there is one of many. */
export async function isLines(files: DatasetFiles, path: string): Promise<boolean> {
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return true;
  // A list without a line break is one line, which can be longer than a text may be.
  if (await isList(files, path)) return false;
  for await (const { text } of files.lines(path)) {
    const first = text.replace(/^\ufeff/, '').trim();
    if (first === '') continue;
    return first.startsWith('{') && first.endsWith('}') && isJson(first);
  }
  return false;
}

/** Whether the file begins as a list that has an item. */
async function isList(files: DatasetFiles, path: string): Promise<boolean> {
  try {
    for await (const { key, index } of files.entries(path)) return key === '' && index >= 0;
  } catch {
    // What is wrong is said where the file is read.
  }
  return false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parsed(text: string, path: string, item: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DatasetError(
      `${path}, ${item}, is no JSON (${(error as Error).message}): mend it, or name another file.`,
    );
  }
}
