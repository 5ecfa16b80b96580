import type { EvaluationReport, ScoreTable } from './model.ts';
import { exampleCount, printed, provenance, rowsOf } from './numbers.ts';

/** Of long lists the text names the first. */
const MOST_LISTED = 10;

/** The report for a terminal. */
export function reportText(report: EvaluationReport): string {
  const blocks = [provenance(report).join('\n'), ...report.tables.map(tableText)];
  if (report.tables.length === 0) blocks.push('Nothing was scored.');
  if (report.notes.length > 0) blocks.push(['Notes:', ...report.notes.map(noteText)].join('\n'));
  if (report.problems.length > 0)
    blocks.push(['Skipped or wrong:', ...listed(report.problems.map(problemText))].join('\n'));
  if (report.worst.length > 0) blocks.push(['Worst first:', ...listed(report.worst.map(worstText))].join('\n'));
  if (!report.complete) blocks.push('These numbers are not complete: see what is skipped above.');
  return `${blocks.join('\n\n')}\n`;
}

function tableText(table: ScoreTable): string {
  const single = table.published.every(({ figures }) => Object.keys(figures).length === 1);
  const { head, rows } = rowsOf(single ? { ...table, published: [] } : table);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  return [`${table.title} (${exampleCount(table)})`, ...lines, ...(single ? figureLines(table) : [])].join('\n');
}

/** Published rows of one figure each, a line a model: a row each would be a long table of dashes. */
function figureLines({ published }: ScoreTable): readonly string[] {
  const byModel = new Map<string, string[]>();
  for (const { model, split, figures } of published) {
    const [[name = '', figure] = []] = Object.entries(figures);
    const line = byModel.get(`${model}, ${name}`) ?? [];
    byModel.set(`${model}, ${name}`, line);
    line.push(`${split} ${printed(figure)}`);
  }
  return [...byModel].map(([model, figures]) => `${model}: ${figures.join(', ')}`);
}

function noteText({ set, metric, count, examples, message }: EvaluationReport['notes'][number]): string {
  const who = count === 0 ? '' : ` ${count}, first ${examples.join(', ')}:`;
  return `  ${set}, ${metric}:${who} ${message}`;
}

function problemText({ id, place, message }: EvaluationReport['problems'][number]): string {
  return `  ${place.file}:${place.line + 1}${id === undefined ? '' : ` [${id}]`} ${message}`;
}

function worstText({ id, score, why, reference }: EvaluationReport['worst'][number]): string {
  return `  ${(score * 100).toFixed(1).padStart(5)}  ${reference.file}:${reference.line + 1} [${id}] ${why}`;
}

function listed(lines: readonly string[]): readonly string[] {
  const left = lines.length - MOST_LISTED;
  return left <= 0 ? lines : [...lines.slice(0, MOST_LISTED), `  … and ${left} more; --report FILE has more of them.`];
}
