/** The page's life: a dataset that is being read, a view of it, and what the user asks for. */
import type { BrowseState } from '../../core/browsing/browseState.ts';
import type { BrowseView } from '../../core/browsing/view.ts';
import type { ToBrowser } from '../browserProtocol.ts';
import { element } from '../element.ts';
import type { PageApi } from '../vscodeApi.ts';
import { whenLoaded } from '../whenLoaded.ts';
import { button, toolButton } from '../widgets.ts';
import { FilterBar } from './filterBar.ts';
import { counted, number } from './filterText.ts';
import { type Line, lineOver } from './line.ts';
import { MODES, type Mode, type PageState, readState } from './pageState.ts';
import { RecordGrid } from './recordGrid.ts';
import { RowStore } from './rowStore.ts';
import { StatisticsView } from './statisticsView.ts';

/** Builds the page in `root` and asks `api` for its dataset. Returns what takes the page's listeners away again. */
export function mountBrowser(root: HTMLElement, api: PageApi<unknown>): () => void {
  const page = new BrowserPage(root, api);
  return () => page.dispose();
}

const MODE_BUTTONS: Readonly<Record<Mode, readonly [icon: string, title: string]>> = {
  grid: ['table', 'Tiles'],
  list: ['list-unordered', 'List'],
  statistics: ['graph', 'Statistics'],
};
/** A count that changes all the time is said when it has rested for so long, in milliseconds. */
const SAY_MS = 1_000;

class BrowserPage {
  private readonly listening = new AbortController();
  private readonly line: Line;
  private readonly store = new RowStore();
  private readonly bar: FilterBar;
  private readonly grid: RecordGrid;
  private readonly statistics: StatisticsView;
  private readonly modes: ReadonlyMap<Mode, ReturnType<typeof toolButton>>;
  private readonly title = element('h1', { text: 'Dataset' });
  private readonly count = element('p', { id: 'count', class: 'quiet' });
  private readonly progress = document.createElement('vscode-progress-bar');
  private readonly notice = element('div', { class: 'notice', attributes: { role: 'note' } });
  private readonly empty = element('p', { class: 'empty' });
  private readonly said = element('p', { class: 'visually-hidden', attributes: { role: 'status' } });
  private state: PageState;
  private dataset: BrowseState | undefined;
  private sayTimer: ReturnType<typeof setTimeout> | undefined;
  /** The place that had the focus when the page was closed, until its records are there. */
  private returnTo: number;

  constructor(
    private readonly root: HTMLElement,
    private readonly api: PageApi<unknown>,
  ) {
    const { signal } = this.listening;
    this.state = readState(api.getState());
    this.returnTo = this.state.place;
    this.line = lineOver(api, (message) => this.receive(message));
    this.bar = new FilterBar(this.state.view, (view) => this.look(view), signal);
    this.grid = new RecordGrid(
      this.store,
      {
        want: (stretches) => this.line.send({ type: 'want', selection: this.store.selection.number, stretches }),
        open: (record) => this.line.send({ type: 'open', record }),
        moved: (place) => this.remember({ place }),
      },
      signal,
    );
    this.statistics = new StatisticsView((filter) => {
      const { view } = this.state;
      this.look({ ...view, filter: { ...view.filter, ...filter } });
      this.bar.show(this.state.view);
    }, signal);
    this.modes = new Map(MODES.map((mode) => [mode, this.modeButton(mode, signal)]));
    this.build();
    document.addEventListener('keydown', (event) => this.key(event), { signal });
    // Who comes back to the tab goes on with the keys where they were.
    window.addEventListener('focus', () => this.grid.takeFocus(), { signal });
    this.setMode(this.state.mode);
    whenLoaded(() => this.begin());
  }

  dispose(): void {
    this.listening.abort();
    clearTimeout(this.sayTimer);
  }

  private build(): void {
    Object.assign(this.progress, { ariaLabel: 'How much of the dataset is read' });
    this.notice.hidden = true;
    this.empty.hidden = true;
    this.root.replaceChildren(
      element(
        'header',
        {},
        element(
          'div',
          { class: 'top' },
          this.title,
          this.count,
          element('span', { class: 'space' }),
          element(
            'div',
            { class: 'modes', attributes: { role: 'group', 'aria-label': 'Show as' } },
            ...this.modes.values(),
          ),
        ),
        this.progress,
        this.bar.node,
        this.notice,
      ),
      element('main', {}, this.empty, this.grid.node, this.statistics.node),
      this.said,
    );
  }

  private modeButton(mode: Mode, signal: AbortSignal): ReturnType<typeof toolButton> {
    const [icon, title] = MODE_BUTTONS[mode];
    const node = toolButton({ id: `mode-${mode}`, icon, title, toggle: true });
    node.addEventListener('change', () => this.setMode(mode), { signal });
    return node;
  }

