import { fork, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowseState } from '../../core/browsing/browseState.ts';
import { type BrowseView, WHOLE_FILE } from '../../core/browsing/view.ts';
import type { FromBrowsing, ToBrowsing } from '../../server/browsing/messages.ts';
import { datasetLine, quantiles } from './dataset.ts';

/** A record takes about 2 KB, so that the whole file has 2 GB; fewer are for a quick look. */
const RECORDS = Number(process.env['USCDF_BENCH_RECORDS'] ?? 1e6);
const RECORD_BYTES = 2_000;
const ROUNDS = Number(process.env['USCDF_BENCH_ROUNDS'] ?? 3);
const PAGES = 40;
const PAGE_ROWS = 24;
const ROOT = join(__dirname, '../..');
const PROCESS = join(ROOT, 'dist/browser.cjs');
const COMMAND = join(ROOT, 'dist/uscdf.cjs');

/**
 * The dataset browser's process over a large file: opening it against `wc -l`, all facts against `uscdf lint`, how soon a page
 * is there after a jump, how soon a filter, a sort and a search, and how much memory all of it took.
 */
export async function run(): Promise<void> {
  if (!existsSync(PROCESS)) throw new Error('The browsing process is not built: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    const path = writeDataset(join(folder, 'large.uscdf.jsonl'));
    console.log(`${RECORDS} records, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
    const count = time(() => spawnSync('wc', ['-l', path]));
    await open(path, count);
    await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function open(path: string, warming: number): Promise<void> {
  const [counts, pages, opens]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    counts.push(time(() => spawnSync('wc', ['-l', path])));
    const browser = new Browser(path);
    pages.push(await browser.firstPage());
    opens.push(await browser.counted());
    await browser.close();
  }
  const [wc, first, all] = [counts, pages, opens].map((each) => quantiles(each).median) as [number, number, number];
  console.log(
    `open, start of the process included: wc -l ${wc.toFixed(0)} ms (${warming.toFixed(0)} ms at first), first page ${first.toFixed(0)} ms, all records counted ${all.toFixed(0)} ms, ratio ${(all / wc).toFixed(1)}`,
  );
}

async function use(path: string): Promise<void> {
  const began = performance.now();
  const browser = new Browser(path);
  await browser.counted();
  const busy = await browser.jumps();
  const facts = await browser.known(began);
  const idle = await browser.jumps();
  const options = ['--jobs', '2', '--scope', 'turn,record', '--format', 'jsonl', '--fail-on', 'error'];
  const lint = time(() => spawnSync(process.execPath, [COMMAND, 'lint', ...options, path], { maxBuffer: 1e9 }));
  console.log(`all facts ${facts.toFixed(0)} ms, uscdf lint ${lint.toFixed(0)} ms, ratio ${(facts / lint).toFixed(2)}`);
  for (const [when, times] of [
    ['while facts are read', busy],
    ['after', idle],
  ] as const)
    console.log(
      `a page of ${PAGE_ROWS} rows at a random place, ${when}: ${quantiles(times).median.toFixed(0)} ms, 95 of 100 under ${quantiles(times).p95.toFixed(0)} ms`,
    );
  for (const [what, view] of [
    ['filter by masks and task', { ...WHOLE_FILE, filter: { task: 'referring', masks: { least: 2 } } }],
    ['sort by masks', { ...WHOLE_FILE, sort: 'masks', descending: true }],
    ['sort by id', { ...WHOLE_FILE, sort: 'id' }],
    ['search for words', { ...WHOLE_FILE, filter: { text: 'no such frisbee' } }],
    ['search for words that all have', { ...WHOLE_FILE, filter: { text: 'the frisbee' } }],
  ] as const satisfies readonly (readonly [string, BrowseView])[]) {
    const { ms, count } = await browser.view(view);
    console.log(`${what}: ${ms.toFixed(0)} ms, ${count} records`);
  }
  console.log(`peak memory of the process with its threads ${browser.peak()} MB`);
  await browser.close();
}

/** The process as the extension drives it. */
class Browser {
  private readonly began = performance.now();
  private readonly child = fork(PROCESS, { serialization: 'advanced', execArgv: [] });
  private selection = 0;
  private state: BrowseState | undefined;
  private readonly waiting = new Set<(message: FromBrowsing) => void>();

  constructor(path: string) {
    this.child.on('message', (message: FromBrowsing) => {
      if (message.kind === 'selection') this.selection = message.selection.number;
      if (message.kind === 'state') this.state = message.state;
      for (const hear of [...this.waiting]) hear(message);
    });
    this.say({ kind: 'open', path, editor: {} });
  }

  /** Milliseconds from the start to the first rows. */
  async firstPage(): Promise<number> {
    await this.hear((message) => message.kind === 'selection' && message.selection.count > 0);
    await this.page(0);
    return performance.now() - this.began;
  }

  async counted(): Promise<number> {
    await this.hear((message) => message.kind === 'state' && message.state.counted);
    return performance.now() - this.began;
  }

  async known(since: number): Promise<number> {
    if (this.state?.known !== RECORDS)
      await this.hear((message) => message.kind === 'state' && message.state.known === RECORDS);
    return performance.now() - since;
  }

  async jumps(): Promise<readonly number[]> {
    const times: number[] = [];
    for (let i = 0; i < PAGES; i++) {
      const began = performance.now();
      await this.page(Math.floor(((i * 0.618034) % 1) * (RECORDS - PAGE_ROWS)));
      times.push(performance.now() - began);
    }
    return times;
  }

  async view(view: BrowseView): Promise<{ readonly ms: number; readonly count: number }> {
    const began = performance.now();
    this.say({ kind: 'view', view });
    let count = 0;
    await this.hear((message) => {
      if (message.kind === 'selection') count = message.selection.count;
      return message.kind === 'selection' && message.selection.complete;
    });
    return { ms: performance.now() - began, count };
  }

  /** Megabytes. */
  peak(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.disconnect();
    });
  }

  private page(from: number): Promise<void> {
    const { selection } = this;
    this.say({ kind: 'want', selection, stretches: [[from, from + PAGE_ROWS]] });
    return this.hear((message) => message.kind === 'rows' && message.from + message.rows.length === from + PAGE_ROWS);
  }

  private say(message: ToBrowsing): void {
    this.child.send(message);
  }

  private hear(isIt: (message: FromBrowsing) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const hear = (message: FromBrowsing): void => {
        if (!isIt(message)) return;
        this.waiting.delete(hear);
        resolve();
      };
      this.waiting.add(hear);
    });
  }
}

function time(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Records of one size: what a record lacks to it stands as further questions and answers in it. */
function writeDataset(path: string): string {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (let i = 0; i < RECORDS; i++) {
    lines.push(`${padded(datasetLine(i))}\n`);
    if (lines.length < 4000 && i + 1 < RECORDS) continue;
    writeSync(file, lines.join(''));
    lines = [];
  }
  closeSync(file);
  return path;
}

const SENTENCE = 'The dog runs over the lawn and looks at what was thrown. ';

function padded(line: string): string {
  const answer = SENTENCE.repeat(Math.max(0, Math.ceil((RECORD_BYTES - line.length - 80) / SENTENCE.length))).trim();
  const turns = `,{"from":"human","value":"What happens?"},{"from":"gpt","value":${JSON.stringify(answer)}}]`;
  return line.replace(/(?<=\})\](?=,"masks")/, turns);
}
