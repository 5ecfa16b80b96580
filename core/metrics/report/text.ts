import type { EvaluationReport, ScoreTable } from './model.ts';
import { type Cells, exampleCount, provenance, rowsOf, singleFigures } from './numbers.ts';

/** Of long lists the text names the first. */
const MOST_LISTED = 10;

/** The report for a terminal. */
export function reportText(report: EvaluationReport): string {
  const blocks = [provenance(report).join('\n'), ...report.tables.map(tableText)];
  if (report.tables.length === 0) blocks.push('Nothing was scored.');
  if (report.notes.length > 0)
    blocks.push(['Notes:', ...report.notes.map((note) => oneLine(noteText(note)))].join('\n'));
  if (report.problems.length > 0)
    blocks.push(['Skipped or wrong:', ...listed(report.problems.map(problemText))].join('\n'));
  if (report.worst.length > 0) blocks.push(['Worst first:', ...listed(report.worst.map(worstText))].join('\n'));
  if (!report.complete)
    blocks.push('These numbers are not complete: what is missing is named above, or on standard error.');
  return `${blocks.join('\n\n')}\n`;
}

function tableText(table: ScoreTable): string {
  const published = singleFigures(table);
  const lines = published === undefined ? [] : figureLines(published);
  return [`${table.title} (${exampleCount(table)})`, ...columns(rowsOf(table)), ...lines].join('\n');
}

function columns({ head, rows }: Cells): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
}

/** A line a model: in columns they would be wider than a terminal. */
function figureLines({ head, rows }: Cells): readonly string[] {
  return rows.map(
    ([model, ...figures]) => `${model}: ${figures.map((figure, i) => `${head[i + 1]} ${figure}`).join(', ')}`,
  );
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
  const first = lines.slice(0, MOST_LISTED).map(oneLine);
  return left <= 0 ? first : [...first, `  … and ${left} more; --report FILE has more of them.`];
}

/** Ids and names come from files: what would break the line, or command the terminal, is written as JSON writes it. */
function oneLine(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
