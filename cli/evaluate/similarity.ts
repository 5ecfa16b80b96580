/** The text similarity that gates mask recall, as `--similarity` names it. */

import {
  noTextGate,
  sharedWords,
  similarityTable,
  type TextSimilarity,
} from '../../core/metrics/masks/textSimilarity.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { readTextFile } from '../textFile.ts';

/** Plain data, for worker threads: a name of one of ours, or a table. */
export type SimilarityChoice =
  | { readonly kind: 'shared-words' | 'none' }
  | { readonly kind: 'table'; readonly name: string; readonly entries: readonly (readonly [string, string, number])[] };

export const DEFAULT_SIMILARITY = 'shared-words';

/** `shared-words`, `none`, or a JSON file of `[[label, phrase, likeness], …]`. */
export function readSimilarity(name: string): Result<SimilarityChoice> {
  if (name === 'shared-words' || name === 'none') return ok({ kind: name });
  if (!name.toLowerCase().endsWith('.json'))
    return fail(`--similarity ${name}: write shared-words, none, or a .json file of [[label, phrase, likeness], …].`);
  const file = readTextFile(name);
  if (!file.ok) return fail(`--similarity: ${file.message}`);
  const entries = parseTable(file.value.text);
  return entries === undefined
    ? fail(`--similarity ${name}: this is no table: write a JSON list of [label, phrase, likeness from 0 to 1].`)
    : ok({ kind: 'table', name: `table ${name}`, entries });
}

export function similarityOf(choice: SimilarityChoice): TextSimilarity {
  if (choice.kind === 'table') return similarityTable(choice.name, choice.entries);
  return choice.kind === 'none' ? noTextGate : sharedWords;
}

function parseTable(text: string): readonly (readonly [string, string, number])[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const entries: (readonly [string, string, number])[] = [];
  for (const entry of value as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [label, phrase, likeness] = entry as readonly unknown[];
    if (typeof label !== 'string' || typeof phrase !== 'string' || typeof likeness !== 'number') return undefined;
    entries.push([label, phrase, likeness]);
  }
  return entries;
}
