/** The forms a report is written in, by the ending of the file's name. */
import { reportHtml } from './html.ts';
import { reportMarkdown } from './markdown.ts';
import type { EvaluationReport } from './model.ts';

const FORMS: Readonly<Record<string, (report: EvaluationReport) => string>> = {
  '.md': reportMarkdown,
  '.html': reportHtml,
  '.json': reportJson,
};

/** The report as programs read it: one object. */
export function reportJson(report: EvaluationReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** How a report is written into a file of that name; `undefined` where the name ends in none of `.md`, `.html` and `.json`. */
export function reportForm(path: string): ((report: EvaluationReport) => string) | undefined {
  const ending = Object.keys(FORMS).find((each) => path.toLowerCase().endsWith(each));
  return ending === undefined ? undefined : FORMS[ending];
}
