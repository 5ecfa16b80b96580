import { isWordCode } from '../../text/words.ts';
import type { MaskExample } from './example.ts';

/** How alike two phrases are, from 0 to 1, for the text gate of mask recall. */
export interface TextSimilarity {
  /** Stands beside every recall, as numbers with different gates cannot be compared. */
  readonly name: string;
  /** Whether phrases are asked about at all; without it every pair passes, one without a phrase too. */
  readonly gated: boolean;
  similarity(label: string, phrase: string): number;
}

/** A similarity that answers for many phrases at once, such as a language model. */
export interface SimilarityProvider {
  readonly name: string;
  /** Labels × phrases, label by label. */
  similarities(labels: readonly string[], phrases: readonly string[]): Promise<Float64Array>;
}

/** No gate: what recall is where every text passes. An upper bound, and usually near the paper's figure. */
export const noTextGate: TextSimilarity = { name: 'none', gated: false, similarity: () => 1 };

/**
 * The light default: the words two phrases share, over the geometric mean of how many words each has. Articles,
 * possessives and the like are left out, plurals are folded (`dogs` and `dog`, `boxes` and `box`, `cities` and `city`);
 * letter case and punctuation do not count. `a brown dog` and `the dog` make 1 / √2 = 0.71; synonyms make 0. It is
 * stricter than the paper's BERT, which passes almost everything, so that recalls with the two are not comparable.
 */
export const sharedWords: TextSimilarity = { name: 'shared words', gated: true, similarity: wordCosine };

/** Likenesses from a list of `[label, phrase, value]`; 0 for pairs that are not in it. */
export function similarityTable(
  name: string,
  entries: Iterable<readonly [label: string, phrase: string, value: number]>,
): TextSimilarity {
  const table = new Map<string, Map<string, number>>();
  for (const [label, phrase, value] of entries) {
    const row = table.get(label) ?? new Map<string, number>();
    table.set(label, row.set(phrase, value));
  }
  return { name, gated: true, similarity: (label, phrase) => table.get(label)?.get(phrase) ?? 0 };
}

/** For examples that carry their `similarities`; pairs of other examples are not alike. */
export function carriedSimilarities(name: string): TextSimilarity {
  return { name, gated: true, similarity: () => 0 };
}

/** The example with the likenesses of its labels and phrases. */
export async function withSimilarities(example: MaskExample, provider: SimilarityProvider): Promise<MaskExample> {
  const { labels = [], phrases = [] } = example;
  if (labels.length === 0 || phrases.length === 0) return example;
  return { ...example, similarities: await provider.similarities(labels, phrases) };
}

/** Words that name nothing. */
const EMPTY_WORDS = new Set([
  ...['a', 'an', 'the', 'this', 'that', 'these', 'those', 'some', 'his', 'her', 'its', 'their', 'my', 'your', 'our'],
  ...['of', 'in', 'on', 'at', 'by', 'with', 'and', 'or', 'to', 'from', 'for', 'is', 'are', 'which', 'who'],
]);

function wordCosine(label: string, phrase: string): number {
  if (label === phrase) return 1;
  const first = namingWords(label);
  const second = namingWords(phrase);
  if (first.size === 0 || second.size === 0) return 0;
  let shared = 0;
  for (const word of first) if (second.has(word)) shared++;
  return shared / Math.sqrt(first.size * second.size);
}

/** The phrase's words without those that name nothing; all of them where no other is left. */
function namingWords(phrase: string): Set<string> {
  const all = wordsOf(phrase.toLowerCase());
  const naming = new Set<string>();
  for (const word of all) if (!EMPTY_WORDS.has(word)) naming.add(singular(word));
  return naming.size > 0 ? naming : new Set(all);
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const inside = i < text.length && isWordCode(text.charCodeAt(i));
    if (inside && start < 0) start = i;
    if (inside || start < 0) continue;
    words.push(text.slice(start, i));
    start = -1;
  }
  return words;
}

/** The endings after which a plural takes `es`. */
const HISSING = ['ses', 'xes', 'zes', 'ches', 'shes'];

/** The word without the ending of a plural; both sides are folded alike, so that a wrong fold does no harm. */
function singular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || word.endsWith('ss')) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return HISSING.some((ending) => word.endsWith(ending)) ? word.slice(0, -2) : word.slice(0, -1);
}
