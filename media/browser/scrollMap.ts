/**
 * The way between what a scroll bar can say and where among any number of lines the page is. Browsers cap the height of an
 * element near 33 million pixels, which a million lines pass; such a list gets a shorter bar, and its places are scaled.
 */

/** Pixels; well below what any browser allows. */
const HIGHEST = 8_000_000;

export class ScrollMap {
  /** Pixels that the scroll bar stands for. */
  readonly height: number;
  /** The last place of the view's upper edge, in pixels of the whole list. */
  readonly last: number;
  private readonly lastScroll: number;

  constructor(
    readonly lines: number,
    readonly lineHeight: number,
    readonly view: number,
  ) {
    const whole = lines * lineHeight;
    this.height = Math.min(whole, HIGHEST);
    this.last = Math.max(0, whole - view);
    this.lastScroll = Math.max(0, this.height - view);
  }

  /** A pixel of the bar is more than a pixel of the list, so that wheel and keys have to be counted apart from it. */
  get isScaled(): boolean {
    return this.last > this.lastScroll;
  }

  topOf(scroll: number): number {
    if (!this.isScaled) return clamp(scroll, this.last);
    return this.lastScroll === 0 ? 0 : clamp((scroll / this.lastScroll) * this.last, this.last);
  }

  scrollOf(top: number): number {
    if (!this.isScaled) return clamp(top, this.last);
    return this.last === 0 ? 0 : (clamp(top, this.last) / this.last) * this.lastScroll;
  }

  clamp(top: number): number {
    return clamp(top, this.last);
  }

  /** The lines that are to be seen at a place, and so many more on both sides; `end` excluded. */
  linesAt(top: number, more: number): { readonly first: number; readonly end: number } {
    const first = Math.max(0, Math.floor(top / this.lineHeight) - more);
    const end = Math.min(this.lines, Math.ceil((top + this.view) / this.lineHeight) + more);
    return { first: Math.min(first, end), end };
  }

  /** The place nearest to `top` at which a line is to be seen whole. */
  showing(line: number, top: number): number {
    const start = line * this.lineHeight;
    if (start < top) return clamp(start, this.last);
    const end = start + this.lineHeight;
    return clamp(end > top + this.view ? end - this.view : top, this.last);
  }
}

function clamp(value: number, last: number): number {
  return Math.min(last, Math.max(0, value));
}
