import { isWordCode } from '../../text/words.ts';

/** How alike two phrases are, from 0 to 1, for the text gate of mask recall. */
export interface TextSimilarity {
  /** Stands beside every recall, as numbers with different gates cannot be compared. */
  readonly name: string;
  /** Whether phrases are asked about at all; without it every pair passes, one without a phrase too. */
  readonly gated: boolean;
  similarity(label: string, phrase: string): number;
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

/**
 * The cosine of a language model's vectors. `vectors` has one of length 1 for each of `texts`, `width` numbers each, one behind
 * the other; 0 for texts that are not among them.
 */
export function vectorSimilarity(
  name: string,
  texts: readonly string[],
  vectors: Float32Array,
  width: number,
): TextSimilarity {
  const places = new Map(texts.map((text, i) => [text, i * width]));
  return {
    name,
    gated: true,
    similarity(label, phrase) {
      const [one, other] = [places.get(label), places.get(phrase)];
      if (one === undefined || other === undefined) return 0;
      let sum = 0;
      for (let i = 0; i < width; i++) sum += vectors[one + i]! * vectors[other + i]!;
      return sum;
    },
  };
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
