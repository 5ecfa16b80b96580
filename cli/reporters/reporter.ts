/** What a reporter of `uscdf lint` gets. */
import type { Range } from '../../core/records/position.ts';
import type { Severity } from '../../core/records/recordModel.ts';
import type { RelatedPlace, ReportedFix } from '../lint/task.ts';

/** A finding as `--format json` prints it; lines and characters count from 0, characters in UTF-16 units. */
export interface ReportedFinding {
  readonly file: string;
  /** The record's id; null where it has none. */
  readonly record: string | null;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly fixable: boolean;
}

/** What only some reports show of a finding; places are of the finding's own file. */
export interface FindingDetails {
  readonly related: readonly RelatedPlace[];
  readonly fix?: ReportedFix;
}

export interface Summary {
  files: number;
  records: number;
  errors: number;
  warnings: number;
  informations: number;
  hints: number;
}

/** Writes to the output it was made for; the caller flushes that. */
export interface Reporter {
  finding(finding: ReportedFinding, details: FindingDetails): void;
  /** Once, after the last finding. */
  end(summary: Readonly<Summary>): void | Promise<void>;
}
