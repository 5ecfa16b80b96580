/** What is kept at most, by number and by memory, and what is kept whatever it takes. */
const MOST = 8;
const LEAST = 3;
const MOST_BYTES = 256 * 2 ** 20;

/**
 * What was made of the photographs used last, by their content: the one on the screen, the one after it and a few before, as
 * many as fit into 256 MB, but never fewer than three.
 */
export class Recent<T> {
  readonly #bytesOf: (value: T) => number;
  readonly #kept = new Map<string, T>();

  constructor(bytesOf: (value: T) => number) {
    this.#bytesOf = bytesOf;
  }

  /** What is kept under `key`, or what `make` gives, which is kept then. */
  async take(key: string, make: () => Promise<T>): Promise<T> {
    const value = this.#kept.get(key) ?? (await make());
    // Back to the end: what was used last is dropped last.
    this.#kept.delete(key);
    this.#kept.set(key, value);
    this.#dropOldest();
    return value;
  }

  #dropOldest(): void {
    let bytes = 0;
    for (const value of this.#kept.values()) bytes += this.#bytesOf(value);
    for (const [key, value] of this.#kept) {
      if (this.#kept.size <= LEAST || (this.#kept.size <= MOST && bytes <= MOST_BYTES)) return;
      this.#kept.delete(key);
      bytes -= this.#bytesOf(value);
    }
  }
}
