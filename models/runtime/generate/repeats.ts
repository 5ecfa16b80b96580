/** Longest piece of text that is looked for, in tokens. */
const MAX_PERIOD = 48;
/** A piece that follows itself this often is a loop; lists of things repeat their words a few times. */
const MAX_REPEATS = 8;
/** However short the piece: so many tokens must repeat. */
const MIN_TOKENS = 24;

/** Watches whether a model writes the same piece over and over, as small models do when they lose the thread. */
export class RepeatGuard {
  readonly #tokens: number[] = [];
  /** How many tokens in a row equal the token `period` before them. */
  readonly #equal = new Int32Array(MAX_PERIOD + 1);

  /** Takes the next token. Returns how many of the tokens so far hold each piece once where it repeats without end. */
  add(tokenId: number): number | undefined {
    const at = this.#tokens.push(tokenId) - 1;
    for (let period = 1; period <= MAX_PERIOD && period <= at; period++) {
      if (this.#tokens[at - period] !== tokenId) {
        this.#equal[period] = 0;
        continue;
      }
      const equal = ++this.#equal[period]!;
      if (equal >= MIN_TOKENS && equal >= period * (MAX_REPEATS - 1)) return at + 1 - equal;
    }
    return undefined;
  }
}
