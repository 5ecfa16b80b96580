/** Writes whole records in each of the three file kinds. Edits of what already stands in a file are `SourceRecord.edit`. */

import { fail, ok, type Result } from '../result.ts';
import type { FileKind } from './document.ts';
import { headerEntry } from './headerEntry.ts';
import { isObject } from './isObject.ts';
import { type JsonStyle, PYTHON_STYLE, writeJson } from './jsonStyle.ts';
import { SEPARATOR, SPEAKER } from './textLayout.ts';

const LIST_STYLE: JsonStyle = { colon: ': ', comma: ', ', indent: '  ', ending: '\n', ascii: false };

/** A file of records, ending in a newline. Fails where a record holds something that a `.uscdf` text cannot. */
export function writeFile(kind: FileKind, records: readonly Readonly<Record<string, unknown>>[]): Result<string> {
  const written: string[] = [];
  for (const record of records) {
    const one = writeRecord(kind, record, kind === 'json' ? '  ' : '');
    if (!one.ok) return one;
    written.push(one.value);
  }
  if (kind === 'json') return ok(written.length === 0 ? '[]\n' : `[\n  ${written.join(',\n  ')}\n]\n`);
  return ok(written.map((record) => (kind === 'jsonl' ? `${record}\n` : record)).join(''));
}

/** One record: a line, an indented JSON object without a newline behind it, or a `.uscdf` text. */
export function writeRecord(kind: FileKind, record: Readonly<Record<string, unknown>>, indent = ''): Result<string> {
  if (kind === 'jsonl') return ok(writeJson(record, PYTHON_STYLE));
  if (kind === 'json') return ok(writeJson(record, LIST_STYLE, indent));
  return writeText(record);
}

function writeText(record: Readonly<Record<string, unknown>>): Result<string> {
  const { conversations, ...header } = record;
  const lines = ['---', ...Object.entries(header).map(([key, value]) => headerEntry(key, value)), '---'];
  for (const turn of Array.isArray(conversations) ? conversations : []) {
    if (!isObject(turn) || typeof turn['value'] !== 'string') continue;
    const wrong = turn['value'].split('\n').find((line, i) => SEPARATOR.test(line) || (i > 0 && SPEAKER.test(line)));
    if (wrong !== undefined) {
      return fail(
        `A turn with the line "${wrong}" cannot be written as .uscdf text, which would read it as the next turn: keep this record in JSON.`,
      );
    }
    lines.push(`${turn['from'] === 'gpt' ? 'Assistant' : 'User'}: ${turn['value'].trim()}`);
  }
  return ok(`${lines.join('\n')}\n`);
}
