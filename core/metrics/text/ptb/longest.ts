/**
 * The longest of the tokens that could begin at a place. What a kind of token asks for behind itself counts as length;
 * of equals the first offer wins.
 */
export class Longest {
  /** Offset behind the token. */
  end = -1;
  /** How the token is written out, where its own text is not what is wanted. */
  written: string | undefined = undefined;
  /** The token is an abbreviation that may end the sentence. */
  endsSentence = false;
  private look = -1;

  /** `end`: behind the token; `look`: behind what had to be seen for it. */
  offer(end: number, look: number = end, written: string | undefined = undefined): void {
    if (look <= this.look) return;
    this.end = end;
    this.look = look;
    this.written = written;
    this.endsSentence = false;
  }

  /** Offers an abbreviation that gives one full stop more where it ends a sentence; two characters behind it count. */
  offerAbbreviation(end: number): void {
    if (end + 2 <= this.look) return;
    this.offer(end, end + 2);
    this.endsSentence = true;
  }
}

/** Offers what an anchored pattern matches at `at`. */
export function offerPattern(found: Longest, pattern: RegExp, text: string, at: number): void {
  pattern.lastIndex = at;
  if (pattern.test(text)) found.offer(pattern.lastIndex);
}
