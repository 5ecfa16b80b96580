/** Chance that is the same again for the same seed, whatever was drawn before it: every sample has a generator of its own. */

/** Numbers from a seed: `sfc32`, which passes PractRand; 32 bits at a time. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param name What the numbers are for, such as a sample's id: another name gives other numbers. */
  constructor(seed: number, name: string) {
    let hash = 0x811c9dc5 ^ seed;
    // FNV-1a over the name's UTF-16 units.
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    this.a = seed | 0;
    this.b = hash | 0;
    this.c = Math.imul(hash, 0x9e3779b1) | 0;
    for (let i = 0; i < 15; i++) this.next();
  }

  /** A whole number from 0 to 2³² − 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** From 0, 1 excluded. */
  share(): number {
    return this.next() / 2 ** 32;
  }

  /** A whole number from 0 to `below` − 1, each as likely as the others. */
  below(below: number): number {
    // Numbers of an incomplete last round would favour the small ones.
    const limit = 2 ** 32 - (2 ** 32 % below);
    let value = this.next();
    while (value >= limit) value = this.next();
    return value % below;
  }

  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.below(items.length)];
  }

  /** So many of the items, in a random order; all of them where there are fewer. */
  sample<T>(items: readonly T[], count: number): readonly T[] {
    const left = [...items];
    const chosen: T[] = [];
    while (chosen.length < count && left.length > 0) {
      const at = this.below(left.length);
      chosen.push(left[at]!);
      left[at] = left[left.length - 1]!;
      left.pop();
    }
    return chosen;
  }
}
