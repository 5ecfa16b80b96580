/** The statistics page of the dataset browser: each plot with the filter that each of its bars stands for. */
import type { BarPlot } from '../metrics/report/model.ts';
import { AREA_ENDS } from '../quality/statistics.ts';
import { RULE_CODES } from '../rules/codes.ts';
import { REVIEW_STATES, TASK_NAMES } from './facts.ts';
import { COUNT_BARS, type Summary } from './summary.ts';
import type { BrowseFilter, Range } from './view.ts';

export interface FilterPlot {
  readonly plot: BarPlot;
  /** What a click on each bar adds to the filter. */
  readonly filters: readonly BrowseFilter[];
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly filter: BrowseFilter;
}

/** Rules that a plot names; the others are in the list of findings. */
const MOST_RULES = 15;

export function summaryPlots(summary: Summary): readonly FilterPlot[] {
  const { records, denying } = summary;
  return [
    plot('Phrases of a record', 'phrases', 'records', countBars(summary.phrases, 'phrases')),
    plot('Masks of a record', 'masks', 'records', countBars(summary.masks, 'masks')),
    plot('Sizes of masks', 'share of the image, up to', 'masks', areaBars(summary.areas)),
    plot('Records that deny something', 'negatives', 'records', [
      { label: 'some', value: denying, filter: { denies: true } },
      { label: 'none', value: records - denying, filter: { denies: false } },
    ]),
    plot('Findings by rule', 'rule', 'records', ruleBars(summary.findings)),
    plot('Tasks', 'task', 'records', taskBars(summary.tasks)),
    plot('Review', 'decision', 'records', reviewBars(summary.review)),
  ];
}

function plot(title: string, xLabel: string, yLabel: string, bars: readonly Bar[]): FilterPlot {
  return {
    plot: {
      kind: 'bars',
      title,
      measure: 'count',
      xLabel,
      yLabel,
      bars: bars.map(({ label, value }) => ({ label, value })),
    },
    filters: bars.map(({ filter }) => filter),
  };
}

function countBars(counts: readonly number[], key: 'masks' | 'phrases'): readonly Bar[] {
  return counts.map((value, count) => {
    const isLast = count === COUNT_BARS - 1;
    const range: Range = isLast ? { least: count } : { least: count, most: count };
    return { label: isLast ? `${count}+` : String(count), value, filter: { [key]: range } };
  });
}

function areaBars(counts: readonly number[]): readonly Bar[] {
  return counts.map((value, bin) => ({ label: areaLabel(bin), value, filter: { area: bin } }));
}

/** The upper end of a bin of `AREA_ENDS`, in percent. */
export function areaLabel(bin: number): string {
  return `${Number(((AREA_ENDS[bin] ?? 1) * 100).toFixed(1))} %`;
}

function ruleBars(counts: readonly number[]): readonly Bar[] {
  return RULE_CODES.map((code, rule) => ({ label: code, value: counts[rule] ?? 0, filter: { finding: code } }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST_RULES);
}

function taskBars(counts: readonly number[]): readonly Bar[] {
  return TASK_NAMES.map((task, i) => ({ label: task, value: counts[i] ?? 0, filter: { task } })).filter(
    ({ value }) => value > 0,
  );
}

function reviewBars(counts: readonly number[]): readonly Bar[] {
  return REVIEW_STATES.map((review, i) => ({
    label: review === 'none' ? 'not a draft' : review,
    value: counts[i] ?? 0,
    filter: { review },
  }));
}
