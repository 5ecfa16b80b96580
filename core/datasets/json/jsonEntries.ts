/**
 * The entries of a JSON file of any size: the items of its list, or of the lists that stand in its object, one by one, without
 * the file in memory. Bytes in, bytes out: what an entry says is for `JSON.parse`. Total: broken input gives a
 * `JsonEntryError` with the place, never another one.
 */

/** A value of the file: an item of a list, or what stands behind a key that is no list. */
export interface JsonEntry {
  /** The key of the file's object that it stands under; the empty text where the file is a list. */
  readonly key: string;
  /** Its place in the list, from 0; -1 for a value that is no list's item. */
  readonly index: number;
  /** UTF-8; valid until the next entry is asked for. */
  readonly bytes: Uint8Array;
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
}

/** What is wrong with a file's JSON; the message says where. */
export class JsonEntryError extends Error {
  constructor(
    readonly offset: number,
    what: string,
  ) {
    super(`byte ${offset + 1}: ${what}`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Bytes that matter outside of texts: brackets, braces and quotes. */
const MATTERS = new Uint8Array(256);
for (const byte of [QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) MATTERS[byte] = 1;

type State = 'start' | 'key' | 'value' | 'item' | 'afterItem' | 'afterValue' | 'end';

/** The entries of a file given as pieces of any size, in order. */
export async function* jsonEntries(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<JsonEntry> {
  const reader = new EntryReader();
  for await (const piece of pieces) {
    reader.push(piece);
    for (let entry = reader.next(false); entry !== undefined; entry = reader.next(false)) yield entry;
  }
  for (let entry = reader.next(true); entry !== undefined; entry = reader.next(true)) yield entry;
  reader.finish();
}

class EntryReader {
  private buffer: Uint8Array = new Uint8Array(0);
  /** Where the buffer begins in the file. */
  private base = 0;
  private at = 0;
  private state: State = 'start';
  private isList = false;
  private key = '';
  private index = 0;
  /** A value that is not whole yet: how far it was gone through, and how deep that is. */
  private scanned = 0;
  private depth = 0;
  private inText = false;

  push(piece: Uint8Array): void {
    const rest = this.buffer.subarray(this.at);
    const joined = new Uint8Array(rest.length + piece.length);
    joined.set(rest);
    joined.set(piece, rest.length);
    this.base += this.at;
    this.buffer = joined;
    this.at = 0;
  }

  /** The next whole entry; `undefined` where more bytes are needed, or none will come. */
  next(isLast: boolean): JsonEntry | undefined {
    while (this.state !== 'end') {
      // A byte-order mark is no part of the file's JSON.
      if (this.state === 'start' && this.base + this.at === 0 && this.buffer[0] === 0xef) this.at = 3;
      if (this.scanned === 0) this.skipSpace();
      if (this.at >= this.buffer.length) return undefined;
      const byte = this.buffer[this.at]!;
      switch (this.state) {
        case 'start':
          if (byte !== OPEN_LIST && byte !== OPEN_OBJECT) this.fail('the file is neither a JSON object nor a list');
          this.isList = byte === OPEN_LIST;
          this.state = this.isList ? 'item' : 'key';
          this.at++;
          break;
        case 'key': {
          if (byte === CLOSE_OBJECT) {
            this.at++;
            this.state = 'end';
            break;
          }
          if (byte !== QUOTE) this.fail('a key in double quotes should stand here');
          const end = this.textEnd(this.at);
          if (end < 0) return undefined;
          let colon = end;
          while (colon < this.buffer.length && isSpace(this.buffer[colon]!)) colon++;
          if (colon >= this.buffer.length) return undefined;
          if (this.buffer[colon] !== COLON) this.fail('a colon should stand behind the key');
          this.key = this.parsed(this.at, end);
          this.at = colon + 1;
          this.state = 'value';
          break;
        }
        case 'value':
          if (byte === OPEN_LIST && this.scanned === 0) {
            this.at++;
            this.index = 0;
            this.state = 'item';
            break;
          }
          return this.entry(isLast, -1, 'afterValue');
        case 'item':
          if (byte === CLOSE_LIST && this.scanned === 0) {
            this.at++;
            this.state = this.isList ? 'end' : 'afterValue';
            break;
          }
          return this.entry(isLast, this.index, 'afterItem');
        case 'afterItem':
          if (byte !== COMMA && byte !== CLOSE_LIST) this.fail('a comma or ] should stand here');
          this.at++;
          this.state = byte === COMMA ? 'item' : this.isList ? 'end' : 'afterValue';
          break;
        case 'afterValue':
          if (byte !== COMMA && byte !== CLOSE_OBJECT) this.fail('a comma or } should stand here');
          this.at++;
          this.state = byte === COMMA ? 'key' : 'end';
          break;
      }
    }
    return undefined;
  }

  finish(): void {
    if (this.state !== 'end') {
      throw new JsonEntryError(this.base + this.buffer.length, 'the file ends here, in the middle of its JSON');
    }
    this.skipSpace();
    if (this.at < this.buffer.length) this.fail('something stands behind the end of the JSON');
  }

  private entry(isLast: boolean, index: number, then: State): JsonEntry | undefined {
    const end = this.valueEnd(isLast);
    if (end < 0) return undefined;
    const start = this.at;
    if (end === start) this.fail('a value should stand here');
    this.at = end;
    this.scanned = 0;
    this.index++;
    this.state = then;
    const bytes = this.buffer.subarray(start, end);
    return { key: this.isList ? '' : this.key, index, bytes, offset: this.base + start };
  }

  /** Where the value at hand ends; -1 where it goes on behind the buffer. What was gone through is not gone through again. */
  private valueEnd(isLast: boolean): number {
    const { buffer } = this;
    const first = buffer[this.at]!;
    if (first === QUOTE) return this.textEnd(this.at);
    if (first !== OPEN_LIST && first !== OPEN_OBJECT) return this.wordEnd(isLast);
    let i = this.at + this.scanned;
    let { depth, inText } = this;
    for (; i < buffer.length; i++) {
      if (inText) {
        const close = this.quoteFrom(i);
        if (close < 0) {
          i = this.safeStop();
          break;
        }
        i = close;
        inText = false;
        continue;
      }
      const byte = buffer[i]!;
      if (MATTERS[byte] === 0) continue;
      if (byte === QUOTE) inText = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
      else if (--depth === 0) {
        this.depth = 0;
        this.inText = false;
        return i + 1;
      }
    }
    this.scanned = i - this.at;
    this.depth = depth;
    this.inText = inText;
    return -1;
  }

  /** Inside a text: the buffer's end, or the first of the backslashes that it ends with. */
  private safeStop(): number {
    let i = this.buffer.length;
    while (i > this.at && this.buffer[i - 1] === BACKSLASH) i--;
    return i;
  }

  /** The quote that ends a text which `from` lies in, behind an even number of backslashes; -1 where it is not there. */
  private quoteFrom(from: number): number {
    const { buffer } = this;
    for (let quote = buffer.indexOf(QUOTE, from); quote >= 0; quote = buffer.indexOf(QUOTE, quote + 1)) {
      let before = quote;
      while (before > from && buffer[before - 1] === BACKSLASH) before--;
      if ((quote - before) % 2 === 0) return quote;
    }
    return -1;
  }

  private textEnd(start: number): number {
    const quote = this.quoteFrom(start + 1);
    return quote < 0 ? -1 : quote + 1;
  }

  /** The end of a number, `true`, `false` or `null`. */
  private wordEnd(isLast: boolean): number {
    let i = this.at;
    for (; i < this.buffer.length; i++) {
      const byte = this.buffer[i]!;
      if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || isSpace(byte)) return i;
    }
    return isLast ? i : -1;
  }

  private skipSpace(): void {
    while (this.at < this.buffer.length && isSpace(this.buffer[this.at]!)) this.at++;
  }

  private parsed(start: number, end: number): string {
    try {
      return JSON.parse(new TextDecoder().decode(this.buffer.subarray(start, end))) as string;
    } catch {
      return this.fail('this key is no JSON text');
    }
  }

  private fail(what: string): never {
    throw new JsonEntryError(this.base + this.at, what);
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
