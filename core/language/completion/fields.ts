/** The texts of a record that somebody can write in: turns, and values between quotes or without them. */
import type { FileKind, RecordCell } from '../../records/document.ts';
import { escapeForJson, jsonStringMap, linesMap } from '../../records/escapeMap.ts';
import { layOut } from '../../records/textLayout.ts';
import type { Place } from '../places/flowPlace.ts';
import type { Field } from './proposal.ts';

/** The source itself, for keys and lines. */
export function sourceField(source: string, cursor: number): Field {
  return { text: source, cursor, locate: (span) => span, write: (text) => text, around: ['', ''] };
}

/** The value at a place; `undefined` where the cursor stands before or behind its quotes. */
export function valueField(
  kind: FileKind,
  source: string,
  { written, quote }: Place,
  cursor: number,
): Field | undefined {
  if (quote === undefined) return bareField(kind, source.slice(written.start, written.end), written.start, cursor);
  const closed = written.end - written.start > 1 && source[written.end - 1] === quote;
  const start = written.start + 1;
  // A string that is not closed holds what was typed; what follows on its line may be something else.
  const end = closed ? written.end - 1 : cursor;
  if (cursor < start || cursor > end) return undefined;
  const literal = source.slice(start, end);
  if (quote === "'") {
    const write = (text: string) => text.replaceAll("'", "''");
    return { ...bareField(kind, literal, start, cursor), write, around: ['', ''] };
  }
  const text = unescaped(literal);
  if (text === undefined) return { ...bareField(kind, literal, start, cursor), write: escapeForJson, around: ['', ''] };
  const map = jsonStringMap(source, written.start, end + 1);
  return {
    text,
    cursor: Math.min(map.toPlain(cursor), text.length),
    locate: (span) => map.toSourceSpan(span),
    write: escapeForJson,
    around: ['', ''],
  };
}

function bareField(kind: FileKind, text: string, start: number, cursor: number): Field {
  return {
    text,
    cursor: cursor - start,
    locate: (span) => ({ start: span.start + start, end: span.end + start }),
    write: kind === 'uscdf' ? yamlScalar : escapeForJson,
    around: kind === 'uscdf' ? ['', ''] : ['"', '"'],
  };
}

/** Words that YAML reads as text are written as they are, in its flow form too. */
function yamlScalar(text: string): string {
  const plain = /^[A-Za-z_.][\w./ -]*$/.test(text) && !/ $|^(?:true|false|null)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

function unescaped(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal;
  try {
    const value: unknown = JSON.parse(`"${literal}"`);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The turn of a `.uscdf` that the cursor is in, with the white space up to the cursor, which the record leaves out. */
export function turnField(
  cell: RecordCell,
  cursor: number,
): { readonly field: Field; readonly index: number } | undefined {
  const { source } = cell;
  const turn = layOut(source).turns.findLast(({ speaker }) => speaker.end < cursor);
  if (turn === undefined) return undefined;
  const start = Math.min(turn.body.start, cursor);
  const end = Math.max(turn.body.end, cursor);
  const map = linesMap(source, start, end);
  const ending = source.includes('\r\n') ? '\r\n' : '\n';
  const text = source.slice(start, end).replaceAll('\r\n', '\n');
  const field: Field = {
    text,
    cursor: Math.min(map.toPlain(cursor), text.length),
    locate: (span) => map.toSourceSpan(span),
    write: (words) => words.replaceAll('\n', ending),
    around: ['', ''],
  };
  return { field, index: turn.index };
}
