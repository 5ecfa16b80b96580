/** Runs the tasks of an evaluation and makes the report. */
import type { Measured } from '../../core/metrics/evaluate/measure.ts';
import { makeReport } from '../../core/metrics/evaluate/report.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { Keeper } from './compact.ts';
import type { Jobs } from './jobs.ts';
import type { Crew } from './pool.ts';
import { similarityOf } from './similarity.ts';
import type { ScoreTask, Settings } from './task.ts';

export interface RunRequest {
  readonly jobs: Jobs;
  readonly crew: Crew;
  readonly settings: Settings;
  readonly meteorLabel: string;
  readonly paths: { readonly references: readonly string[]; readonly predictions: readonly string[] };
  /** So many references more are scored. */
  readonly progress: (references: number) => void;
  readonly complain: (message: string) => void;
  /** Whether something could not be read before. */
  readonly failed: boolean;
  readonly signal: AbortSignal;
}

/** The report on all that could be computed; what was interrupted or failed is told to `complain` and leaves it incomplete. */
export async function runJobs(request: RunRequest): Promise<EvaluationReport> {
  const { jobs, settings, signal, complain } = request;
  const results = new Results(request.failed, complain);
  const underWay = new Set<Promise<void>>();
  let number = 0;
  for (const task of jobs.tasks) {
    if (signal.aborted) break;
    const done = give(task, number++, results, request).finally(() => underWay.delete(done));
    underWay.add(done);
    // A few more than can be done at a time, so that no thread waits for its next task.
    while (underWay.size >= 2 * request.crew.width) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  // The report needs memory of its own, and nobody needs the threads any more.
  await request.crew.close();
  const measured = results.inOrder();
  if (signal.aborted)
    results.fail(`stopped after ${measured.length} of ${jobs.references} references: the numbers are of those.`);
  return makeReport({
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
}

async function give(task: ScoreTask, number: number, results: Results, { crew, progress }: RunRequest): Promise<void> {
  const { measured = [], failure } = await crew.run(task);
  if (failure !== undefined) results.fail(failure);
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
