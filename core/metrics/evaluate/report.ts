import type { TextSimilarity } from '../masks/textSimilarity.ts';
import type { EvaluationReport, ReportNote } from '../report/model.ts';
import type { Measured } from './measure.ts';
import { type Plan, wants } from './plan.ts';
import { tablesOf } from './tables.ts';
import type { Problem } from './work.ts';
import { worstRecords } from './worst.ts';

/** Problems that a report names. */
const MOST_PROBLEMS = 100;

export interface ReportRequest {
  readonly plan: Plan;
  readonly similarity: TextSimilarity;
  readonly meteorLabel: string;
  readonly references: readonly string[];
  readonly predictions: readonly string[];
  /** In the order of the references. */
  readonly measured: readonly Measured[];
  /** References that there are, those included that were not reached. */
  readonly total: number;
  /** Predictions without a reference. */
  readonly unasked: number;
  /** What is known beside what `measured` says. */
  readonly problems: readonly Problem[];
  /** Something could not be read, or was not finished. */
  readonly failed: boolean;
}

/** The report on what was measured, with every number and what it should be read with. */
export function makeReport(request: ReportRequest): EvaluationReport {
  const { plan, similarity, measured } = request;
  const { tables, notes } = tablesOf(measured, plan, similarity);
  const unanswered = measured.filter(({ prediction }) => prediction === undefined);
  const problems = [...request.problems, ...measured.flatMap((each) => each.problems), ...leftOut(unanswered)];
  const images = measured.filter(isScored).length;
  const skipped = request.total - images;
  return {
    version: 1,
    protocol: plan.protocol,
    similarity: similarity.name,
    meteor: wants(plan, 'meteor') ? request.meteorLabel : null,
    documentFrequencies: wants(plan, 'cider') ? 'the references of each set' : null,
    references: request.references,
    predictions: request.predictions,
    counts: { images, unanswered: unanswered.length, skipped, unasked: request.unasked },
    complete: !request.failed && problems.length === 0 && skipped === 0,
    tables,
    notes: [...notes, ...countedWrong(unanswered)],
    problems: problems.slice(0, MOST_PROBLEMS),
    worst: worstRecords(measured),
  };
}

/** References that are in no number for want of a prediction. */
function leftOut(unanswered: readonly Measured[]): readonly Problem[] {
  const missing = unanswered.filter((each) => !isScored(each) && each.problems.length === 0);
  return missing.map(({ id, reference }) => ({ id, place: reference, message: NO_PREDICTION }));
}

const NO_PREDICTION =
  'This reference has no prediction and is in no number, since the paper’s scripts stop there: add the prediction, or choose the protocol strict, in which nothing counts as found.';

/** One note on references that count although they have no prediction. */
function countedWrong(unanswered: readonly Measured[]): readonly ReportNote[] {
  const scored = unanswered.filter(isScored);
  const first = scored[0];
  if (first === undefined) return [];
  const set = first.caption?.set ?? first.referring?.set ?? 'panoptic';
  const examples = scored.slice(0, MOST_NAMED).map(({ id }) => id);
  return [{ set, metric: 'all scores', count: scored.length, examples, message: COUNTED_WRONG }];
}

/** Examples that a note names. */
const MOST_NAMED = 5;

const COUNTED_WRONG = 'References have no prediction and count as if nothing had been found: add what is missing.';

function isScored({ caption, referring, panoptic }: Measured): boolean {
  return caption !== undefined || referring !== undefined || panoptic !== undefined;
}
