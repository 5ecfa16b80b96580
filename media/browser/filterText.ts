/** The words for what a filter asks, and for what a selection comes to. */
import { areaLabel } from '../../core/browsing/plots.ts';
import { ANY_ERROR, ANY_FINDING, type BrowseFilter, NO_FINDING, type Range } from '../../core/browsing/view.ts';

export type FilterKey = keyof BrowseFilter;

export const FILTER_KEYS: readonly FilterKey[] = [
  'text',
  'task',
  'finding',
  'review',
  'masks',
  'phrases',
  'denies',
  'area',
];

/** What one part of a filter asks, in a few words; `undefined` where it asks nothing. */
export function filterText(filter: BrowseFilter, key: FilterKey): string | undefined {
  const value = filter[key];
  if (value === undefined) return undefined;
  if (key === 'text') return `“${filter.text}”`;
  if (key === 'task') return filter.task === 'none' ? 'without a task' : `task ${filter.task}`;
  if (key === 'finding') return findingText(filter.finding!);
  if (key === 'review') return filter.review === 'none' ? 'not a draft' : filter.review!;
  if (key === 'denies') return filter.denies ? 'denies something' : 'denies nothing';
  if (key === 'area') return `a mask up to ${areaLabel(filter.area!)} of the image`;
  return `${rangeText(value as Range)} ${key}`;
}

export function findingText(finding: string): string {
  if (finding === ANY_FINDING) return 'any finding';
  if (finding === NO_FINDING) return 'no finding';
  return finding === ANY_ERROR ? 'any error' : finding;
}

function rangeText({ least, most }: Range): string {
  if (least === most) return String(least);
  if (most === undefined) return `${least} or more`;
  return least === undefined ? `up to ${most}` : `${least} to ${most}`;
}

/** Digits in groups of three. */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function number(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
