/**
 * Finds the place of an offset in JSON, or in YAML's flow form, which is JSON with unquoted words. One pass from the
 * front without recursion: what is broken behind the place does not matter, and what is broken before it is bridged.
 */
import type { Span } from '../../records/position.ts';
import type { Path } from '../../records/sourceRecord.ts';

export interface Place {
  /** `between`: neither a key nor a value can stand here, behind a value that has no comma yet say. */
  readonly part: 'key' | 'value' | 'between';
  /** For a value its own path; else that of the object or list around the place. */
  readonly path: Path;
  /** What is written there, quotes included; empty where nothing is yet. */
  readonly written: Span;
  /** The quote that what is written begins with. */
  readonly quote: '"' | "'" | undefined;
  /** The other keys of the object around a key, those behind the place too. */
  readonly siblings: readonly string[];
}

interface Frame {
  readonly list: boolean;
  readonly keys: string[];
  key: string;
  index: number;
  expects: 'key' | 'colon' | 'value' | 'comma';
}

export interface FlowReading {
  /** `undefined` where the offset stands outside the value. */
  readonly place: Place | undefined;
  /** Behind the value, or where the text ends before the value does. */
  readonly end: number;
}

/** Reads the value that begins in `span`, and says what stands at `offset`. `root` is the value's own path. */
export function flowPlace(source: string, span: Span, offset: number, root: Path): FlowReading {
  return new FlowReader(source, span.end, offset, root).read(span.start);
}

class FlowReader {
  private readonly frames: Frame[] = [];
  private place: Place | undefined;
  /** The object or list that the place is in: it is read on until it ends, for its other keys. */
  private around: Frame | undefined;
  private aroundRead = false;
  private rootRead = false;

  constructor(
    private readonly source: string,
    private readonly limit: number,
    private readonly offset: number,
    private readonly root: Path,
  ) {}

  read(from: number): FlowReading {
    let at = from;
    while (at < this.limit) {
      if (isBlank(this.source.charCodeAt(at))) {
        at++;
        continue;
      }
      if (this.offset < at || (this.offset === at && isMark(this.source.charCodeAt(at)))) this.placeBefore();
      at = this.token(at);
      if (this.aroundRead || (this.rootRead && this.frames.length === 0)) break;
    }
    if (!this.rootRead || this.frames.length > 0) this.placeBefore();
    return { place: this.place, end: at };
  }

  /** Takes in the token at `at`; returns where it ends. */
  private token(at: number): number {
    const code = this.source.charCodeAt(at);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) this.open(code === OPEN_BRACKET);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.close();
    else if (code === COMMA) this.comma();
    else if (code === COLON) this.colon();
    else return this.scalar(at, code === QUOTE || code === APOSTROPHE ? code : undefined);
    return at + 1;
  }

  private get top(): Frame | undefined {
    return this.frames[this.frames.length - 1];
  }

  private open(list: boolean): void {
    this.beginValue();
    this.frames.push({ list, keys: [], key: '', index: 0, expects: list ? 'value' : 'key' });
    this.rootRead = true;
  }

  private close(): void {
    const closed = this.frames.pop();
    if (closed !== undefined && closed === this.around) this.aroundRead = true;
    const { top } = this;
    if (top !== undefined) top.expects = 'comma';
  }

  private comma(): void {
    const { top } = this;
    if (top === undefined) return;
    if (top.list) top.index++;
    top.expects = top.list ? 'value' : 'key';
  }

  private colon(): void {
    const { top } = this;
    if (top !== undefined && !top.list) top.expects = 'value';
  }

  private scalar(start: number, quote: number | undefined): number {
    const end = quote === undefined ? this.wordEnd(start) : this.stringEnd(start, quote);
    const isKey = this.beginValue() === 'key';
    const here = this.place === undefined && this.offset >= start && this.offset <= end;
    if (here) {
      const written = { start, end };
      this.set(isKey ? 'key' : 'value', written, quote === undefined ? undefined : quote === QUOTE ? '"' : "'");
    }
    const { top } = this;
    if (isKey && top !== undefined) {
      top.key = this.unquoted(start, end, quote !== undefined);
      if (!here) top.keys.push(top.key);
      top.expects = 'colon';
    } else if (top === undefined) this.rootRead = true;
    else top.expects = 'comma';
    return end;
  }

  /** What comes next is a key or a value; a comma or a colon that is missing before it is thought of as there. */
  private beginValue(): 'key' | 'value' {
    const { top } = this;
    if (top === undefined) return 'value';
    if (top.list) {
      if (top.expects === 'comma') top.index++;
      return 'value';
    }
    return top.expects === 'value' ? 'value' : 'key';
  }

  private placeBefore(): void {
    if (this.place !== undefined) return;
    const expects = this.top?.expects ?? 'value';
    const part = expects === 'key' || expects === 'value' ? expects : 'between';
    this.set(part, { start: this.offset, end: this.offset }, undefined);
  }

  private set(part: Place['part'], written: Span, quote: Place['quote']): void {
    const { top } = this;
    const path = [...this.root, ...this.frames.slice(0, -1).map(step)];
    if (part === 'value' && top !== undefined) path.push(step(top));
    this.around = top;
    this.aroundRead = top === undefined;
    this.place = { part, path, written, quote, siblings: top?.keys ?? [] };
  }

  private unquoted(start: number, end: number, quoted: boolean): string {
    if (!quoted) return this.source.slice(start, end);
    const closed = end - start > 1 && this.source[end - 1] === this.source[start];
    return this.source.slice(start + 1, closed ? end - 1 : end);
  }

  /** A string ends with its line, so that a lost quote spoils one line only. */
  private stringEnd(start: number, quote: number): number {
    for (let i = start + 1; i < this.limit; i++) {
      const code = this.source.charCodeAt(i);
      if (code === BACKSLASH && quote === QUOTE) i++;
      else if (code === quote) return i + 1;
      else if (code === 10 || code === 13) return i;
    }
    return this.limit;
  }

  private wordEnd(start: number): number {
    let end = start;
    for (let i = start; i < this.limit; i++) {
      const code = this.source.charCodeAt(i);
      if (code === 10 || code === 13 || code === COMMA || isBracket(code)) break;
      if (code === COLON && (i + 1 >= this.limit || isBlank(this.source.charCodeAt(i + 1)))) break;
      if (!isBlank(code)) end = i + 1;
    }
    return Math.max(end, start + 1);
  }
}

const QUOTE = 34;
const APOSTROPHE = 39;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function step(frame: Frame): string | number {
  return frame.list ? frame.index : frame.key;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isBracket(code: number): boolean {
  return code === OPEN_BRACE || code === CLOSE_BRACE || code === OPEN_BRACKET || code === CLOSE_BRACKET;
}

/** A character that is a token by itself: a place right before it is not in it. */
function isMark(code: number): boolean {
  return code === COMMA || code === COLON || isBracket(code);
}
