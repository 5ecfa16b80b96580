/**
 * METEOR's paraphrase table, which users bring themselves (facts/metrics.md §0.6): `paraphrase-en.gz`, unzipped. Its
 * entries are three lines each: a probability, a phrase, and what may stand for it.
 */

/** A phrase and what may stand for it, as words. */
export interface Paraphrase {
  readonly words: readonly string[];
  readonly others: readonly string[];
}

export class ParaphraseTable {
  private readonly byPhrase = new Map<string, Paraphrase[]>();
  /** Words of the longest phrase. */
  private longest = 0;

  /**
   * Reads the table's text, which may come in pieces that end anywhere. METEOR's own has five million entries; with a
   * vocabulary only those are kept that words of it can match.
   */
  static from(pieces: Iterable<string>, vocabulary?: ReadonlySet<string>): ParaphraseTable {
    const table = new ParaphraseTable();
    for (const [phrase, paraphrase] of entriesOf(pieces)) table.add(phrase, paraphrase, vocabulary);
    return table;
  }

  private add(phrase: string, paraphrase: string, vocabulary: ReadonlySet<string> | undefined): void {
    const words = wordsOf(phrase, vocabulary);
    if (words === undefined) return;
    const others = wordsOf(paraphrase, vocabulary);
    if (others === undefined) return;
    this.longest = Math.max(this.longest, words.length);
    const key = words.join(' ');
    const list = this.byPhrase.get(key);
    if (list === undefined) this.byPhrase.set(key, [{ words, others }]);
    else list.push({ words, others });
  }

  /** The paraphrases of phrases that stand in `text` at `at`, the shortest phrases first. */
  *at(text: readonly string[], at: number): Iterable<Paraphrase> {
    let phrase = '';
    const end = Math.min(text.length, at + this.longest);
    for (let i = at; i < end; i++) {
      phrase = phrase === '' ? text[i]! : `${phrase} ${text[i]!}`;
      const found = this.byPhrase.get(phrase);
      if (found !== undefined) yield* found;
    }
  }
}

/** Phrase `words` stands in `text` at `at`. */
export function standsAt(words: readonly string[], text: readonly string[], at: number): boolean {
  if (at + words.length > text.length) return false;
  for (let i = 0; i < words.length; i++) if (text[at + i] !== words[i]) return false;
  return true;
}

function* entriesOf(pieces: Iterable<string>): Iterable<readonly [string, string]> {
  let line = 0;
  let phrase = '';
  for (const text of linesOf(pieces)) {
    if (line % 3 === 1) phrase = text;
    else if (line % 3 === 2) yield [phrase, text];
    line++;
  }
}

function* linesOf(pieces: Iterable<string>): Iterable<string> {
  let rest = '';
  for (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** The words of a phrase; undefined where there are none or the vocabulary lacks one. */
function wordsOf(phrase: string, vocabulary: ReadonlySet<string> | undefined): string[] | undefined {
  const words = phrase.split(' ').filter(Boolean);
  if (words.length === 0) return undefined;
  return vocabulary === undefined || words.every((word) => vocabulary.has(word)) ? words : undefined;
}
