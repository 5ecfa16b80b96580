/**
 * METEOR with the user's paraphrases. Reading them takes as long as everything else: that is done in a thread of its own,
 * and captions are scored when both are there.
 */
import type { Measured } from '../../core/metrics/evaluate/measure.ts';
import { type Plan, wants } from '../../core/metrics/evaluate/plan.ts';
import type { ParaphraseData } from '../../core/metrics/text/meteor/paraphrases.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { commandPath } from '../installation.ts';
import { packed } from './compact.ts';
import { type Crew, ownThread, WorkerCrew } from './pool.ts';
import type { Settings } from './task.ts';

/** The user's paraphrases, and the thread that reads them. */
export interface Paraphrases {
  /** Fails with what the user is told. */
  readonly table: Promise<Result<ParaphraseData>>;
  /** Has nothing else to do afterwards. */
  readonly crew: Crew;
}

/** Begins to read the table; in this thread where the command is not built. Closing the crew ends it. */
export function readInThread(path: string, settings: Settings): Paraphrases {
  const script = commandPath();
  const crew = script === undefined ? ownThread(settings) : new WorkerCrew(script, 1, settings);
  const table = crew
    .run({ kind: 'paraphrases', path })
    .then(({ paraphrases, failure = '' }) =>
      paraphrases === undefined ? fail<ParaphraseData>(failure) : ok(paraphrases),
    );
  return { table, crew };
}

/** What is measured, with METEOR; nothing of it where that fails. */
export async function withMeteor(
  measured: readonly Measured[],
  paraphrases: Promise<Result<ParaphraseData>>,
  crew: Crew,
  plan: Plan,
): Promise<{ readonly measured: readonly Measured[]; readonly failure?: string | undefined }> {
  const captions = measured.flatMap(({ caption }) => caption?.texts?.tokens ?? []);
  if (captions.length === 0) return { measured };
  const table = await paraphrases;
  // Then there is no report: whoever runs the tasks sees it too.
  if (!table.ok) return { measured: [] };
  const { meteor, failure } = await crew.run({ kind: 'meteor', paraphrases: table.value, captions });
  if (meteor === undefined) return { measured: [], failure };
  const keepsTokens = wants(plan, 'cider');
  let next = 0;
  const complete = measured.map((each) => {
    const { caption } = each;
    if (caption?.texts?.tokens === undefined) return each;
    const { tokens } = caption.texts;
    const texts = { ...(keepsTokens && { tokens }), meteor: meteor[next++]! };
    return { ...each, caption: { ...caption, texts } };
  });
  return { measured: packed(complete), failure };
}
