/**
 * The records, as tiles in columns or as a list: any number of them, of which only those on the screen and around it are in the
 * page. The arrow keys move the focus from one to the next; Enter opens it.
 */
import { element } from '../element.ts';
import type { RowStore } from './rowStore.ts';
import { ScrollMap } from './scrollMap.ts';
import { Thumbnails } from './thumbnails.ts';
import { cellId, fillCell, makeCell, rowOf } from './tile.ts';

export interface GridEvents {
  /** Rows are missing, the most wanted first. */
  readonly want: (stretches: readonly (readonly [from: number, to: number])[]) => void;
  readonly open: (record: number) => void;
  readonly moved: (place: number) => void;
}

/** Pixels. A tile's width is what its column leaves. */
const TILE = { width: 224, height: 262 } as const;
const LIST_LINE = 104;
/** Lines that are kept ready above and below. */
const MORE_LINES = 3;
/** What is wanted is said when scrolling has rested for so long, in milliseconds, and at the latest after the second. */
const REST_MS = 20;
const LATEST_MS = 120;

export class RecordGrid {
  readonly node: HTMLElement;
  /** The file or folder whose records these are. */
  path = '';
  private readonly spacer = element('div', { class: 'spacer', attributes: { role: 'presentation' } });
  private readonly thumbnails = new Thumbnails();
  private readonly lines = new Map<number, HTMLElement>();
  private map = new ScrollMap(0, TILE.height, 0);
  private columns = 1;
  private top = 0;
  private list = false;
  private active = 0;
  /** Where the user was before a dataset that is read anew became shorter than that, until its records are there again. */
  private left: { readonly top: number; readonly active: number } | undefined;
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private wanting = false;
  private size = { width: 0, height: 0 };

  constructor(
    private readonly store: RowStore,
    private readonly events: GridEvents,
    signal: AbortSignal,
  ) {
    this.node = element(
      'div',
      { id: 'records', class: 'records', attributes: { role: 'grid', tabindex: '0', 'aria-label': 'Records' } },
      this.spacer,
    );
    this.node.addEventListener('scroll', () => this.scrolled(), { signal, passive: true });
    this.node.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    this.node.addEventListener('keydown', (event) => this.key(event), { signal });
    this.node.addEventListener('click', (event) => this.click(event.target), { signal });
    const observer = new ResizeObserver(() => this.resized());
    observer.observe(this.node);
    signal.addEventListener('abort', () => observer.disconnect());
  }

  /** Tiles in columns, or one record a line. */
  setList(list: boolean): void {
    if (this.list === list) return;
    this.list = list;
    this.node.classList.toggle('is-list', list);
    // They have the size of their places.
    this.thumbnails.clear();
    this.rebuild();
  }

  /** There are more records, or others, or fewer. */
  countChanged(): void {
    const { count, complete } = this.store.selection;
    const lines = Math.ceil(count / this.columns);
    this.node.setAttribute('aria-rowcount', String(lines));
    this.map = new ScrollMap(lines, this.list ? LIST_LINE : TILE.height, this.size.height);
    this.spacer.style.height = `${this.map.height}px`;
    const { top, active } = this.left ?? { top: this.top, active: this.active };
    this.top = this.map.clamp(top);
    this.active = Math.min(active, Math.max(0, count - 1));
    const isThere = this.top === top && this.active === active;
    this.left = isThere || complete ? undefined : { top, active };
    this.syncBar();
    this.draw();
  }

  /** Rows have come for some places. */
  filled(places: readonly number[]): void {
    for (const place of places) {
      const row = this.store.own(place);
      const cell = row && document.getElementById(cellId(place));
      if (row && cell) fillCell(cell, row, this.thumbnails, row.file !== this.path);
    }
  }

  /** A list that is hidden has no place of its own, and takes it up again when it is shown. */
  setHidden(hidden: boolean): void {
    if (this.node.hidden === hidden) return;
    this.node.hidden = hidden;
    if (hidden) return;
    this.syncBar();
    this.draw();
  }

