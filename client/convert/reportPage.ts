/** The report of a conversion as a text to read, and which of its stretches lead to files. */
import {
  type ConversionReport,
  type ConvertedItem,
  counted,
  countOf,
  OUTCOMES,
  type Outcome,
  summary,
} from './report.ts';

export interface PageLink {
  /** From 0. */
  readonly line: number;
  /** UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly file: string;
  /** What in the file; `undefined` for the file itself. */
  readonly item?: string;
}

export interface ReportPage {
  readonly text: string;
  readonly links: readonly PageLink[];
}

/** So many items of a reason are shown; all of them are in the report's file. */
export const MOST_SHOWN = 1000;

const MEANINGS: Readonly<Record<Outcome, string>> = {
  rejected: 'not in the output',
  changed: 'a part is not in the output, or is another',
  lost: 'the format has no place for a part',
};

/** @param reportFile The report as JSON, with every item. */
export function reportPage(report: ConversionReport, reportFile: string): ReportPage {
  const page = new Page();
  page.line(`# From ${report.from} to ${report.to}`);
  page.line('');
  page.line(report.outputs.length === 0 ? `Nothing was written: ${summary(report)}` : summary(report));
  for (const output of report.outputs.slice(0, MOST_SHOWN)) page.link('Written: ', output, '', output);
  if (report.imagesNotFound > 0)
    page.line(
      `${counted(report.imagesNotFound, 'photograph')} not found: convert again, and choose the folder that they lie in; masks can be seen on their photographs only.`,
    );
  page.link('Every item as JSON: ', reportFile, '', reportFile);
  const groups = grouped(report.items);
  for (const outcome of OUTCOMES) {
    if (countOf(report, outcome) === 0) continue;
    page.line('');
    page.line(`## ${counted(countOf(report, outcome), 'item')} ${outcome}: ${MEANINGS[outcome]}`);
    for (const [code, count] of Object.entries(report.counts[outcome]))
      group(page, `${code}: ${count}`, count, groups.get(`${outcome} ${code}`) ?? []);
  }
  return page;
}

function group(page: Page, title: string, count: number, items: readonly ConvertedItem[]): void {
  page.line('');
  page.line(`### ${title}`);
  page.line('');
  const shown = items.slice(0, MOST_SHOWN);
  for (const { file, item, message } of shown) page.link('- ', `${file}: ${item}`, `: ${message}`, file, item);
  if (count > shown.length) page.line(`- … and ${count - shown.length} more`);
}

function grouped(items: readonly ConvertedItem[]): ReadonlyMap<string, readonly ConvertedItem[]> {
  const groups = new Map<string, ConvertedItem[]>();
  for (const item of items) {
    const key = `${item.kind} ${item.code}`;
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [item]);
    else same.push(item);
  }
  return groups;
}

/** Each becomes one space, so that places stay. */
const BREAKS = /[\r\n\u2028\u2029]/g;

class Page implements ReportPage {
  private readonly lines: string[] = [];
  readonly links: PageLink[] = [];

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  line(text: string): void {
    // What a dataset calls its items may hold line breaks.
    this.lines.push(text.replace(BREAKS, ' '));
  }

  link(before: string, words: string, after: string, file: string, item?: string): void {
    const start = before.length;
    this.links.push({
      ...{ line: this.lines.length, start, end: start + words.length, file },
      ...(item !== undefined && { item }),
    });
    this.line(before + words + after);
  }
}
