import type { TextSimilarity } from '../masks/textSimilarity.ts';
import type { EvaluationReport } from '../report/model.ts';
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
  const problems = [...request.problems, ...measured.flatMap((each) => each.problems)];
  const images = measured.filter(isScored).length;
  const skipped = request.total - images;
  const unanswered = measured.filter(({ prediction }) => prediction === undefined).length;
  return {
    version: 1,
    protocol: plan.protocol,
    similarity: similarity.name,
    meteor: wants(plan, 'meteor') ? request.meteorLabel : null,
    documentFrequencies: wants(plan, 'cider') ? 'the references of each set' : null,
    references: request.references,
    predictions: request.predictions,
    counts: { images, unanswered, skipped, unasked: request.unasked },
    complete: !request.failed && problems.length === 0 && skipped === 0 && unanswered === 0,
    tables,
    notes,
    problems: problems.slice(0, MOST_PROBLEMS),
    worst: worstRecords(measured),
  };
}

function isScored({ caption, referring, panoptic }: Measured): boolean {
  return caption !== undefined || referring !== undefined || panoptic !== undefined;
}
