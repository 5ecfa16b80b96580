/** Runs the tasks of an evaluation and makes the report. */
import type { Measured } from '../../core/metrics/evaluate/measure.ts';
import { makeReport } from '../../core/metrics/evaluate/report.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import type { ParaphraseData } from '../../core/metrics/text/meteor/paraphrases.ts';
import { ok, type Result } from '../../core/result.ts';
import { Keeper } from './compact.ts';
import type { Jobs } from './jobs.ts';
import { type Paraphrases, withMeteor } from './meteorLater.ts';
import type { Crew } from './pool.ts';
import { CountedCrew, SharedCrew } from './shared.ts';
import { similarityOf } from './similarity.ts';
import type { ScoreTask, Settings } from './task.ts';

export interface RunRequest {
  readonly jobs: Jobs;
  readonly crew: Crew;
  readonly settings: Settings;
  readonly meteorLabel: string;
  /** Those METEOR waits for, where it does. */
  readonly paraphrases: Paraphrases | undefined;
  readonly paths: { readonly references: readonly string[]; readonly predictions: readonly string[] };
  /** So many references more are scored. */
  readonly progress: (references: number) => void;
  readonly complain: (message: string) => void;
  /** Whether something could not be read before. */
  readonly failed: boolean;
  readonly signal: AbortSignal;
}

/**
 * The report on all that could be computed; what was interrupted or failed is told to `complain` and leaves it incomplete.
 * Fails where the paraphrases cannot be read.
 */
export async function runJobs(request: RunRequest): Promise<Result<EvaluationReport>> {
  const { jobs, settings, signal, complain, paraphrases } = request;
  const results = new Results(request.failed, complain);
  const crew = new CountedCrew(request.crew);
  // Who reads the table is free then; who scores masks helps when there are none left.
  const meteor = paraphrases && new SharedCrew([new CountedCrew(paraphrases.crew), crew]);
  let table: Result<ParaphraseData> | undefined;
  void paraphrases?.table.then((read) => {
    table = read;
  });
  const underWay = new Set<Promise<unknown>>();
  const finished: Promise<void>[] = [];
  for (const task of jobs.tasks) {
    if (signal.aborted || table?.ok === false) break;
    const scored = score(task, results, crew).finally(() => underWay.delete(scored));
    underWay.add(scored);
    finished.push(finish(task, finished.length, scored, results, meteor, request));
    // A few more than can be done at a time, so that no thread waits for its next task.
    while (underWay.size >= 2 * crew.width) await Promise.race(underWay);
  }
  await Promise.all(finished);
  const read = await paraphrases?.table;
  if (read?.ok === false) return read;
  // The report needs memory of its own, and nobody needs the threads any more.
  await Promise.all([crew.close(), paraphrases?.crew.close()]);
  const measured = results.inOrder();
  if (signal.aborted)
    results.fail(`stopped after ${measured.length} of ${jobs.references} references: the numbers are of those.`);
  const report = makeReport({
    plan: settings.plan,
    similarity: similarityOf(settings.similarity),
    ...request.paths,
    meteorLabel: request.meteorLabel,
    measured,
    total: jobs.references,
    unasked: jobs.unasked,
    problems: jobs.problems,
    failed: results.failed,
  });
  return ok(report);
}

async function score(task: ScoreTask, results: Results, crew: Crew): Promise<readonly Measured[]> {
  const { measured = [], failure } = await crew.run(task);
  if (failure !== undefined) results.fail(failure);
  return measured;
}

/** Takes what is scored; captions that wait for METEOR's paraphrases are scored by it first, and hold nobody up. */
async function finish(
  task: ScoreTask,
  number: number,
  scored: Promise<readonly Measured[]>,
  results: Results,
  meteor: Crew | undefined,
  { paraphrases, progress, settings }: RunRequest,
): Promise<void> {
  let measured = await scored;
  if (paraphrases !== undefined && meteor !== undefined) {
    const later = await withMeteor(measured, paraphrases.table, meteor, settings.plan);
    if (later.failure !== undefined) results.fail(later.failure);
    measured = later.measured;
  }
  results.take(number, measured);
  progress(lengthOf(task));
}

function lengthOf(task: ScoreTask): number {
  if (task.kind === 'records') return task.pairs.length;
  return task.kind === 'referring' ? task.expressions.length : task.images.length;
}

class Results {
  failed: boolean;
  private readonly byTask: (readonly Measured[])[] = [];
  private readonly keeper = new Keeper();
  private readonly said = new Set<string>();

  constructor(
    failed: boolean,
    private readonly complain: (message: string) => void,
  ) {
    this.failed = failed;
  }

  take(task: number, measured: readonly Measured[]): void {
    this.byTask[task] = measured.map((each) => this.keeper.keep(each));
  }

  fail(message: string): void {
    this.failed = true;
    if (!this.said.has(message)) this.complain(message);
    this.said.add(message);
  }

  /** As if one thread had done all. */
  inOrder(): readonly Measured[] {
    return this.byTask.flat();
  }
}
