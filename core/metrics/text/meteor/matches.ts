/** Which words and phrases of a hypothesis could stand for which of a reference (facts/metrics.md §1.6, *Matches*). */
import type { ParaphraseTable } from './paraphrases.ts';
import { meet, type SynonymTable } from './synonyms.ts';
import { type Word, WordTable } from './words.ts';

/** The modules of METEOR 1.5 by number. */
export const EXACT = 0;
export const STEM = 1;
export const SYNONYM = 2;
export const PARAPHRASE = 3;
export const MODULES = 4;

/** What METEOR compares words by besides themselves. */
export interface MeteorModules {
  readonly stem: boolean;
  readonly synonyms?: SynonymTable | undefined;
  readonly paraphrases?: ParaphraseTable | undefined;
}

/** Words of a reference that words of the hypothesis match. */
export interface Match {
  /** First word and number of words in the reference. */
  readonly reference: number;
  readonly referenceWords: number;
  /** First word and number of words in the hypothesis. */
  readonly hypothesis: number;
  readonly hypothesisWords: number;
  readonly module: number;
}

/** Every match, by its first word in the reference: in the order of the modules, then from left to right. */
export function findMatches(
  hypothesis: readonly string[],
  reference: readonly string[],
  modules: MeteorModules,
): Match[][] {
  const byStart: Match[][] = reference.map(() => []);
  const same = sameWords(hypothesis, reference);
  const [hypothesisWords, referenceWords] = wordsOf(modules).pair(hypothesis, reference);
  matchWords(byStart, hypothesisWords, referenceWords, same);
  if (modules.paraphrases !== undefined && !same) {
    matchParaphrases(byStart, hypothesis, reference, modules.paraphrases);
  }
  return byStart;
}

/** What is known of the words by the modules they are compared by. */
const tables = new WeakMap<MeteorModules, WordTable>();

function wordsOf(modules: MeteorModules): WordTable {
  const known = tables.get(modules);
  if (known !== undefined) return known;
  const table = new WordTable(modules.stem, modules.synonyms);
  tables.set(modules, table);
  return table;
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, i) => word === other[i]);
}

/** Matches of one word: a word's list has the exact ones first, then those by stem, then the synonyms. */
function matchWords(
  byStart: readonly Match[][],
  hypothesis: readonly Word[],
  reference: readonly Word[],
  exactOnly: boolean,
): void {
  for (let j = 0; j < reference.length; j++) {
    const word = reference[j]!;
    const { stem, senses, senseBits } = word;
    const list = byStart[j]!;
    for (let i = 0; i < hypothesis.length; i++) if (hypothesis[i] === word) list.push(ofOneWord(j, i, EXACT));
    if (exactOnly) continue;
    for (let i = 0; i < hypothesis.length; i++) {
      const other = hypothesis[i]!;
      if (other.stem === stem && other !== word) list.push(ofOneWord(j, i, STEM));
    }
    if (senseBits === 0) continue;
    for (let i = 0; i < hypothesis.length; i++) {
      const other = hypothesis[i]!;
      if ((other.senseBits & senseBits) !== 0 && other !== word && meet(senses, other.senses))
        list.push(ofOneWord(j, i, SYNONYM));
    }
  }
}

function ofOneWord(reference: number, hypothesis: number, module: number): Match {
  return { reference, referenceWords: 1, hypothesis, hypothesisWords: 1, module };
}

/** A table's entry matches in either direction: first those with the phrase in the reference. */
function matchParaphrases(
  byStart: readonly Match[][],
  hypothesis: readonly string[],
  reference: readonly string[],
  table: ParaphraseTable,
): void {
  table.find(
    reference,
    hypothesis,
    (j, words, i, others) => byStart[j]!.push(ofPhrases(j, words, i, others)),
    (i, words, j, others) => byStart[j]!.push(ofPhrases(j, others, i, words)),
  );
}

function ofPhrases(reference: number, referenceWords: number, hypothesis: number, hypothesisWords: number): Match {
  return { reference, referenceWords, hypothesis, hypothesisWords, module: PARAPHRASE };
}
