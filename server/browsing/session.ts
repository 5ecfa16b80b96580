/**
 * One browsing session: reads a dataset, first the places of its records and then their facts, and answers what the page asks
 * meanwhile. Nothing is written, and no more of the files is held than what is on the screen.
 */
import { basename } from 'node:path';
import { FactCollector } from '../../core/browsing/facts.ts';
import type { BrowsedRow } from '../../core/browsing/row.ts';
import { summarise } from '../../core/browsing/summary.ts';
import type { Crew } from './crew.ts';
import { Dataset } from './dataset.ts';
import type { FromBrowsing, Stretch, ToBrowsing } from './messages.ts';
import { RowReader } from './rowReader.ts';
import { ShownRecords } from './shownRecords.ts';
import { TextMatches } from './textMatches.ts';
import { workOnRecords } from './workOnRecords.ts';

/** What changes all the time is told no more often than this, in milliseconds. */
const TELL_MS = 400;
/** A selection that takes long to make is made anew less often: after so many times as long. */
const REST = 5;
/** How often files are looked at, and how soon a dataset that changes all the time is read anew, in milliseconds. */
const LOOK_MS = 2_000;
const AGAIN_MS = 60_000;
const LOOK_REST = 50;
/** Rows of one message. */
const ROWS = 12;
const FACT_BYTES = 1 << 20;

export class Session {
  private dataset: Dataset | undefined;
  private rows: RowReader | undefined;
  private readonly shown = new ShownRecords();
  private readonly matches = new TextMatches(() => this.tellSoon());
  private wanted: { readonly selection: number; readonly stretches: readonly Stretch[] } | undefined;
  private serving = false;
  private statistics = false;
  private timer: NodeJS.Timeout | undefined;
  private told = 0;
  private pause = TELL_MS;

  constructor(
    private readonly crew: Crew,
    private readonly send: (message: FromBrowsing) => void,
  ) {}

  receive(message: ToBrowsing): void {
    switch (message.kind) {
      case 'open':
        void this.live(message.path, message.editor);
        return;
      case 'view':
        this.shown.show(message.view);
        this.searchText();
        this.tell();
        return;
      case 'want':
        this.wanted = message;
        void this.serve();
        return;
      case 'statistics':
        this.statistics = message.wanted;
        this.tellStatistics();
        return;
      case 'find':
        void this.find(message.request, message.record);
        return;
    }
  }

  /** Reads the dataset, and again whenever it changes on disk. Never ends. */
  private async live(path: string, editor: unknown): Promise<void> {
    for (;;) {
      const began = performance.now();
      const dataset = new Dataset(path, editor);
      await this.read(dataset);
      const took = performance.now() - began;
      await wait(Math.max(LOOK_MS, Math.min(AGAIN_MS, took)));
      while (!(await this.hasChanged(dataset)));
    }
  }

  /** Looks at the files, and rests for many times as long as that took: a folder may hold a million photographs. */
  private async hasChanged(dataset: Dataset): Promise<boolean> {
    const began = performance.now();
    const changed = await dataset.hasChanged();
    if (!changed) await wait(Math.max(LOOK_MS, LOOK_REST * (performance.now() - began)));
    return changed;
  }

  private async read(dataset: Dataset): Promise<void> {
    // What is shown stays until there is something in its place.
    const isAgain = this.dataset !== undefined;
    if (!isAgain) this.take(dataset);
    let first = true;
    await dataset.count(async () => {
      if (first && !isAgain) this.tell();
      else this.tellSoon();
      first = false;
      await turn();
      return true;
    });
    if (isAgain) this.take(dataset);
    this.searchText();
    this.tell();
    await this.readFacts(dataset);
    this.tell();
  }

  /** Shows the records of this dataset from now on. */
  private take(dataset: Dataset): void {
    this.rows?.close();
    this.dataset = dataset;
    this.rows = new RowReader(dataset);
    this.matches.forget();
    this.shown.begin();
  }

  private async readFacts(dataset: Dataset): Promise<void> {
    await workOnRecords(dataset, this.crew, FACT_BYTES, {
      isOver: () => false,
      task: ({ from, end, startByte, endByte }, { path, kind, severities }) => ({
        kind: 'facts',
        path,
        fileKind: kind,
        start: startByte,
        end: endByte,
        count: end - from,
        severities,
      }),
      take: (answer, { from, end }) => {
        dataset.table.addFacts(answer?.kind === 'facts' ? answer.block : brokenBlock(end - from));
        this.tellSoon();
      },
    });
  }

  private searchText(): void {
    if (this.dataset?.counted === true) this.matches.search(this.shown.view.filter.text, this.dataset, this.crew);
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), Math.max(0, this.told + this.pause - performance.now()));
  }

  /** Says how far everything is, and what the view shows by now. */
  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { dataset } = this;
    if (dataset === undefined) return;
    const began = performance.now();
    const { path, table, counted, files, problems } = dataset;
    const { matches } = this.matches;
    this.shown.refresh(table, matches);
    const isSearched = matches === undefined || matches.known === table.size;
    const complete = counted && (this.shown.records === undefined || (table.known === table.size && isSearched));
    this.send({
      kind: 'state',
      state: {
        path,
        name: basename(path),
        files: files.length,
        records: table.size,
        counted,
        known: table.known,
        ...(!isSearched && { searched: matches.known }),
        all: summarise(table, undefined),
        problems,
      },
    });
    this.send({ kind: 'selection', selection: this.shown.selection(table, complete) });
    this.tellStatistics();
    this.told = performance.now();
    this.pause = Math.max(TELL_MS, REST * (this.told - began));
  }

  private tellStatistics(): void {
    if (!this.statistics || this.dataset === undefined) return;
    this.send({ kind: 'statistics', summary: summarise(this.dataset.table, this.shown.records) });
  }

  /** Sends the rows that are wanted, a few at a time, so that what is no longer wanted is not read. */
  private async serve(): Promise<void> {
    if (this.serving) return;
    this.serving = true;
    while (this.wanted !== undefined) {
      const { selection, stretches } = this.wanted;
      const [next, ...others] = stretches;
      if (next === undefined) break;
      const [from, to] = next;
      const end = Math.min(to, from + ROWS);
      this.wanted = { selection, stretches: end < to ? [[end, to], ...others] : others };
      const rows = await this.readRows(selection, from, end);
      if (rows.length > 0) this.send({ kind: 'rows', selection, from, rows });
      await turn();
    }
    this.serving = false;
  }

  private async readRows(selection: number, from: number, end: number): Promise<readonly BrowsedRow[]> {
    const rows: BrowsedRow[] = [];
    for (let place = from; place < end; place++) {
      const { dataset, rows: reader } = this;
      const record = dataset && this.shown.recordAt(selection, place, dataset.table);
      if (record === undefined || reader === undefined) break;
      rows.push(await reader.row(record));
    }
    return rows;
  }

  private async find(request: number, record: number): Promise<void> {
    this.send({ kind: 'found', request, found: await this.rows?.find(record) });
  }
}

/** What is known of records whose thread died of them. */
function brokenBlock(count: number) {
  const collector = new FactCollector();
  for (let i = 0; i < count; i++) collector.addBroken();
  return collector.block();
}

/** Lets messages come in. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
