/**
 * A document as lines. An edit costs what the lines it touches cost, whatever the size of the rest; the text is never
 * held in one piece. Lines end at `\n`, `\r\n` or `\r`, as in the LSP, and each keeps its own ending.
 */
import type { Position, Range, Span, TextEdit } from './position.ts';

const LINE = /\r\n|\n|\r/g;

export interface LineChange {
  /** The first line that changed. */
  readonly line: number;
  /** How many lines stood there before and stand there now. */
  readonly removed: number;
  readonly inserted: number;
}

export class LineStore {
  private lines: string[];
  private ends: string[];

  constructor(text: string) {
    ({ lines: this.lines, ends: this.ends } = split(text));
  }

  /** At least 1: an empty document is one empty line. */
  get lineCount(): number {
    return this.lines.length;
  }

  /** The line without its ending; empty beyond the last one. */
  line(index: number): string {
    return this.lines[index] ?? '';
  }

  /** The line's ending as written; empty for the last one. */
  ending(index: number): string {
    return this.ends[index] ?? '';
  }

  text(range: Range = this.wholeRange()): string {
    const { start, end } = this.clampRange(range);
    if (start.line === end.line) return this.line(start.line).slice(start.character, end.character);
    const parts = [this.line(start.line).slice(start.character), this.ending(start.line)];
    for (let i = start.line + 1; i < end.line; i++) parts.push(this.lines[i]!, this.ends[i]!);
    parts.push(this.line(end.line).slice(0, end.character));
    return parts.join('');
  }

  wholeRange(): Range {
    const last = this.lines.length - 1;
    return { start: { line: 0, character: 0 }, end: { line: last, character: this.lines[last]!.length } };
  }

  /** Applies one edit; a range outside the text is cut to it. */
  edit({ range, newText }: TextEdit): LineChange {
    const { start, end } = this.clampRange(range);
    const before = this.lines[start.line]!.slice(0, start.character);
    const after = this.lines[end.line]!.slice(end.character) + this.ends[end.line]!;
    // A `\r` before or a `\n` after the edit would join with it into one ending, so the neighbours are split again too.
    const first =
      start.line > 0 && start.character === 0 && this.ends[start.line - 1] === '\r' ? start.line - 1 : start.line;
    const head = first < start.line ? this.lines[first]! + this.ends[first]! : '';
    const piece = split(head + before + newText + after);
    const openEnd = piece.ends[piece.ends.length - 1] === '' && end.line < this.lines.length - 1;
    // The text handed to `split` ends with a line ending, which makes an empty line that belongs to the next one.
    if (openEnd && piece.lines.length > 1 && piece.lines[piece.lines.length - 1] === '') {
      piece.lines.pop();
      piece.ends.pop();
    }
    const removed = end.line - first + 1;
    splice(this.lines, first, removed, piece.lines);
    splice(this.ends, first, removed, piece.ends);
    return { line: first, removed, inserted: piece.lines.length };
  }

  private clampRange({ start, end }: Range): Range {
    const from = this.clamp(start);
    const to = this.clamp(end);
    return to.line < from.line || (to.line === from.line && to.character < from.character)
      ? { start: to, end: from }
      : { start: from, end: to };
  }

  private clamp({ line, character }: Position): Position {
    if (line < 0) return { line: 0, character: 0 };
    if (line >= this.lines.length) return this.wholeRange().end;
    return { line, character: Math.max(0, Math.min(character, this.lines[line]!.length)) };
  }
}

function split(text: string): { lines: string[]; ends: string[] } {
  const lines: string[] = [];
  const ends: string[] = [];
  let from = 0;
  for (const match of text.matchAll(LINE)) {
    lines.push(text.slice(from, match.index));
    ends.push(match[0]);
    from = match.index + match[0].length;
  }
  lines.push(text.slice(from));
  ends.push('');
  return { lines, ends };
}

/** `Array.splice` with a list of any length: its arguments travel on the stack, which a large paste would overflow. */
function splice<T>(array: T[], start: number, removed: number, inserted: readonly T[]): void {
  if (inserted.length < 10_000) {
    array.splice(start, removed, ...inserted);
    return;
  }
  const tail = array.slice(start + removed);
  array.length = start;
  for (const item of inserted) array.push(item);
  for (const item of tail) array.push(item);
}

/** Turns offsets of one text into positions; built once a text, each look-up is a binary search. */
export class LineOffsets {
  private readonly starts: number[] = [0];
  private readonly length: number;

  constructor(text: string) {
    this.length = text.length;
    for (const match of text.matchAll(LINE)) this.starts.push(match.index + match[0].length);
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - this.starts[low]! };
  }

  offset({ line, character }: Position): number {
    if (line < 0) return 0;
    const start = this.starts[line];
    if (start === undefined) return this.length;
    return Math.min(start + Math.max(0, character), this.starts[line + 1] ?? this.length);
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) };
  }
}
