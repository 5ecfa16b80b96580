/** Takes a sentence's list apart: `A`, `A and B`, `A, B and C`, `A, B, and C`. */

export interface ListItem {
  readonly text: string;
  /** UTF-16 offsets into the text that was split. */
  readonly start: number;
  readonly end: number;
}

const LEADING_AND = /^\s*and\s+/i;
const LAST_AND = /\s+and\s+(?!.*\s+and\s+)/i;

/** The items of a list in reading order, without the commas and the joining "and". */
export function splitList(text: string): readonly ListItem[] {
  const pieces = splitAtCommas(text);
  const last = pieces[pieces.length - 1];
  if (last === undefined) return [];
  const spans = pieces.slice(0, -1);
  const and = LEADING_AND.exec(last.text);
  if (and !== null && pieces.length > 1) spans.push(span(text, last.start + and[0].length, last.end));
  else spans.push(...splitAtLastAnd(text, last));
  return spans.filter((item) => item.text !== '');
}

function splitAtCommas(text: string): ListItem[] {
  const pieces: ListItem[] = [];
  let from = 0;
  while (from <= text.length) {
    const comma = text.indexOf(',', from);
    const to = comma < 0 ? text.length : comma;
    pieces.push({ text: text.slice(from, to), start: from, end: to });
    from = to + 1;
  }
  return pieces.map((piece, i) => (i < pieces.length - 1 ? span(text, piece.start, piece.end) : piece));
}

function splitAtLastAnd(whole: string, piece: ListItem): ListItem[] {
  const text = whole.slice(piece.start, piece.end);
  const and = LAST_AND.exec(text);
  if (and === null) return [span(whole, piece.start, piece.end)];
  const at = piece.start + and.index;
  return [span(whole, piece.start, at), span(whole, at + and[0].length, piece.end)];
}

/** The stretch without the white space around it. */
function span(text: string, start: number, end: number): ListItem {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { text: text.slice(start, end), start, end };
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}
