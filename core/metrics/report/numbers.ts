import type { EvaluationReport, ScoreTable } from './model.ts';

/** A score as the tables print it: times 100, one digit behind the point; a dash where there is none. */
export function hundredfold(value: number | null): string {
  return value === null ? '–' : (value * 100).toFixed(1);
}

/** A published figure, which is printed as it is. */
export function printed(figure: number | undefined): string {
  return figure === undefined ? '–' : figure.toFixed(1);
}

/** What the numbers were made by, in one sentence each: every form of the report begins with them. */
export function provenance(report: EvaluationReport): readonly string[] {
  const { protocol, similarity, meteor, documentFrequencies, counts } = report;
  const lines = [
    `Protocol: ${protocol}. ${protocol === 'paper' ? 'Every number as the paper’s own scripts compute it, oddities included.' : 'The same measures without the oddities of the paper’s scripts.'}`,
    `Text similarity of mask recall: ${similarity}. The paper’s is the cosine of bert-base-uncased’s mean states; recalls with another one are not comparable with its figures.`,
  ];
  if (meteor !== null) lines.push(`METEOR: ${meteor}.`);
  if (documentFrequencies !== null) lines.push(`CIDEr: document frequencies from ${documentFrequencies}.`);
  lines.push(countsSentence(counts));
  return lines;
}

function countsSentence({ images, unanswered, skipped, unasked }: EvaluationReport['counts']): string {
  const parts = [`${counted(images, 'reference')} scored`];
  if (unanswered > 0) parts.push(`${unanswered} without a prediction`);
  if (skipped > 0) parts.push(`${skipped} in no number`);
  if (unasked > 0) parts.push(`${counted(unasked, 'prediction')} without a reference left out`);
  return `${parts.join(', ')}.`;
}

/** `1 image`, `2 images`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12 images`, `1 expression`. */
export function exampleCount({ examples, unit }: ScoreTable): string {
  return counted(examples, unit.slice(0, -1));
}

/** Cells of a table, its head apart. */
export interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table's columns, and its rows: ours first, then the published ones, unless these have one figure each. */
export function rowsOf(table: ScoreTable): Cells {
  const names = table.scores.map(({ name }) => name);
  const rows = [['this', ...table.scores.map(({ value }) => hundredfold(value))]];
  for (const { model, split, figures } of hasSingleFigures(table) ? [] : table.published)
    rows.push([split === '' ? model : `${model}, ${split}`, ...names.map((name) => printed(figures[name]))]);
  return { head: ['× 100', ...names], rows };
}

/**
 * Published rows of one figure each as a table of their own, a row a model and a column a split: below ours they would be
 * a long column of dashes. Undefined for others.
 */
export function singleFigures(table: ScoreTable): Cells | undefined {
  if (table.published.length === 0 || !hasSingleFigures(table)) return undefined;
  const splits = [...new Set(table.published.map(({ split }) => split))];
  const byModel = new Map<string, Map<string, string>>();
  for (const { model, split, figures } of table.published) {
    const [[name = '', figure] = []] = Object.entries(figures);
    const key = `${model}, ${name}`;
    byModel.set(key, (byModel.get(key) ?? new Map<string, string>()).set(split, printed(figure)));
  }
  return {
    head: ['published × 100', ...splits],
    rows: [...byModel].map(([model, figures]) => [model, ...splits.map((split) => figures.get(split) ?? '–')]),
  };
}

function hasSingleFigures({ published }: ScoreTable): boolean {
  return published.every(({ figures }) => Object.keys(figures).length === 1);
}
