/** Which words and phrases of a hypothesis could stand for which of a reference (facts/metrics.md §1.6, *Matches*). */
import type { ParaphraseTable } from './paraphrases.ts';
import { stem } from './stem.ts';
import { meet, type SynonymTable } from './synonyms.ts';

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
  matchWords(byStart, hypothesis, reference, modules, sameWords(hypothesis, reference));
  if (modules.paraphrases !== undefined && !sameWords(hypothesis, reference)) {
    matchParaphrases(byStart, hypothesis, reference, modules.paraphrases);
  }
  return byStart;
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, i) => word === other[i]);
}

/** Matches of one word: a word's list has the exact ones first, then those by stem, then the synonyms. */
function matchWords(
  byStart: readonly Match[][],
  hypothesis: readonly string[],
  reference: readonly string[],
  modules: MeteorModules,
  exactOnly: boolean,
): void {
  const stems = modules.stem && !exactOnly ? hypothesis.map(stem) : undefined;
  const { synonyms } = modules;
  const senses = exactOnly ? undefined : synonyms && hypothesis.map((word) => synonyms.sensesOf(word));
  for (let j = 0; j < reference.length; j++) {
    const word = reference[j]!;
    const list = byStart[j]!;
    for (let i = 0; i < hypothesis.length; i++) if (hypothesis[i] === word) list.push(ofOneWord(j, i, EXACT));
    if (stems !== undefined) {
      const own = stem(word);
      for (let i = 0; i < stems.length; i++) {
        if (stems[i] === own && hypothesis[i] !== word) list.push(ofOneWord(j, i, STEM));
      }
    }
    if (senses === undefined || synonyms === undefined) continue;
    const own = synonyms.sensesOf(word);
    if (own.length === 0) continue;
    for (let i = 0; i < senses.length; i++) {
      if (meet(own, senses[i]!) && hypothesis[i] !== word) list.push(ofOneWord(j, i, SYNONYM));
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
  table.find(reference, hypothesis, (j, words, i, others) => byStart[j]!.push(ofPhrases(j, words, i, others)));
  table.find(hypothesis, reference, (i, words, j, others) => byStart[j]!.push(ofPhrases(j, others, i, words)));
}

function ofPhrases(reference: number, referenceWords: number, hypothesis: number, hypothesisWords: number): Match {
  return { reference, referenceWords, hypothesis, hypothesisWords, module: PARAPHRASE };
}
