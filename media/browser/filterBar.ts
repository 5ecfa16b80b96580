/** What is looked for: a text, the task, findings, the review, how many masks; and in which order it is shown. */
import type { BrowseState } from '../../core/browsing/browseState.ts';
import { REVIEW_STATES, TASK_NAMES } from '../../core/browsing/facts.ts';
import {
  ANY_ERROR,
  ANY_FINDING,
  type BrowseFilter,
  type BrowseView,
  NO_FINDING,
  type Range,
  SORTS,
  type Sort,
} from '../../core/browsing/view.ts';
import { RULE_CODES } from '../../core/rules/codes.ts';
import { element } from '../element.ts';
import { button, type TextField, textField, toolButton } from '../widgets.ts';
import { FILTER_KEYS, filterText, number } from './filterText.ts';
import { type Choice, onChoice, selectField, setChoices } from './selectField.ts';

/** Typing rests for so long before it is searched, in milliseconds. */
const TYPING_MS = 300;
const ALL = '';

const SORT_NAMES: Readonly<Record<Sort, string>> = {
  file: 'as in the file',
  id: 'by id',
  task: 'by task',
  masks: 'by masks',
  phrases: 'by phrases',
  findings: 'by findings',
};

const SORT_CHOICES = SORTS.map((value) => ({ value, label: SORT_NAMES[value] }));

/** The bar with its fields. `onView` is told what the user wants to see from now on. */
export class FilterBar {
  readonly node: HTMLElement;
  private readonly text = textField('text', 'Search phrases and ids', 'Search phrases and ids (/)');
  private readonly task = selectField('task', 'Task', [{ value: ALL, label: 'All tasks' }]);
  private readonly finding = selectField('finding', 'Findings', [{ value: ALL, label: 'All findings' }]);
  private readonly review = selectField('review', 'Review', [{ value: ALL, label: 'All reviews' }]);
  private readonly least = countField('least', 'Masks, at least', 'masks ≥');
  private readonly most = countField('most', 'Masks, at most', 'masks ≤');
  private readonly sort = selectField('sort', 'Order', SORT_CHOICES);
  private readonly descending = toolButton({
    id: 'descending',
    icon: 'arrow-down',
    title: 'Reverse the order',
    toggle: true,
  });
  private readonly chips = element('ul', {
    id: 'chips',
    class: 'chips',
    attributes: { 'aria-label': 'Filters in use' },
  });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private state: BrowseState | undefined;

  constructor(
    private view: BrowseView,
    private readonly onView: (view: BrowseView) => void,
    signal: AbortSignal,
  ) {
    const fields = [this.text, this.task, this.finding, this.review, this.least, this.most, this.sort, this.descending];
    const form = element('div', { class: 'fields', attributes: { role: 'search' } }, ...fields);
    this.node = element('div', { class: 'filters' }, form, this.chips);
    this.listen(signal);
    this.fill();
  }

  /** Shows what is wanted, wherever that was said. */
  show(view: BrowseView): void {
    this.view = view;
    this.fill();
  }

  /** The choices say how many records have what they name. */
  showCounts(state: BrowseState): void {
    this.state = state;
    this.fillChoices();
  }

  focusText(): void {
    this.text.focus();
  }

