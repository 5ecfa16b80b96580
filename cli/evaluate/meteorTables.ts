/** METEOR's tables, read from disk when the first caption is scored. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { MeteorModules } from '../../core/metrics/text/meteor/matches.ts';
import { ParaphraseTable } from '../../core/metrics/text/meteor/paraphrases.ts';
import { SynonymTable } from '../../core/metrics/text/meteor/synonyms.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { wordnetPath } from '../installation.ts';

/**
 * METEOR's modules: stems, synonyms, and, where the user has their own `paraphrase-en.gz`, paraphrases. Fails where
 * that file cannot be read. Where the table of synonyms is not there METEOR does without, and its label says so.
 */
export function readMeteorModules(paraphrases: string | undefined): Result<MeteorModules> {
  const table = paraphrases === undefined ? undefined : readParaphrases(paraphrases);
  if (table?.ok === false) return table;
  const synonyms = readSynonyms();
  return ok({
    stem: true,
    ...(synonyms !== undefined && { synonyms }),
    ...(table !== undefined && { paraphrases: table.value }),
  });
}

function readSynonyms(): SynonymTable | undefined {
  try {
    const table = SynonymTable.read(gunzipSync(readFileSync(wordnetPath())));
    return table.ok ? table.value : undefined;
  } catch {
    return undefined;
  }
}

function readParaphrases(path: string): Result<ParaphraseTable> {
  try {
    const bytes = readFileSync(path);
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return ok(ParaphraseTable.from(pieces(isZipped ? gunzipSync(bytes) : bytes)));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail(`--paraphrases ${path} cannot be read (${why}): name METEOR's own paraphrase-en.gz.`);
  }
}

/** Unzipped the table is larger than the longest text there can be. */
const PIECE = 1 << 24;

function* pieces(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; at += PIECE)
    yield decoder.decode(bytes.subarray(at, at + PIECE), { stream: at + PIECE < bytes.length });
}
