/** Statistics as a page of plain text. */
import { alignedRows } from './alignedRows.ts';
import type { Distinct, Statistics } from './statistics.ts';

const BAR = 30;

export function statisticsText(statistics: Statistics): string {
  const { tasks, findings } = statistics;
  const blocks = [alignedRows(overview(statistics)).join('\n')];
  if (tasks.length > 0)
    blocks.push(
      block(
        'Tasks',
        tasks.map(({ task, records }) => [task === 'none' ? '(no task)' : task, grouped(records)]),
      ),
    );
  if (statistics.masks.count > 0) blocks.push(areas(statistics));
  blocks.push(
    findings.length === 0
      ? 'Findings\n  none'
      : block('Findings', [
          ['rule', 'severity', 'findings', 'records'],
          ...findings.map(({ code, severity, ...counts }) => [
            code,
            severity,
            grouped(counts.findings),
            grouped(counts.records),
          ]),
        ]),
  );
  return `${blocks.join('\n\n')}\n`;
}

function overview(statistics: Statistics): readonly (readonly string[])[] {
  const { records, broken, images, questions, answers, phrases, masks, negatives } = statistics;
  const sound = records - broken;
  const rows: [string, string, string][] = [
    ['Records', grouped(records), broken > 0 ? `${grouped(broken)} of them do not parse` : ''],
    ['Images', distinct(images), ''],
    ['Questions', grouped(questions), ''],
    ['Answers', grouped(answers.count), `${mean(answers.words, answers.count)} words each`],
    ['Phrases', grouped(phrases.count), `${distinct(phrases.distinct)} different, at most ${phrases.most} in a record`],
    ['Masks', grouped(masks.count), `${mean(masks.count, sound)} a record, at most ${masks.most}`],
    ['  empty', grouped(masks.empty), ''],
    ['  unreadable', grouped(masks.unreadable), ''],
    [
      'Negatives',
      grouped(negatives.referents),
      `${distinct(negatives.distinct)} different, in ${grouped(negatives.records)} records (${percent(negatives.records, sound)})`,
    ],
  ];
  const width = Math.max(...rows.map(([, count]) => count.length));
  return rows.map(([name, count, more]) => [name, `${count.padStart(width)}  ${more}`]).map(asLeft);
}

/** The second column holds words, which stand to the left. */
function asLeft(row: readonly string[], _: number, all: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...all.map(([, cell = '']) => cell.length));
  return [row[0]!, row[1]!.padEnd(width)];
}

function areas({ masks }: Statistics): string {
  const most = Math.max(1, ...masks.areas.map(({ count }) => count));
  const rows = masks.areas.map(({ from, to, count }) => [
    `${share(from)} to ${share(to)}`,
    grouped(count),
    '#'.repeat(Math.ceil((count / most) * BAR)).padEnd(BAR),
  ]);
  const { small, medium, large } = masks.sizes;
  return `${block('Mask areas, as shares of the image', rows)}\n  small (below 32² pixels) ${grouped(small)}, medium (below 96²) ${grouped(medium)}, large ${grouped(large)}`;
}

function block(title: string, rows: readonly (readonly string[])[]): string {
  return [title, ...alignedRows(rows).map((row) => `  ${row}`)].join('\n');
}

function distinct({ count, exact }: Distinct): string {
  return exact ? grouped(count) : `about ${grouped(count)}`;
}

function mean(sum: number, count: number): string {
  return count === 0 ? '0' : (sum / count).toFixed(1);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;
}

function share(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

/** Digits in groups of three, the same on every machine. */
function grouped(value: number): string {
  const digits = String(value);
  let text = '';
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % 3 === 0) text += ',';
    text += digits[i];
  }
  return text;
}
