/** The dataset browser's process, as the extension starts it: real files, whatever they hold, and files that change. */
import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrowseState, Selection } from '../../core/browsing/browseState.ts';
import type { BrowsedRow } from '../../core/browsing/row.ts';
import { type BrowseView, WHOLE_FILE } from '../../core/browsing/view.ts';
import { FILE_KINDS, recordAround } from '../../core/testing/fixtures.ts';
import { textOf } from '../../core/testing/marked.ts';
import type { FoundRecord, FromBrowsing, ToBrowsing } from '../../server/browsing/messages.ts';

const program = fileURLToPath(new URL('../../dist/browser.cjs', import.meta.url));

class Browser {
  state: BrowseState | undefined;
  selection: Selection = { number: 0, count: 0, complete: false };
  /** The selection that goes with the state has come too. */
  private isTold = false;
  private readonly child: ChildProcess;
  private readonly hearing = new Set<(message: FromBrowsing) => void>();

  constructor(path: string, editor: unknown = {}) {
    this.child = fork(program, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (message: FromBrowsing) => {
      if (message.kind === 'state') [this.state, this.isTold] = [message.state, false];
      if (message.kind === 'selection') [this.selection, this.isTold] = [message.selection, true];
      for (const hear of [...this.hearing]) hear(message);
    });
    this.say({ kind: 'open', path, editor });
  }

  close(): void {
    this.child.disconnect();
  }

  say(message: ToBrowsing): void {
    this.child.send(message);
  }

  /** All facts are known of so many records. */
  async read(records: number): Promise<BrowseState> {
    const isRead = () =>
      this.isTold && this.state?.counted === true && this.state.records === records && this.state.known === records;
    if (!isRead()) await this.hear(isRead);
    return this.state!;
  }

  async rows(from: number, to: number): Promise<readonly BrowsedRow[]> {
    const rows: BrowsedRow[] = [];
    const all = this.hear((message) => {
      if (message.kind !== 'rows') return false;
      rows.push(...message.rows);
      return rows.length === to - from;
    });
    this.say({ kind: 'want', selection: this.selection.number, stretches: [[from, to]] });
    await all;
    return rows;
  }

  /** How many records a view shows when all is known. */
  async view(view: Partial<BrowseView>): Promise<number> {
    const { number } = this.selection;
    const done = this.hear(
      (message) => message.kind === 'selection' && message.selection.complete && message.selection.number > number,
    );
    this.say({ kind: 'view', view: { ...WHOLE_FILE, ...view } });
    await done;
    return this.selection.count;
  }

  async find(record: number): Promise<FoundRecord | undefined> {
    let found: FoundRecord | undefined;
    const done = this.hear((message) => {
      if (message.kind === 'found') found = message.found;
      return message.kind === 'found';
    });
    this.say({ kind: 'find', request: 1, record });
    await done;
    return found;
  }

  hear(isIt: (message: FromBrowsing) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const hear = (message: FromBrowsing): void => {
        if (!isIt(message)) return;
        this.hearing.delete(hear);
        resolve();
      };
      this.hearing.add(hear);
    });
  }
}

let folder: string;
const open: Browser[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-browse-'));
});
afterEach(() => {
  for (const browser of open.splice(0)) browser.close();
  rmSync(folder, { recursive: true, force: true });
});

