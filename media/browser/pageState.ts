/** What the page remembers while it is closed. The stored value is read as untrusted input: an older page may have written it. */
import { REVIEW_STATES, TASK_NAMES } from '../../core/browsing/facts.ts';
import { type BrowseFilter, type BrowseView, type Range, SORTS, WHOLE_FILE } from '../../core/browsing/view.ts';

export const MODES = ['grid', 'list', 'statistics'] as const;
export type Mode = (typeof MODES)[number];

export interface PageState {
  /** The dataset, by which the extension finds it again; empty until it is known. */
  readonly path: string;
  readonly view: BrowseView;
  readonly mode: Mode;
  /** The place that has the focus. */
  readonly place: number;
}

const LONGEST_TEXT = 1_000;

export function readState(stored: unknown): PageState {
  const { path, view, mode, place } = asObject(stored);
  const { filter, sort, descending } = asObject(view);
  return {
    path: typeof path === 'string' ? path : '',
    view: {
      filter: readFilter(asObject(filter)),
      sort: SORTS.find((each) => each === sort) ?? WHOLE_FILE.sort,
      descending: descending === true,
    },
    mode: MODES.find((each) => each === mode) ?? 'grid',
    place: isCount(place) ? place : 0,
  };
}

function readFilter(stored: Readonly<Record<string, unknown>>): BrowseFilter {
  const { text, task, finding, review, denies, area } = stored;
  const [masks, phrases] = [readRange(stored['masks']), readRange(stored['phrases'])];
  const [knownTask, knownReview] = [TASK_NAMES.find((t) => t === task), REVIEW_STATES.find((r) => r === review)];
  return {
    ...(isText(text) && { text }),
    ...(knownTask !== undefined && { task: knownTask }),
    ...(isText(finding) && { finding }),
    ...(knownReview !== undefined && { review: knownReview }),
    ...(masks !== undefined && { masks }),
    ...(phrases !== undefined && { phrases }),
    ...(typeof denies === 'boolean' && { denies }),
    ...(isCount(area) && { area }),
  };
}

function readRange(stored: unknown): Range | undefined {
  const { least, most } = asObject(stored);
  if (!isCount(least) && !isCount(most)) return undefined;
  return { ...(isCount(least) && { least }), ...(isCount(most) && { most }) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
