/**
 * Finds the place of an offset in the YAML header of a `.uscdf`: block lists and maps by their indentation, flow values
 * by `flowPlace`. One pass over the lines; a header that does not parse has places too.
 */
import type { Span } from '../../records/position.ts';
import type { Path } from '../../records/sourceRecord.ts';
import { flowPlace, type Place } from './flowPlace.ts';

interface Block {
  readonly list: boolean;
  readonly indent: number;
  readonly keys: string[];
  key: string;
  index: number;
}

/** The place at an offset inside `header`. */
export function headerPlace(source: string, header: Span, offset: number): Place {
  return new HeaderReader(source, header, offset).read();
}

class HeaderReader {
  private readonly blocks: Block[] = [];
  private place: Place | undefined;
  /** The map around a key place, whose other keys are read on. */
  private around: Block | undefined;

  constructor(
    private readonly source: string,
    private readonly header: Span,
    private readonly offset: number,
  ) {}

  read(): Place {
    for (let at = this.header.start; at < this.header.end; ) {
      at = this.line(at);
      if (this.place !== undefined && (this.around === undefined || !this.blocks.includes(this.around))) break;
    }
    return this.place ?? this.emptyPlace(this.offset - this.lineStart(this.offset));
  }

  /** Reads the line that begins at `start`; returns where the next one begins. */
  private line(start: number): number {
    const end = this.lineEnd(start);
    let at = this.skipSpaces(start, end);
    const hit = this.place === undefined && this.offset >= start && this.offset <= end;
    if (at === end || this.source[at] === '#') {
      if (hit && this.offset > at) this.place = this.between();
      else if (hit) this.place = this.emptyPlace(this.offset - start);
      return this.nextLine(end);
    }
    while (this.source[at] === '-' && (at + 1 === end || this.source[at + 1] === ' ')) {
      if (hit && this.offset <= at) break;
      this.enterItem(at - start);
      at = this.skipSpaces(at + 1, end);
    }
    const before = hit && this.offset < at;
    if (before) this.place = this.emptyPlace(this.offset - start);
    return this.content(start, at, end, hit && !before);
  }

  private content(start: number, at: number, end: number, hit: boolean): number {
    const colon = this.colonOf(at, end);
    if (colon === undefined) return this.value(at, end, hit, at - start);
    const key = this.source
      .slice(at, colon)
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2');
    const map = this.enterMap(at - start);
    map.key = key;
    if (!hit || this.offset > colon) {
      map.keys.push(key);
      return this.value(this.skipSpaces(colon + 1, end), end, hit, undefined);
    }
    this.setKey(map, { start: at, end: colon });
    return this.nextLine(end);
  }

  /** A value on its line. One that stands alone, at `column`, may be a key whose colon is not written yet. */
  private value(at: number, end: number, hit: boolean, column: number | undefined): number {
    const opens = this.source[at] === '{' || this.source[at] === '[';
    if (opens && !(hit && this.offset < at)) {
      const flow = flowPlace(this.source, { start: at, end: this.header.end }, this.offset, this.path());
      if (this.place === undefined && this.offset >= at && this.offset <= flow.end) this.place = flow.place;
      return this.nextLine(this.lineEnd(Math.max(at, flow.end)));
    }
    if (hit) {
      const blank = at >= end || this.offset < at;
      const written = blank ? { start: this.offset, end: this.offset } : { start: at, end: this.trimmedEnd(at, end) };
      const isKey = column !== undefined && this.blocks[this.blocks.length - 1]?.list !== true;
      if (isKey) this.setKey(this.enterMap(column), written);
      else this.place = this.valuePlace(written);
    }
    return this.nextLine(end);
  }

  private valuePlace(written: Span): Place {
    const first = this.source[written.start];
    const quote = written.end > written.start && (first === '"' || first === "'") ? first : undefined;
    return { part: 'value', path: this.path(), written, quote, siblings: [] };
  }

  private setKey(map: Block, written: Span): void {
    this.around = map;
    const path = this.path().slice(0, -1);
    this.place = { part: 'key', path, written, quote: undefined, siblings: map.keys };
  }

  /** On a line without words: a key of the map whose indentation the column has. */
  private emptyPlace(column: number): Place {
    const written = { start: this.offset, end: this.offset };
    const map = this.blocks.findLast((block) => !block.list && block.indent <= column);
    if (map === undefined) return { part: 'key', path: [], written, quote: undefined, siblings: [] };
    const depth = this.blocks.indexOf(map);
    // Further in than a key without a value: the first key of what is to be its value.
    if (column > map.indent && depth === this.blocks.length - 1)
      return { part: 'key', path: this.path(), written, quote: undefined, siblings: [] };
    this.blocks.length = depth + 1;
    this.around = map;
    return { part: 'key', path: this.path().slice(0, -1), written, quote: undefined, siblings: map.keys };
  }

  /** Inside a comment nothing of the record stands. */
  private between(): Place {
    const written = { start: this.offset, end: this.offset };
    return { part: 'between', path: [], written, quote: undefined, siblings: [] };
  }

  private enterItem(indent: number): void {
    this.leave(indent, true);
    const top = this.blocks[this.blocks.length - 1];
    if (top?.list === true && top.indent === indent) top.index++;
    else this.blocks.push({ list: true, indent, keys: [], key: '', index: 0 });
  }

  private enterMap(indent: number): Block {
    this.leave(indent, false);
    const top = this.blocks[this.blocks.length - 1];
    if (top?.list === false && top.indent === indent) return top;
    const map: Block = { list: false, indent, keys: [], key: '', index: 0 };
    this.blocks.push(map);
    return map;
  }

  /** Leaves what is indented further. A list may stand at its key's own indentation, and ends with the next key there. */
  private leave(indent: number, forItem: boolean): void {
    for (let top = this.blocks.at(-1); top !== undefined; top = this.blocks.at(-1)) {
      const ends = top.indent > indent || (top.list && top.indent === indent && !forItem);
      if (!ends) return;
      this.blocks.pop();
    }
  }

  private path(): Path {
    return this.blocks.map((block) => (block.list ? block.index : block.key));
  }

  /** The colon behind the key that begins at `at`; `undefined` where the line holds no key. */
  private colonOf(at: number, end: number): number | undefined {
    const first = this.source[at];
    if (first === '{' || first === '[') return undefined;
    let from = at;
    if (first === '"' || first === "'") {
      const close = this.source.indexOf(first, at + 1);
      if (close < 0 || close >= end) return undefined;
      from = close + 1;
    }
    for (let i = from; i < end; i++) {
      if (this.source[i] === ':' && (i + 1 === end || this.source[i + 1] === ' ' || this.source[i + 1] === '\t'))
        return i;
    }
    return undefined;
  }

  private skipSpaces(at: number, end: number): number {
    let i = at;
    while (i < end && (this.source[i] === ' ' || this.source[i] === '\t')) i++;
    return i;
  }

  private trimmedEnd(start: number, end: number): number {
    let i = end;
    while (i > start && (this.source[i - 1] === ' ' || this.source[i - 1] === '\t')) i--;
    return i;
  }

  private lineStart(offset: number): number {
    let i = offset;
    while (i > this.header.start && !isBreak(this.source.charCodeAt(i - 1))) i--;
    return i;
  }

  private lineEnd(from: number): number {
    let i = from;
    while (i < this.header.end && !isBreak(this.source.charCodeAt(i))) i++;
    return i;
  }

  private nextLine(end: number): number {
    return this.source.startsWith('\r\n', end) ? end + 2 : end + 1;
  }
}

function isBreak(code: number): boolean {
  return code === 10 || code === 13;
}
