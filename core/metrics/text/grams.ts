/** Numbers for n-grams of up to four words, so that counting them needs no strings. */

/** Words of the longest n-gram. */
export const LONGEST_GRAM = 4;
const NO_PARENT = -1;
const EMPTY = -1;
const FIRST_SLOTS = 1 << 12;

export class GramTable {
  /** How many n-grams have a number: 0 to one less. */
  size = 0;
  private readonly words = new Map<string, number>();
  private readonly texts: string[] = [];
  /** By n-gram: the number of the n-gram without its last word, the number of that word, and how many words it has. */
  private parents = new Int32Array(FIRST_SLOTS / 2);
  private lasts = new Int32Array(FIRST_SLOTS / 2);
  private sizes = new Uint8Array(FIRST_SLOTS / 2);
  /** The n-gram in a slot; a search begins at the slot of its hash and ends at an empty one. */
  private slots = new Int32Array(FIRST_SLOTS).fill(EMPTY);

  /**
   * Appends the numbers of all n-grams of a caption, those that stand in it twice twice. Words are what white space
   * parts. Returns how many words there are.
   */
  read(caption: string, into: number[]): number {
    const words = wordsOf(caption);
    const numbers = words.map((word) => this.wordNumber(word));
    for (let start = 0; start < numbers.length; start++) {
      let gram = NO_PARENT;
      const end = Math.min(numbers.length, start + LONGEST_GRAM);
      for (let i = start; i < end; i++) into.push((gram = this.child(gram, numbers[i]!)));
    }
    return numbers.length;
  }

  /** The number of an n-gram of words with blanks between them; undefined where it has none of one to four words. */
  numberOf(gram: string): number | undefined {
    const words = wordsOf(gram);
    if (words.length === 0 || words.length > LONGEST_GRAM) return undefined;
    return words.reduce((parent, word) => this.child(parent, this.wordNumber(word)), NO_PARENT);
  }

  /** Words of an n-gram, by its number. */
  wordsIn(gram: number): number {
    return this.sizes[gram]!;
  }

  /** An n-gram as words with blanks between them. */
  textOf(gram: number): string {
    const parent = this.parents[gram]!;
    const last = this.texts[this.lasts[gram]!]!;
    return parent === NO_PARENT ? last : `${this.textOf(parent)} ${last}`;
  }

  private wordNumber(word: string): number {
    const known = this.words.get(word);
    if (known !== undefined) return known;
    this.texts.push(word);
    this.words.set(word, this.texts.length - 1);
    return this.texts.length - 1;
  }

  /** The n-gram of another one and a word behind it; it gets a number if it has none. */
  private child(parent: number, word: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(parent, word) & mask;
    for (let gram = this.slots[slot]!; gram !== EMPTY; gram = this.slots[slot]!) {
      if (this.parents[gram] === parent && this.lasts[gram] === word) return gram;
      slot = (slot + 1) & mask;
    }
    return this.insert(parent, word, slot);
  }

  private insert(parent: number, word: number, slot: number): number {
    const gram = this.size++;
    this.slots[slot] = gram;
    this.parents[gram] = parent;
    this.lasts[gram] = word;
    this.sizes[gram] = parent === NO_PARENT ? 1 : this.sizes[parent]! + 1;
    if (this.size === this.parents.length) this.grow();
    return gram;
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let gram = 0; gram < this.size; gram++) {
      let slot = hashOf(this.parents[gram]!, this.lasts[gram]!) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = gram;
    }
    this.slots = slots;
    this.parents = enlarged(this.parents, slots.length / 2);
    this.lasts = enlarged(this.lasts, slots.length / 2);
    const sizes = new Uint8Array(slots.length / 2);
    sizes.set(this.sizes);
    this.sizes = sizes;
  }
}

/** A copy with room for more, zeros behind. */
export function enlarged(numbers: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(numbers);
  return copy;
}

/** Odd factors, so that no bit of either number is lost; the last step brings high bits down to where slots are told. */
function hashOf(parent: number, word: number): number {
  const mixed = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Tokenising puts one blank between words; other white space may come from elsewhere, or from inside a number. */
const OTHER_SPACE = /[^\S ]| {2}|^ | $/;

function wordsOf(caption: string): string[] {
  if (caption === '') return [];
  return OTHER_SPACE.test(caption) ? caption.split(/\s+/).filter(Boolean) : caption.split(' ');
}
