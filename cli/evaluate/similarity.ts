/** The text similarity that gates mask recall, as `--similarity` names it. */

import {
  noTextGate,
  sharedWords,
  similarityTable,
  type TextSimilarity,
  vectorSimilarity,
} from '../../core/metrics/masks/textSimilarity.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { readManifest } from '../../models/runtime/bundle.ts';
import { findBundle } from '../models/store.ts';
import { readTextFile } from '../textFile.ts';
import { isFolder } from './source.ts';

/** Plain data, for worker threads: a name of one of ours, a table, or a language model's vectors. */
export type SimilarityChoice =
  | { readonly kind: 'shared-words' | 'none' }
  | { readonly kind: 'table'; readonly name: string; readonly entries: readonly (readonly [string, string, number])[] }
  | {
      readonly kind: 'vectors';
      readonly name: string;
      readonly texts: readonly string[];
      /** In memory that threads share. */
      readonly vectors: Float32Array;
      readonly width: number;
    };

/** A language model, whose vectors are computed when it is known of which phrases. */
export interface SimilarityBundle {
  readonly kind: 'bundle';
  readonly folder: string;
}

export const DEFAULT_SIMILARITY = 'shared-words';

const WANTED =
  'write shared-words, none, a .json file of [[label, phrase, likeness], …], or the folder or name of a model bundle of the driver "embedder"';

/** `shared-words`, `none`, a JSON file of `[[label, phrase, likeness], …]`, or a bundle by its folder or name. */
export async function readSimilarity(name: string): Promise<Result<SimilarityChoice | SimilarityBundle>> {
  if (name === 'shared-words' || name === 'none') return ok({ kind: name });
  if (name.toLowerCase().endsWith('.json') && !isFolder(name)) return readTable(name);
  const read = await readManifest(await findBundle(name));
  if (!read.ok)
    return fail(isFolder(name) ? `--similarity ${name}: ${read.error.message}` : `--similarity ${name}: ${WANTED}.`);
  const { driver } = read.value;
  if (driver !== 'embedder')
    return fail(
      `--similarity ${name}: this model is of another kind (${driver}) and does not say how alike phrases are: name a bundle of the driver "embedder".`,
    );
  return ok({ kind: 'bundle', folder: await findBundle(name) });
}

export function similarityOf(choice: SimilarityChoice): TextSimilarity {
  switch (choice.kind) {
    case 'table':
      return similarityTable(choice.name, choice.entries);
    case 'vectors':
      return vectorSimilarity(choice.name, choice.texts, choice.vectors, choice.width);
    case 'none':
      return noTextGate;
    case 'shared-words':
      return sharedWords;
  }
}

function readTable(path: string): Result<SimilarityChoice> {
  const file = readTextFile(path);
  if (!file.ok) return fail(`--similarity: ${file.message}`);
  const entries = parseTable(file.value.text);
  return entries === undefined
    ? fail(`--similarity ${path}: this is no table: write a JSON list of [label, phrase, likeness from 0 to 1].`)
    : ok({ kind: 'table', name: `table ${path}`, entries });
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