  /** Gives the records the keys, where nothing else has them. */
  takeFocus(): void {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) this.node.focus({ preventScroll: true });
  }

  /** Goes to a place, and gives it the focus. */
  goTo(place: number): void {
    this.active = Math.max(0, Math.min(place, this.store.selection.count - 1));
    this.moveTo(this.map.showing(Math.floor(this.active / this.columns), this.top));
    this.markActive();
  }

  /** From the beginning. */
  rewind(): void {
    this.active = 0;
    this.moveTo(0);
  }

  private resized(): void {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (width === 0 || (width === this.size.width && height === this.size.height)) return;
    this.size = { width, height };
    this.rebuild();
  }

  /** Lays the records out anew; the one that stood first is still to be seen. */
  private rebuild(): void {
    const first = Math.floor(this.top / this.map.lineHeight) * this.columns;
    this.columns = this.list ? 1 : Math.max(1, Math.floor(this.size.width / TILE.width));
    this.node.style.setProperty('--columns', String(this.columns));
    this.node.setAttribute('aria-colcount', String(this.columns));
    for (const line of this.lines.values()) line.remove();
    this.lines.clear();
    this.countChanged();
    this.moveTo(Math.floor(first / this.columns) * this.map.lineHeight);
  }

  private scrolled(): void {
    const { scrollTop } = this.node;
    // What the page itself has set, rounded by the browser, says nothing new.
    if (Math.abs(scrollTop - this.map.scrollOf(this.top)) > 1) {
      this.top = this.map.topOf(scrollTop);
      this.left = undefined;
    }
    this.drawSoon();
  }

  private wheel(event: WheelEvent): void {
    if (!this.map.isScaled || event.ctrlKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : this.map.lineHeight / 3;
    this.moveTo(this.top + event.deltaY * unit);
  }

  private moveTo(top: number): void {
    this.left = undefined;
    this.top = this.map.clamp(top);
    this.syncBar();
    this.drawSoon();
  }

  private syncBar(): void {
    const scroll = this.map.scrollOf(this.top);
    if (Math.abs(this.node.scrollTop - scroll) > 0.5) this.node.scrollTop = scroll;
  }

  private drawSoon(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { first, end } = this.map.linesAt(this.top, MORE_LINES);
    for (const [line, node] of this.lines) {
      if (line >= first && line < end) continue;
      node.remove();
      this.lines.delete(line);
    }
    const shift = this.node.scrollTop - this.top;
    for (let line = first; line < end; line++) {
      const node = this.lines.get(line) ?? this.makeLine(line);
      node.style.transform = `translateY(${line * this.map.lineHeight + shift}px)`;
      this.fillLine(node, line);
    }
    this.store.keepNear(first * this.columns, end * this.columns);
    this.markActive();
    this.askSoon();
  }

  /** Lines stand in the page in their order, as screen readers go through them. */
  private makeLine(line: number): HTMLElement {
    const node = element('div', {
      class: 'line',
      attributes: { role: 'row', 'aria-rowindex': String(line + 1), 'data-line': String(line) },
    });
    this.lines.set(line, node);
    const next = [...this.lines.keys()].filter((other) => other > line).sort((a, b) => a - b)[0];
    this.spacer.insertBefore(node, (next === undefined ? undefined : this.lines.get(next)) ?? null);
    return node;
  }

  private fillLine(node: HTMLElement, line: number): void {
    const from = line * this.columns;
    const end = Math.min(from + this.columns, this.store.selection.count);
    while (node.childElementCount > end - from) node.lastElementChild?.remove();
    for (let place = from; place < end; place++) {
      let cell = node.children[place - from] as HTMLElement | undefined;
      if (cell === undefined) {
        cell = makeCell(place, place - from);
        node.append(cell);
      }
      const row = this.store.at(place);
      if (row !== undefined) fillCell(cell, row, this.thumbnails, row.file !== this.path);
    }
  }

  private markActive(): void {
    const cell = document.getElementById(cellId(this.active));
    for (const other of this.node.querySelectorAll('.is-active')) if (other !== cell) setActive(other, false);
    if (cell === null) this.node.removeAttribute('aria-activedescendant');
    else {
      setActive(cell, true);
      this.node.setAttribute('aria-activedescendant', cell.id);
    }
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    const since = performance.now() - this.asked;
    this.timer = setTimeout(() => this.ask(), since > LATEST_MS ? 0 : REST_MS);
  }

  private ask(): void {
    this.asked = performance.now();
    const seen = this.map.linesAt(this.top, 0);
    const around = this.map.linesAt(this.top, MORE_LINES);
    const [from, end] = [seen.first * this.columns, seen.end * this.columns];
    const stretches = [
      ...this.store.missing(from, end),
      ...this.store.missing(end, around.end * this.columns),
      ...this.store.missing(around.first * this.columns, from),
    ];
    // Once that nothing is wanted is enough.
    if (stretches.length > 0 || this.wanting) this.events.want(stretches);
    this.wanting = stretches.length > 0;
  }

  private click(target: EventTarget | null): void {
    const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null;
    if (cell === null) return;
    this.setActivePlace(Number(cell.dataset.place));
    const row = rowOf(cell);
    if (row !== undefined) this.events.open(row.record);
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const row = this.store.at(this.active);
      if (row !== undefined) this.events.open(row.record);
      return;
    }
    const to = this.target(event.key);
    if (to === undefined) return;
    event.preventDefault();
    const last = this.store.selection.count - 1;
    if (last < 0) return;
    this.setActivePlace(Math.max(0, Math.min(last, to)));
    this.moveTo(this.map.showing(Math.floor(this.active / this.columns), this.top));
  }

  /** Where a key moves the focus to. */
  private target(key: string): number | undefined {
    const page = Math.max(1, Math.floor(this.map.view / this.map.lineHeight)) * this.columns;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.active - 1,
      ArrowRight: this.active + 1,
      ArrowUp: this.active - this.columns < 0 ? this.active : this.active - this.columns,
      ArrowDown: this.active + this.columns,
      PageUp: this.active - page,
      PageDown: this.active + page,
      Home: 0,
      End: this.store.selection.count - 1,
    };
    return moves[key];
  }

  private setActivePlace(place: number): void {
    this.active = place;
    this.markActive();
    this.events.moved(place);
  }
}

function setActive(cell: Element, is: boolean): void {
  cell.classList.toggle('is-active', is);
  if (is) cell.setAttribute('aria-selected', 'true');
  else cell.removeAttribute('aria-selected');
}
