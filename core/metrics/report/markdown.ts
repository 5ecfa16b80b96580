import type { EvaluationReport, Plot, ScoreTable } from './model.ts';
import { exampleCount, provenance, rowsOf, singleFigures } from './numbers.ts';

/** The report as Markdown: plots as tables of their numbers, since a picture would need a file of its own. */
export function reportMarkdown(report: EvaluationReport): string {
  const blocks = [
    '# Evaluation',
    [
      `References: ${report.references.map(code).join(', ')}`,
      `Predictions: ${report.predictions.map(code).join(', ')}`,
    ].join('  \n'),
    provenance(report)
      .map((line) => `- ${escaped(line)}`)
      .join('\n'),
    ...report.tables.flatMap(tableBlocks),
  ];
  if (!report.complete)
    blocks.push('**These numbers are not complete**: what is missing is named below, or where the command complained.');
  if (report.notes.length > 0)
    blocks.push('## Notes', tableMarkdown(['set', 'metric', 'examples', ''], report.notes.map(noteRow)));
  if (report.problems.length > 0)
    blocks.push(
      '## Skipped or wrong',
      tableMarkdown(
        ['where', 'record', ''],
        report.problems.map(({ id, place, message }) => [placeText(place), id ?? '', message]),
      ),
    );
  if (report.worst.length > 0)
    blocks.push(
      '## Worst first',
      tableMarkdown(
        ['score', 'record', 'set', 'why', 'where'],
        report.worst.map(({ id, score, set, why, reference }) => [
          (score * 100).toFixed(1),
          id,
          set,
          why,
          placeText(reference),
        ]),
      ),
    );
  return `${blocks.join('\n\n')}\n`;
}

function tableBlocks(table: ScoreTable): readonly string[] {
  const tables = [rowsOf(table), singleFigures(table)].flatMap((cells) => cells ?? []);
  return [
    `## ${table.title}`,
    `${exampleCount(table)}.`,
    ...tables.map(({ head, rows }) => tableMarkdown(head, rows)),
    ...table.plots.map(plotMarkdown),
  ];
}

function plotMarkdown(plot: Plot): string {
  const title = `### ${plot.title}`;
  if (plot.kind === 'curve') {
    const points = plot.points.filter((_, i) => i % 10 === 0);
    return `${title}\n\n${tableMarkdown(
      [plot.xLabel, plot.yLabel],
      points.map(([x, y]) => [x.toFixed(1), y.toFixed(3)]),
    )}`;
  }
  const rows = plot.bars.map(({ label, value, of }) =>
    plot.measure === 'count' ? [label, String(value)] : [label, value.toFixed(3), String(of ?? '')],
  );
  const head = plot.measure === 'count' ? [plot.xLabel, plot.yLabel] : [plot.xLabel, plot.yLabel, 'of'];
  return `${title}\n\n${tableMarkdown(head, rows)}`;
}

function noteRow({ set, metric, count, examples, message }: EvaluationReport['notes'][number]): readonly string[] {
  return [set, metric, count === 0 ? '' : `${count}: ${examples.join(', ')}`, message];
}

function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line + 1}`;
}

function tableMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of records is text, and neither markup nor a column's end. */
function escaped(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
