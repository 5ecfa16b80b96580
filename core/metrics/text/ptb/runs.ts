import { isAsciiAlphanumeric } from './characters.ts';

/**
 * How far some stretches of a line reach. Each is walked once, however many tokens begin in it, so that scanning stays
 * linear.
 */
export class Runs {
  private readonly text: string;
  private pointedEnd = -1;
  private addressEnd = -1;
  private addressSign = -1;
  private readonly lastCloser: number;

  constructor(text: string) {
    this.text = text;
    this.lastCloser = text.lastIndexOf('>');
  }

  /** The end of the letters, digits, dots and commas at `at`. */
  pointed(at: number): number {
    if (at < this.pointedEnd) return this.pointedEnd;
    const { text } = this;
    let end = at;
    while (end < text.length && isPointed(text.charCodeAt(end))) end++;
    this.pointedEnd = end;
    return end;
  }

  /** An `@` stands in the characters of an address that begin at `at`. */
  holdsAddress(at: number): boolean {
    if (at >= this.addressEnd) this.findAddress(at);
    return this.addressSign > at;
  }

  /** A `>` comes at `at` or later. */
  closes(at: number): boolean {
    return this.lastCloser >= at;
  }

  private findAddress(at: number): void {
    const { text } = this;
    let end = at;
    this.addressSign = -1;
    while (end < text.length && isOfAddress(text.charCodeAt(end))) {
      if (text.charCodeAt(end) === 64) this.addressSign = end;
      end++;
    }
    this.addressEnd = Math.max(end, at + 1);
  }
}

function isPointed(code: number): boolean {
  return isAsciiAlphanumeric(code) || code === 46 || code === 44 || code === 0xad;
}

/** Neither white space nor one of `" < > | ( ) { }`. */
function isOfAddress(code: number): boolean {
  if (code <= 41) return code > 32 && code !== 34 && code < 40;
  if (code === 60 || code === 62) return false;
  return code < 123 || code > 160 || code === 126;
}
