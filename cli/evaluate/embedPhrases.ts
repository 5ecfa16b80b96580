/** How alike phrases are by a language model: finds all phrases first, and has each embedded once. */
import { fail, ok, type Result } from '../../core/result.ts';
import { DraftError } from '../../models/runtime/errors.ts';
import { embedTexts } from '../../models/runtime/similarity/host.ts';
import { embedderPath } from '../installation.ts';
import type { Crew } from './pool.ts';
import type { SimilarityBundle, SimilarityChoice } from './similarity.ts';
import type { ScoreTask } from './task.ts';

export interface EmbedPhrasesRequest {
  readonly bundle: SimilarityBundle;
  readonly tasks: Iterable<ScoreTask>;
  readonly crew: Crew;
  readonly signal: AbortSignal;
  /** So many phrases of all are done. */
  readonly progress: (done: number, total: number) => void;
}

/** Digits of a hash that tell models apart. */
const HASH_DIGITS = 12;

/** Fails where the model cannot be run, or was stopped; the message is for the user. */
export async function embedPhrases(request: EmbedPhrasesRequest): Promise<Result<SimilarityChoice>> {
  const { bundle, signal, progress } = request;
  const texts = await phrasesOf(request);
  try {
    const { model, width, vectors } = await embedTexts({
      workerPath: embedderPath(),
      bundle: bundle.folder,
      texts,
      signal,
      onProgress: (done) => progress(done, texts.length),
    });
    const hash = model.sha256.slice(0, HASH_DIGITS);
    const name = `cosine of ${model.name} ${model.version}, ${model.pooling} of states, SHA-256 ${hash}…`;
    return ok({ kind: 'vectors', name, texts, vectors, width });
  } catch (error) {
    if (!(error instanceof DraftError)) throw error;
    return fail(signal.aborted ? STOPPED : `--similarity ${bundle.folder}: ${error.message}`);
  }
}

const STOPPED = 'stopped while phrases were compared, before anything was scored: run this again.';

/** Each once, in the order of the files. What cannot be read here cannot be scored either, and is told of then. */
async function phrasesOf({ tasks, crew, signal }: EmbedPhrasesRequest): Promise<readonly string[]> {
  const found: (readonly string[])[] = [];
  const underWay = new Set<Promise<void>>();
  let number = 0;
  for (const task of tasks) {
    if (signal.aborted) break;
    const place = number++;
    const done = crew.run({ kind: 'phrases', of: task }).then(({ texts = [] }) => {
      found[place] = texts;
      underWay.delete(done);
    });
    underWay.add(done);
    while (underWay.size >= 2 * crew.width) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return [...new Set(found.flat())];
}