  private listen(signal: AbortSignal): void {
    this.text.addEventListener('input', () => this.later(), { signal });
    this.text.addEventListener('keydown', (event) => event.key === 'Enter' && this.search(), { signal });
    for (const field of [this.least, this.most])
      field.addEventListener('change', () => this.set('masks', rangeOf(this.least, this.most)), { signal });
    onChoice(this.task, (task) => this.set('task', known(TASK_NAMES, task)), signal);
    onChoice(this.finding, (finding) => this.set('finding', finding === ALL ? undefined : finding), signal);
    onChoice(this.review, (review) => this.set('review', known(REVIEW_STATES, review)), signal);
    onChoice(this.sort, (sort) => this.want({ ...this.view, sort: known(SORTS, sort) ?? 'file' }), signal);
    this.descending.addEventListener('change', () => this.want({ ...this.view, descending: this.descending.checked }), {
      signal,
    });
    this.chips.addEventListener(
      'click',
      ({ target }) => {
        const chip = target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null;
        if (chip !== null) this.drop(chip.dataset.key!);
      },
      { signal },
    );
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), TYPING_MS);
  }

  private search(): void {
    clearTimeout(this.timer);
    const text = this.text.value.trim();
    this.set('text', text === '' ? undefined : text);
  }

  private set<Key extends keyof BrowseFilter>(key: Key, value: BrowseFilter[Key] | undefined): void {
    const { [key]: _, ...others } = this.view.filter;
    this.want({ ...this.view, filter: value === undefined ? others : { ...others, [key]: value } });
  }

  private drop(key: string): void {
    const filter = Object.fromEntries(
      Object.entries(this.view.filter).filter(([own]) => key !== 'all' && own !== key),
    ) as BrowseFilter;
    this.want({ ...this.view, filter });
    this.fill();
    (this.chips.querySelector<HTMLElement>('[data-key]') ?? this.text).focus();
  }

  private want(view: BrowseView): void {
    if (JSON.stringify(view) === JSON.stringify(this.view)) return;
    this.view = view;
    this.fillChips();
    this.onView(view);
  }

  private fill(): void {
    const { filter, sort, descending } = this.view;
    if (this.text.value.trim() !== (filter.text ?? '')) this.text.value = filter.text ?? '';
    this.least.value = filter.masks?.least === undefined ? '' : String(filter.masks.least);
    this.most.value = filter.masks?.most === undefined ? '' : String(filter.masks.most);
    setChoices(this.sort, SORT_CHOICES, sort);
    this.descending.checked = descending;
    this.fillChoices();
    this.fillChips();
  }

  private fillChoices(): void {
    const { filter } = this.view;
    const all = this.state?.all;
    const withCount = (label: string, count: number | undefined): string =>
      count === undefined ? label : `${label} (${number(count)})`;
    setChoices(
      this.task,
      [
        { value: ALL, label: 'All tasks' },
        ...TASK_NAMES.map((task, i) => ({
          value: task,
          label: withCount(task === 'none' ? 'no task' : task, all?.tasks[i]),
        })),
      ],
      filter.task ?? ALL,
    );
    setChoices(
      this.review,
      [
        { value: ALL, label: 'All reviews' },
        ...REVIEW_STATES.map((review, i) => ({
          value: review,
          label: withCount(review === 'none' ? 'not a draft' : review, all?.review[i]),
        })),
      ],
      filter.review ?? ALL,
    );
    setChoices(this.finding, this.findingChoices(withCount), filter.finding ?? ALL);
  }

  /** The rules that found something, the most frequent first. */
  private findingChoices(withCount: (label: string, count: number | undefined) => string): readonly Choice[] {
    const all = this.state?.all;
    const rules = RULE_CODES.map((code, i) => ({ code, count: all?.findings[i] ?? 0 }))
      .filter(({ code, count }) => count > 0 || code === this.view.filter.finding)
      .sort((a, b) => b.count - a.count);
    return [
      { value: ALL, label: 'All findings' },
      { value: ANY_FINDING, label: withCount('any finding', all?.withFindings) },
      { value: ANY_ERROR, label: withCount('any error', all?.withErrors) },
      { value: NO_FINDING, label: withCount('no finding', all && all.records - all.withFindings) },
      ...rules.map(({ code, count }) => ({ value: code, label: withCount(code, count) })),
    ];
  }

  private fillChips(): void {
    const { filter } = this.view;
    const chips = FILTER_KEYS.flatMap((key) => {
      const words = filterText(filter, key);
      return words === undefined ? [] : [chip(key, words, `Remove the filter “${words}”`)];
    });
    if (chips.length > 1) chips.push(chip('all', 'Clear all', 'Remove all filters'));
    this.chips.hidden = chips.length === 0;
    this.chips.replaceChildren(...chips.map((node) => element('li', {}, node)));
  }
}

function chip(key: string, words: string, title: string): HTMLElement {
  const node = button(`chip-${key}`, key === 'all' ? 'clear-all' : 'close', words, title);
  node.dataset.key = key;
  node.setAttribute('aria-label', title);
  return node;
}

function countField(id: string, label: string, placeholder: string): TextField {
  const field = textField(id, label, placeholder);
  Object.assign(field, { type: 'number', min: 0, title: label });
  return field;
}

function rangeOf(least: TextField, most: TextField): Range | undefined {
  const [from, to] = [countOf(least), countOf(most)];
  if (from === undefined && to === undefined) return undefined;
  return { ...(from !== undefined && { least: from }), ...(to !== undefined && { most: to }) };
}

function countOf({ value }: TextField): number | undefined {
  const count = Number(value);
  return value.trim() !== '' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function known<Name extends string>(names: readonly Name[], value: string): Name | undefined {
  return names.find((name) => name === value);
}
