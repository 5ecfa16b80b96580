import { escapeMarkup } from './escape.ts';
import type { EvaluationReport, ScoreTable, WorstRecord } from './model.ts';
import { exampleCount, provenance, rowsOf, singleFigures } from './numbers.ts';
import { plotSvg } from './svg.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); text-align: left; vertical-align: top; }
:is(.scores, .published) :is(td, th):not(:first-child) { text-align: right; }
.scores tbody tr:first-child { font-weight: 600; }
.wide { overflow-x: auto; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; flex: 1 1 24rem; max-width: 36rem; }
svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: currentColor; }
.bar { fill: #0072b2; }
.line { fill: none; stroke: #0072b2; stroke-width: 2; }
.grid { stroke: currentColor; stroke-opacity: 0.2; }
.incomplete { border-left: 4px solid #d55e00; padding-left: 0.7rem; }
`;

/** The report as one page that needs nothing else and runs nothing. */
export function reportHtml(report: EvaluationReport): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Evaluation</title>
<style>${STYLE}</style>
</head>
<body>
${reportBody(report)}
</body>
</html>
`;
}

/** What a cell can open where the report is shown in an editor. */
export type Opens = 'worst' | 'problems';

/** The markup of a cell about one entry of a list of the report, from its text, which is not escaped yet. */
export type CellOf = (list: Opens, index: number, text: string) => string;

/** What stands between `<body>` and `</body>`: a page with a style of its own can take it, and make links of its places. */
export function reportBody(
  report: EvaluationReport,
  cellOf: CellOf = (_list, _index, text) => escapeMarkup(text),
): string {
  const { references, predictions, tables, notes, problems, worst, complete } = report;
  return [
    '<h1>Evaluation</h1>',
    `<p>References: ${codes(references)}<br>Predictions: ${codes(predictions)}</p>`,
    `<ul>${provenance(report)
      .map((line) => `<li>${escapeMarkup(line)}</li>`)
      .join('')}</ul>`,
    complete
      ? ''
      : '<p class="incomplete">These numbers are not complete: what is missing is named below, or where the command complained.</p>',
    ...tables.map(section),
    notes.length === 0 ? '' : noteSection(report),
    problems.length === 0 ? '' : problemSection(report, cellOf),
    worst.length === 0 ? '' : worstSection(worst, cellOf),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function section(table: ScoreTable): string {
  const { head, rows } = rowsOf(table);
  const published = singleFigures(table);
  const beside = published === undefined ? '' : tableHtml(published.head, published.rows, 'published');
  const figures = table.plots.map(
    (plot) => `<figure><figcaption>${escapeMarkup(plot.title)}</figcaption>${plotSvg(plot)}</figure>`,
  );
  const heading = `<h2>${escapeMarkup(table.title)}</h2>\n<p>${escapeMarkup(exampleCount(table))}</p>`;
  return `${heading}\n${tableHtml(head, rows, 'scores')}${beside}\n<div class="plots">${figures.join('\n')}</div>`;
}

function noteSection({ notes }: EvaluationReport): string {
  const rows = notes.map(({ set, metric, count, examples, message }) => [
    set,
    metric,
    count === 0 ? '' : `${count}: ${examples.join(', ')}`,
    message,
  ]);
  return `<h2>Notes</h2>\n${tableHtml(['set', 'metric', 'examples', 'what it means'], rows)}`;
}

function problemSection({ problems }: EvaluationReport, cellOf: CellOf): string {
  const rows = problems.map(({ id, place, message }, i) => [
    { html: cellOf('problems', i, `${place.file}:${place.line + 1}`) },
    id ?? '',
    message,
  ]);
  return `<h2>Skipped or wrong</h2>\n${tableHtml(['where', 'record', 'what to do'], rows)}`;
}

function worstSection(worst: readonly WorstRecord[], cellOf: CellOf): string {
  const rows = worst.map(({ id, score, set, why, reference }, i) => [
    (score * 100).toFixed(1),
    { html: cellOf('worst', i, id) },
    set,
    why,
    `${reference.file}:${reference.line + 1}`,
  ]);
  return `<h2 id="worst">Worst first</h2>\n${tableHtml(['score', 'record', 'set', 'why', 'where'], rows)}`;
}

/** Text, or markup that is done. */
type Cell = string | { readonly html: string };

function tableHtml(head: readonly string[], rows: readonly (readonly Cell[])[], className = 'list'): string {
  const headCells = head.map((cell) => `<th scope="col">${escapeMarkup(cell)}</th>`).join('');
  const cellMarkup = (cell: Cell) => `<td>${typeof cell === 'string' ? escapeMarkup(cell) : cell.html}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cellMarkup).join('')}</tr>`).join('\n');
  return `<div class="wide"><table class="${className}"><thead><tr>${headCells}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function codes(paths: readonly string[]): string {
  return paths.map((path) => `<code>${escapeMarkup(path)}</code>`).join(', ');
}
