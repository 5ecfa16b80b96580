/**
 * Ties a turn's plain text to the place where it stands in a record's source: a JSON string with its escapes, or lines
 * of a `.uscdf` file whose `\r\n` the text reads as `\n`. Rules and features see plain offsets only.
 */
import type { Span } from './position.ts';

export class EscapeMap {
  /**
   * @param start Where the text's first character stands in the source.
   * @param plain Plain offsets right after each character whose source form has another length, ascending.
   * @param source The source offsets that belong to them.
   */
  constructor(
    private readonly start: number,
    private readonly plain: readonly number[] = [],
    private readonly source: readonly number[] = [],
  ) {}

  /** The source offset of a plain offset. */
  toSource(offset: number): number {
    const i = lastAtMost(this.plain, offset);
    return i < 0 ? this.start + offset : this.source[i]! + (offset - this.plain[i]!);
  }

  toSourceSpan(span: Span): Span {
    return { start: this.toSource(span.start), end: this.toSource(span.end) };
  }

  /** The plain offset of a source offset; one inside an escape belongs to the character that it writes. */
  toPlain(offset: number): number {
    const i = lastAtMost(this.source, offset);
    const [plain, source] = i < 0 ? [0, this.start] : [this.plain[i]!, this.source[i]!];
    const at = Math.max(0, plain + (offset - source));
    const next = this.plain[i + 1];
    return next === undefined ? at : Math.min(at, next - 1);
  }
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|[^u])/g;

/** The map of a JSON string literal whose opening quote stands at `quote` in `source`. */
export function jsonStringMap(source: string, quote: number, end: number): EscapeMap {
  const start = quote + 1;
  const literal = source.slice(start, end - 1);
  if (!literal.includes('\\')) return new EscapeMap(start);
  const plain: number[] = [];
  const positions: number[] = [];
  let shorter = 0;
  for (const match of literal.matchAll(ESCAPE)) {
    const after = match.index + match[0].length;
    shorter += match[0].length - 1;
    plain.push(after - shorter);
    positions.push(start + after);
  }
  return new EscapeMap(start, plain, positions);
}

/** The map of plain lines that starts at `start` of `source`; their text has `\n` where the source has `\r\n`. */
export function linesMap(source: string, start: number, end: number): EscapeMap {
  const plain: number[] = [];
  const positions: number[] = [];
  for (let at = source.indexOf('\r\n', start); at >= 0 && at < end; at = source.indexOf('\r\n', at + 2)) {
    plain.push(at + 1 - start - plain.length);
    positions.push(at + 2);
  }
  return new EscapeMap(start, plain, positions);
}

/**
 * A plain text as the inside of a JSON string.
 *
 * @param ascii Whatever is not ASCII is written as `\uXXXX`, as Python's `json.dumps` does.
 */
export function escapeForJson(text: string, ascii = false): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return ascii ? escaped.replace(BEYOND_ASCII, asEscape) : escaped;
}

const BEYOND_ASCII = /[\u007f-\uffff]/g;

function asEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