  private receive(message: ToBrowser): void {
    switch (message.type) {
      case 'state':
        this.showState(message.state);
        return;
      case 'selection':
        this.store.select(message.selection);
        this.grid.countChanged();
        this.comeBack();
        this.showCount();
        return;
      case 'rows':
        this.grid.filled(this.store.put(message.selection, message.from, message.rows));
        this.root.dataset.ready = 'true';
        if (document.hasFocus()) this.grid.takeFocus();
        return;
      case 'statistics':
        this.statistics.show(message.summary);
        return;
      case 'failed':
        this.fail(message.message);
        return;
    }
  }

  private showState(state: BrowseState): void {
    this.dataset = state;
    this.grid.path = state.path;
    if (this.state.path !== state.path) this.remember({ path: state.path });
    this.title.textContent = state.name;
    this.title.title = state.path;
    this.bar.showCounts(state);
    this.showProgress(state);
    this.showCount();
    this.notice.hidden = state.problems.length === 0;
    this.notice.replaceChildren(...state.problems.slice(0, 5).map((problem) => element('p', { text: problem })));
  }

  private showProgress({ counted: isCounted, known, records, searched }: BrowseState): void {
    const isSearching = searched !== undefined;
    const done = isSearching ? searched : known;
    this.progress.classList.toggle('is-done', isCounted && done === records);
    if (!isCounted) this.progress.indeterminate = true;
    else Object.assign(this.progress, { indeterminate: false, max: Math.max(1, records), value: done });
  }

  private showCount(): void {
    const { dataset, store } = this;
    if (dataset === undefined) return;
    const { count, complete } = store.selection;
    const all = counted(dataset.records, 'record');
    const shown = count === dataset.records ? all : `${number(count)} of ${all}`;
    const going = !dataset.counted ? ', counting' : complete ? '' : ', looking for more';
    this.count.textContent = `${shown}${going}${dataset.files > 1 ? ` in ${dataset.files} files` : ''}`;
    this.empty.hidden = count > 0;
    this.empty.textContent = emptyText(dataset, complete);
    this.grid.setHidden(this.state.mode === 'statistics' || count === 0);
    this.sayCount(`${shown} shown.`);
  }

  private sayCount(text: string): void {
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => {
      if (this.said.textContent !== text) this.said.textContent = text;
    }, SAY_MS);
  }

  /** Goes back to where the page was when it was closed. */
  private comeBack(): void {
    if (this.returnTo === 0) return;
    if (this.store.selection.count <= this.returnTo && !this.store.selection.complete) return;
    this.grid.goTo(this.returnTo);
    this.returnTo = 0;
  }

  private fail(message: string): void {
    const again = button('again', 'refresh', 'Read again', 'Start reading this dataset anew', true);
    again.addEventListener('click', () => {
      this.notice.hidden = true;
      this.line.send({ type: 'again' });
      this.begin();
    });
    this.progress.classList.add('is-done');
    this.notice.replaceChildren(element('p', { text: message }), again);
    this.notice.hidden = false;
    this.said.textContent = message;
  }

  /** Asks for all that is to be shown. */
  private begin(): void {
    this.line.send({ type: 'ready', view: this.state.view });
    if (this.state.mode === 'statistics') this.line.send({ type: 'statistics', wanted: true });
  }

  private look(view: BrowseView): void {
    this.returnTo = 0;
    this.remember({ view, place: 0 });
    this.grid.rewind();
    this.line.send({ type: 'view', view });
  }

  private setMode(mode: Mode): void {
    const isStatistics = mode === 'statistics';
    for (const [other, node] of this.modes) node.checked = other === mode;
    this.remember({ mode });
    this.statistics.node.hidden = !isStatistics;
    this.grid.setHidden(isStatistics || this.store.selection.count === 0);
    this.grid.setList(mode === 'list');
    this.line.send({ type: 'statistics', wanted: isStatistics });
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || isField(event)) return;
    event.preventDefault();
    this.bar.focusText();
  }

  private remember(change: Partial<PageState>): void {
    this.state = { ...this.state, ...change };
    this.api.setState(this.state);
  }
}

function emptyText({ records, counted: isCounted }: BrowseState, complete: boolean): string {
  if (!isCounted) return 'Looking for records…';
  if (records === 0)
    return 'There is no record here: choose a file whose name ends in .uscdf, .uscdf.json or .uscdf.jsonl, or a folder that has some.';
  return complete ? 'No record has all of this: remove a filter to see more.' : 'Looking for records…';
}

/** Whether a key is written into a field, inside a component too. */
function isField(event: KeyboardEvent): boolean {
  return event.composedPath().some((node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement);
}
