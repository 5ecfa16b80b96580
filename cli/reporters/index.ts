/** The reporters of `uscdf lint`, one file each. */
import { githubReporter } from './github.ts';
import { jsonReporter } from './json.ts';
import { jsonlReporter } from './jsonl.ts';
import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';
import { sarifReporter } from './sarif.ts';
import { textReporter } from './text.ts';

export const REPORT_FORMATS = ['text', 'json', 'jsonl', 'sarif', 'github'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const REPORTERS: Readonly<Record<ReportFormat, (output: Output) => Reporter>> = {
  text: textReporter,
  json: jsonReporter,
  jsonl: jsonlReporter,
  sarif: sarifReporter,
  github: githubReporter,
};

export function reporterFor(format: ReportFormat, output: Output): Reporter {
  return REPORTERS[format](output);
}
