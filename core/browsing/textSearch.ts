/**
 * Finds records by the words of a phrase or by their id. Lines of a file are looked through as bytes first, which says of nearly
 * all of them that they cannot hold the text, so that few are parsed.
 */
import type { RecordModel } from '../records/recordModel.ts';

export interface Needle {
  /** In lower case, with one space for each run of blanks. */
  readonly text: string;
  /**
   * A stretch of it that stands in every line that holds it, whatever the case: printable ASCII that JSON does not escape. Empty
   * where there is none, so that every line has to be parsed.
   */
  readonly sure: string;
}

/** JSON can write any letter as its number; a line that does so for an ASCII one may hold the text all the same. */
const ESCAPED_ASCII = '\\u00';

/** `undefined` for a text of blanks, which stands everywhere. */
export function needleOf(text: string): Needle | undefined {
  const plain = plainText(text);
  return plain === '' ? undefined : { text: plain, sure: longestSure(plain) };
}

/** Goes through lines and finds those that may hold a text. `lines` are bytes as Latin-1 letters. */
export class CandidateScan {
  private found = -1;
  private escaped = -1;
  /** Whatever the case; a stretch of letters and signs, so that looking for it takes one pass. */
  private readonly sure: RegExp;

  constructor(
    private readonly lines: string,
    private readonly needle: Needle,
  ) {
    this.sure = new RegExp(needle.sure.replace(/[^a-z0-9]/g, '\\$&'), 'gi');
  }

  /** A place in the next candidate, from `from` on, which only grows; -1 where there is none. */
  next(from: number): number {
    const { lines, needle } = this;
    if (needle.sure === '') return from < lines.length ? from : -1;
    if (this.found < from) this.found = this.nextSure(from);
    if (this.escaped < from) this.escaped = orNever(lines.indexOf(ESCAPED_ASCII, from));
    const first = Math.min(this.found, this.escaped);
    return first < lines.length ? first : -1;
  }

  private nextSure(from: number): number {
    this.sure.lastIndex = from;
    return this.sure.exec(this.lines)?.index ?? Number.POSITIVE_INFINITY;
  }
}

/** Infinity where there is no place, so that nobody looks again. */
function orNever(place: number): number {
  return place < 0 ? Number.POSITIVE_INFINITY : place;
}

/** Whether the text stands in one of the record's phrases, or in its id. A Kelvin sign is no k, as the lines are looked through. */
export function holdsText(record: RecordModel, { text }: Needle): boolean {
  if (record.id !== undefined && plainText(record.id).includes(text)) return true;
  return record.phrases.some(({ phrase }) => plainText(phrase.text).includes(text));
}

function plainText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\u0130\u212a]/g, '\ufffd')
    .toLowerCase();
}

function longestSure(text: string): string {
  let longest = '';
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && isSure(text.charCodeAt(i))) continue;
    if (i - start > longest.length) longest = text.slice(start, i);
    start = i + 1;
  }
  return longest;
}

/** Printable, no blank (which can be written in many ways), and nothing that JSON may escape. */
function isSure(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x22 && code !== 0x2f && code !== 0x5c;
}
