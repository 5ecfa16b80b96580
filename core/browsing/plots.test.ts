import { expect, it } from 'vitest';
import { RULE_CODES } from '../rules/codes.ts';
import { AREA_BINS, REVIEW_STATES, TASK_NAMES } from './facts.ts';
import { areaLabel, summaryPlots } from './plots.ts';
import { COUNT_BARS } from './summary.ts';

const bars = (count: number) => Array.from({ length: count }, (_, i) => i);

it('has a filter for each bar', () => {
  const plots = summaryPlots({
    records: 100,
    tasks: bars(TASK_NAMES.length),
    review: bars(REVIEW_STATES.length),
    masks: bars(COUNT_BARS),
    phrases: bars(COUNT_BARS),
    areas: bars(AREA_BINS),
    denying: 30,
    findings: RULE_CODES.map((_, i) => (i < 3 ? i : 0)),
    withErrors: 3,
    withFindings: 3,
  });
  for (const { plot, filters } of plots) expect(filters).toHaveLength(plot.bars.length);
  const named = (title: string) => plots.find(({ plot }) => plot.title === title)!;
  expect(named('Masks of a record').filters[3]).toEqual({ masks: { least: 3, most: 3 } });
  expect(named('Masks of a record').filters.at(-1)).toEqual({ masks: { least: 11 } });
  expect(named('Records that deny something').plot.bars.map(({ value }) => value)).toEqual([30, 70]);
  // The most frequent first, those without a finding left out.
  expect(named('Findings by rule').filters).toEqual([{ finding: RULE_CODES[2] }, { finding: RULE_CODES[1] }]);
  expect(named('Tasks').plot.bars[0]!.label).toBe(TASK_NAMES[1]);
});

it('names sizes in percent', () => {
  expect(bars(AREA_BINS).map(areaLabel)).toEqual(['0.1 %', '0.3 %', '1 %', '3 %', '10 %', '30 %', '100 %']);
});
