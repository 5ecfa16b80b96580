/** METEOR's tables, read from disk. */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { MeteorModules } from '../../core/metrics/text/meteor/matches.ts';
import { meteorLabel } from '../../core/metrics/text/meteor/meteor.ts';
import { ParaphraseBuilder } from '../../core/metrics/text/meteor/paraphraseBuilder.ts';
import { type ParaphraseData, ParaphraseTable } from '../../core/metrics/text/meteor/paraphrases.ts';
import { SynonymTable } from '../../core/metrics/text/meteor/synonyms.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { wordnetPath } from '../installation.ts';
import { statOf } from './source.ts';

/**
 * METEOR's modules: stems, synonyms, and, where the user has their own `paraphrase-en.gz`, paraphrases. Where the table of
 * synonyms is not there METEOR does without, and its label says so; throws where it is damaged.
 */
export function meteorModules(paraphrases: ParaphraseData | undefined): MeteorModules {
  const synonyms = readSynonyms();
  return {
    stem: true,
    ...(synonyms !== undefined && { synonyms }),
    ...(paraphrases !== undefined && { paraphrases: new ParaphraseTable(paraphrases) }),
  };
}

/** What METEOR is called that is computed with the tables there are; nothing is read for it. */
export function labelOfMeteor(paraphrases: boolean): string {
  return meteorLabel({ stem: true, synonyms: existsSync(wordnetPath()), paraphrases });
}

function readSynonyms(): SynonymTable | undefined {
  const path = wordnetPath();
  if (!existsSync(path)) return undefined;
  const table = SynonymTable.read(gunzipSync(readFileSync(path)));
  if (!table.ok)
    throw new Error(`${path}, METEOR's table of synonyms, is damaged (${table.message}); install uscdf anew`);
  return table.value;
}

/** The user's table, in memory that threads share. It is unzipped in another thread while what is there is read. */
export async function readParaphrases(path: string): Promise<Result<ParaphraseData>> {
  // A pipe would wait for its writer, and a device may never end.
  if (statOf(path)?.isFile() === false)
    return fail(`--paraphrases ${path} is not a file: name METEOR's own paraphrase-en.gz.`);
  try {
    const builder = new ParaphraseBuilder();
    let isFirst = true;
    for await (const piece of bytesOf(path, await isZipped(path))) {
      // Any text has lines: a report must not be called METEOR-1.5 for them.
      if (isFirst && !beginsWithProbability(piece))
        return fail(`--paraphrases ${path} has no entry: name METEOR's own paraphrase-en.gz.`);
      isFirst = false;
      builder.add(piece);
    }
    const data = builder.finish((bytes) => new SharedArrayBuffer(bytes));
    if (data.otherLow.length > 0) return ok(data);
    return fail(`--paraphrases ${path} has no entry: name METEOR's own paraphrase-en.gz.`);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail(`--paraphrases ${path} cannot be read (${why}): name METEOR's own paraphrase-en.gz.`);
  }
}

/** Whether the first line is a number, as in METEOR's own table. */
function beginsWithProbability(piece: Uint8Array): boolean {
  const end = piece.indexOf(10);
  const line = Buffer.from(piece.subarray(0, Math.min(end < 0 ? 0 : end, LONGEST_NUMBER)))
    .toString('latin1')
    .trim();
  return line !== '' && Number.isFinite(Number(line));
}

/** In bytes. */
const LONGEST_NUMBER = 64;

/** Bytes that are taken at a time. */
const PIECE = 1 << 20;

async function* bytesOf(path: string, zipped: boolean): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  if (!zipped) {
    yield* file as AsyncIterable<Uint8Array>;
    return;
  }
  const unzipped = createGunzip({ chunkSize: PIECE });
  // `pipe` hands no errors on, and a file that ends too early is one.
  file.on('error', (error) => unzipped.destroy(error)).pipe(unzipped);
  yield* unzipped as AsyncIterable<Uint8Array>;
}

async function isZipped(path: string): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { bytesRead, buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file?.close();
  }
}
