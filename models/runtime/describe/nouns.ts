import type { NounClass } from '../manifest.ts';

/** How English counts the model's nouns. */

const NUMBER_WORDS = ['no', 'one', 'two', 'three', 'four', 'five'] as const;

/** `a dog`, `two dogs`, `several dogs`: above five the detector's count is too uncertain to be written down. */
export function countedPhrase(noun: NounClass, count: number): string {
  const [one, many] = noun.counted ?? [noun.name, noun.plural];
  if (count === 1) return withArticle(one);
  return `${NUMBER_WORDS[count] ?? 'several'} ${many}`;
}

/** The indefinite article that the first word's sound asks for. */
export function withArticle(phrase: string): string {
  return `${/^(?!uni|use|eu|one\b)[aeiou]/i.test(phrase) ? 'an' : 'a'} ${phrase}`;
}

const SPELT: Readonly<Record<string, number>> = {
  one: 1,
  single: 1,
  two: 2,
  both: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};

/** The number that a word names, in letters or digits; `undefined` where it names none. */
export function numberOf(word: string): number | undefined {
  if (/^\d{1,3}$/.test(word)) return Number(word);
  return Object.hasOwn(SPELT, word) ? SPELT[word] : undefined;
}