function browse(name: string, editor?: unknown): Browser {
  const browser = new Browser(join(folder, name), editor);
  open.push(browser);
  return browser;
}

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const dog = (i: number) => recordAround('<p> a dog </p> [SEG] runs.', { id: `dog-${i}`, task: 'gcg' });
const lines = (records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('browsing', () => {
  it.each(FILE_KINDS)('shows the records of a .%s with their lines', async (kind) => {
    const records = [dog(0), recordAround('No mask here.', { id: 'b' })];
    const name = file(kind === 'uscdf' ? 'a.uscdf' : `a.uscdf.${kind}`, textOf(kind, records));
    const browser = browse(name);
    await browser.read(2);
    const rows = await browser.rows(0, 2);
    expect(rows.map(({ id }) => id)).toEqual(['dog-0', 'b']);
    expect(rows[0]).toMatchObject({ task: 'gcg', maskCount: 1, phraseCount: 1 });
    const found = await browser.find(1);
    expect(found?.line).toBe(rows[1]!.line);
    expect(await browser.view({ filter: { masks: { least: 1 } } })).toBe(1);
  });

  it('shows what does not parse as records with the finding syntax', async () => {
    const content = Buffer.concat([
      Buffer.from(`\ufeff${JSON.stringify(dog(0))}\r\n{broken\r\n\r\n`),
      Buffer.from([0x7b, 0x22, 0x69, 0xff, 0x7d, 0x0d, 0x0a]),
      Buffer.from(JSON.stringify(dog(1))),
    ]);
    const browser = browse(file('a.uscdf.jsonl', content));
    const state = await browser.read(4);
    expect(state.all.withErrors).toBeGreaterThanOrEqual(2);
    expect(await browser.view({ filter: { finding: 'syntax' } })).toBe(2);
    const rows = await browser.rows(0, 2);
    expect(rows.map(({ line, errors }) => ({ line, errors }))).toEqual([
      { line: 1, errors: 1 },
      { line: 3, errors: 1 },
    ]);
    expect(rows[0]!.findings[0]!.message.length).toBeGreaterThan(10);
  });

  it('has the findings that settings and the config file ask for', async () => {
    file('a.uscdf.jsonl', lines([{ ...dog(0), masks: [] }]));
    const plain = browse('a.uscdf.jsonl');
    expect((await plain.read(1)).all.withErrors).toBe(1);
    const without = browse('a.uscdf.jsonl', { rules: { 'mask-count': 'off' } });
    expect((await without.read(1)).all.withErrors).toBe(0);
    file('uscdf.config.json', '{"rules": {"mask-count": "warning"}}');
    const configured = browse('a.uscdf.jsonl', { rules: { 'mask-count': 'off' } });
    const { all } = await configured.read(1);
    expect([all.withErrors, all.withFindings]).toEqual([0, 1]);
  });

  it('says of an empty file and of one that is not there what is so', async () => {
    const empty = browse(file('empty.uscdf.jsonl', ''));
    expect((await empty.read(0)).problems).toEqual([]);
    const missing = browse('missing.uscdf.jsonl');
    expect((await missing.read(0)).problems.join()).toMatch(/not there/);
    const other = browse(file('a.txt', 'text'));
    expect((await other.read(0)).problems.join()).toMatch(/no USCDF file/);
    const gone = browse('no-folder');
    expect((await gone.read(0)).problems.join()).toMatch(/not there/);
  });

  it('shows the files of a folder one after the other', async () => {
    mkdirSync(join(folder, 'val'));
    file('b.uscdf.jsonl', lines([dog(2), dog(3)]));
    file('a.uscdf', textOf('uscdf', [dog(0), dog(1)]));
    file('val/c.uscdf.json', textOf('json', [dog(4)]));
    file('notes.json', '{}');
    const browser = browse('.');
    expect((await browser.read(5)).files).toBe(3);
    expect((await browser.rows(0, 5)).map(({ id }) => id)).toEqual(['dog-0', 'dog-1', 'dog-2', 'dog-3', 'dog-4']);
    expect(await browser.view({ filter: { text: 'DOG-3' } })).toBe(1);
    expect((await browser.find(3))?.file).toBe(join(folder, 'b.uscdf.jsonl'));
  });

  it('searches phrases and ids in what it has not read yet', async () => {
    const records = Array.from({ length: 3_000 }, (_, i) =>
      i % 1_000 === 7 ? recordAround('<p> the Café table </p> [SEG]', { id: `café ${i}` }) : dog(i),
    );
    const browser = browse(file('a.uscdf.jsonl', lines(records).replaceAll('é', '\\u00e9')));
    expect(await browser.view({ filter: { text: 'café table' } })).toBe(3);
    expect((await browser.rows(0, 3)).map(({ line }) => line)).toEqual([7, 1_007, 2_007]);
    expect(await browser.view({ filter: { text: 'dog-29' }, sort: 'id', descending: true })).toBe(111);
    expect((await browser.rows(0, 2)).map(({ id }) => id)).toEqual(['dog-2999', 'dog-2998']);
  });

  it('reads a line of 40 MB among others', async () => {
    const counts = Array.from({ length: 7_000_000 }, () => 10);
    const huge = { ...dog(1), masks: [{ size: [7_000, 10_000], counts }] };
    const browser = browse(file('a.uscdf.jsonl', lines([dog(0), huge, dog(2)])));
    await browser.read(3);
    const rows = await browser.rows(0, 3);
    expect(rows.map(({ id }) => id)).toEqual(['dog-0', 'dog-1', 'dog-2']);
    expect(rows[1]!.masks).toHaveLength(1);
  });

  it('gives the picture of a record whose file is too large for extensions', async () => {
    const line = `${JSON.stringify({ ...dog(0), extra: 'x'.repeat(20_000) })}\n`;
    const browser = browse(file('a.uscdf.jsonl', line.repeat(Math.ceil(51e6 / line.length))));
    await browser.hear((message) => message.kind === 'state' && message.state.counted);
    const found = await browser.find(2_000);
    expect(found).toMatchObject({ line: 2_000, preview: { id: 'dog-0' } });
    expect(found!.size).toBeGreaterThan(50e6);
    expect(await browser.find(1e9)).toBeUndefined();
  });

  it('reads a file anew when it has changed, and keeps the view', async () => {
    const name = file('a.uscdf.jsonl', lines([dog(0), recordAround('Nothing.', { id: 'b' })]));
    const browser = browse(name);
    await browser.read(2);
    expect(await browser.view({ filter: { masks: { least: 1 } } })).toBe(1);
    const before = browser.selection.number;
    appendFileSync(join(folder, name), lines([dog(1), dog(2)]));
    utimesSync(join(folder, name), new Date(), new Date(Date.now() + 5_000));
    await browser.read(4);
    if (!browser.selection.complete || browser.selection.count !== 3)
      await browser.hear((message) => message.kind === 'selection' && message.selection.count === 3);
    expect(browser.selection.number).not.toBe(before);
    expect((await browser.rows(0, 3)).map(({ id }) => id)).toEqual(['dog-0', 'dog-1', 'dog-2']);
  });

  it('shows what there was while it reads a folder anew', async () => {
    for (const name of ['a', 'b', 'c']) file(`${name}.uscdf`, textOf('uscdf', [dog(0), dog(1)]));
    const browser = browse('.');
    await browser.read(6);
    const counts = new Set<number>();
    const again = browser.hear((message) => {
      if (message.kind === 'selection') counts.add(message.selection.count);
      return message.kind === 'selection' && message.selection.count === 7;
    });
    file('b.uscdf', textOf('uscdf', [dog(0), dog(1), dog(2)]));
    await again;
    expect([...counts]).toEqual(counts.has(6) ? [6, 7] : [7]);
  });

  it('reads a file anew when the file with its masks has changed', async () => {
    const masks = (pixels: number) => JSON.stringify([{ size: [10, 10], counts: [0, pixels, 100 - pixels] }]);
    file('a.masks.json', masks(50));
    const record = { ...dog(0), masks: 'a.masks.json' };
    const browser = browse(file('a.uscdf', textOf('uscdf', [record])));
    await browser.read(1);
    const before = (await browser.rows(0, 1))[0]!;
    expect(before.masks).toHaveLength(1);
    const { number } = browser.selection;
    const again = browser.hear((message) => message.kind === 'selection' && message.selection.number !== number);
    file('a.masks.json', masks(20));
    utimesSync(join(folder, 'a.masks.json'), new Date(), new Date(Date.now() + 5_000));
    await again;
    const after = (await browser.rows(0, 1))[0]!;
    expect(after.masks).toHaveLength(1);
    expect(after.masks[0]!.counts).not.toBe(before.masks[0]!.counts);
  });

  it('leaves what is no longer wanted', async () => {
    const browser = browse(file('a.uscdf.jsonl', lines(Array.from({ length: 5_000 }, (_, i) => dog(i)))));
    await browser.read(5_000);
    const from: number[] = [];
    const last = browser.hear((message) => {
      if (message.kind === 'rows') from.push(message.from);
      return message.kind === 'rows' && message.from === 4_900;
    });
    browser.say({ kind: 'want', selection: browser.selection.number, stretches: [[0, 2_000]] });
    browser.say({ kind: 'want', selection: browser.selection.number, stretches: [[4_900, 4_912]] });
    await last;
    expect(from.length).toBeLessThan(20);
  });
});
