/** Findings of files that are not open, as an editor gets them from the built server. */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';

import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  type ClientCapabilities,
  type Diagnostic,
  FileChangeType,
  LSPErrorCodes,
  type PreviousResultId,
  ProgressType,
  type SymbolInformation,
  type WorkDoneProgressBegin,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { MAX_DIAGNOSTICS } from '../../core/language/languageService.ts';
import type { FileKind } from '../../core/records/document.ts';
import { runJob } from '../../server/workspace/runJob.ts';
import { builtBundles, DIST } from './builtBundles.ts';
import { OpenFile } from './openFile.ts';
import { aboutRiders, answered, ENDING, fileOf, LANGUAGE } from './photoFolder.ts';
import { PUSH_ONLY, ServerClient, VS_CODE } from './serverClient.ts';

const NEAR_MISS = 'Sure, <p> horse </p> [SEG] and <p> rider </p> [SEG]. But I do not see any zebra in this image.';
/** Nothing is wrong with it, and it names no file. */
const CLEAN = aboutRiders({ image: 'https://images.test/riders.jpg' });
const mistaken = (id: string) => ({ ...answered(NEAR_MISS), id, image: 'https://images.test/riders.jpg' });

const WORKSPACE: ClientCapabilities = {
  ...VS_CODE,
  window: { workDoneProgress: true },
  workspace: { ...VS_CODE.workspace, workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } },
};

/** What a loaded machine gives in its own time. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 30_000, interval: 20 });

let folder: string;
let client: ServerClient | undefined;

beforeAll(builtBundles);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-workspace-'));
});
afterEach(async () => {
  await client?.stop();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(settings: unknown = {}, capabilities = WORKSPACE): Promise<ServerClient> {
  [client] = await ServerClient.start({ capabilities, settings, workspace: uri('.') });
  return client;
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const uri = (name: string): string => pathToFileURL(join(folder, name)).href;

/** Tells the server that files have changed on the disk. */
function changed(...names: readonly string[]): void {
  client!.tell('workspace/didChangeWatchedFiles', {
    changes: names.map((name) => ({ uri: uri(name), type: FileChangeType.Changed })),
  });
}

/** A request for the workspace's diagnostics that is open, with what came of it so far. */
class Pull {
  private static count = 0;
  readonly reports: WorkspaceDocumentDiagnosticReport[] = [];
  readonly answer: Promise<WorkspaceDiagnosticReport>;
  private readonly cancellation = new CancellationTokenSource();

  constructor(connection: ServerClient['connection'], previousResultIds: readonly PreviousResultId[] = []) {
    const partialResultToken = `pull-${Pull.count++}`;
    connection.onProgress(new ProgressType<WorkspaceDiagnosticReport>(), partialResultToken, ({ items }) => {
      this.reports.push(...items);
    });
    const params = { identifier: 'uscdf', previousResultIds, partialResultToken };
    this.answer = connection.sendRequest('workspace/diagnostic', params, this.cancellation.token);
    this.answer.catch(() => {});
  }

  cancel(): void {
    this.cancellation.cancel();
  }

  /** The last full report of each file: its name, and its findings as `line code`. */
  get findings(): Readonly<Record<string, readonly string[]>> {
    const files: Record<string, readonly string[]> = {};
    for (const report of this.reports) if (report.kind === 'full') files[nameOf(report.uri)] = lines(report.items);
    return files;
  }

  get resultIds(): readonly PreviousResultId[] {
    return this.reports.flatMap(({ uri, resultId }) => (resultId === undefined ? [] : [{ uri, value: resultId }]));
  }
}

const nameOf = (address: string): string => address.slice(uri('.').length).replace(/^\//, '');
const lines = (items: readonly Diagnostic[]): readonly string[] =>
  items.map(({ range, code }) => `${range.start.line} ${code}`);

describe('a client that pulls', () => {
  it('gets the findings of closed files one by one, wherever they lie', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', CLEAN, mistaken('b')));
    write('deep/er/b.uscdf', fileOf('uscdf', mistaken('c')));
    write('c.uscdf.json', fileOf('json', { ...CLEAN, id: 'd' }, { ...CLEAN, id: 'd' }));
    write('clean.uscdf.jsonl', fileOf('jsonl', CLEAN));
    write('node_modules/x/d.uscdf.jsonl', fileOf('jsonl', mistaken('e')));
    write('.hidden/e.uscdf.jsonl', fileOf('jsonl', mistaken('f')));
    write('other.jsonl', 'nothing of ours');
    const { connection } = await start();
    const pull = new Pull(connection);
    const line = fileOf('uscdf', mistaken('c'))
      .split('\n')
      .findIndex((each) => each.includes('I do not see'));
    await eventually(() => pull.findings).toEqual({
      'a.uscdf.jsonl': ['1 negative-phrasing'],
      'deep/er/b.uscdf': [`${line} negative-phrasing`],
      'c.uscdf.json': [expect.stringMatching(/^\d+ duplicate-id$/)],
      'clean.uscdf.jsonl': [],
    });
    expect(pull.reports).toHaveLength(4);
  });

  it('gets the same findings as for an open document, in all kinds of file', async () => {
    const server = await start();
    const kinds: readonly FileKind[] = ['jsonl', 'json', 'uscdf'];
    for (const kind of kinds)
      write(
        `a${ENDING[kind]}`,
        `${fileOf(kind, mistaken('a'), mistaken('a'), { ...CLEAN, id: 'ü🐶', image: 'gone.jpg' })}`,
      );
    const pull = new Pull(server.connection);
    await eventually(() => Object.keys(pull.findings).length).toBe(3);
    for (const kind of kinds) {
      const name = `a${ENDING[kind]}`;
      const text = fileOf(kind, mistaken('a'), mistaken('a'), { ...CLEAN, id: 'ü🐶', image: 'gone.jpg' });
      const file = new OpenFile(server, uri(name), LANGUAGE[kind], text);
      const closed = pull.reports.find((report) => report.uri === uri(name));
      const sorted = (items: readonly Diagnostic[]) => items.map((item) => JSON.stringify(item)).sort();
      if (closed?.kind !== 'full') throw new Error('A full report was expected.');
      await expect
        .poll(async () => sorted(await file.diagnostics()), { timeout: 20_000 })
        .toEqual(sorted(closed.items));
      expect(closed.items.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['negative-phrasing', 'duplicate-id', 'image-missing']),
      );
    }
  });

  it('is told what it has already in a word, and that files are gone', async () => {
    for (const name of ['same', 'other', 'gone']) write(`${name}.uscdf.jsonl`, fileOf('jsonl', mistaken(name)));
    const { connection } = await start();
    const first = new Pull(connection);
    await eventually(() => first.reports.length).toBe(3);
    rmSync(join(folder, 'gone.uscdf.jsonl'));
    write('other.uscdf.jsonl', fileOf('jsonl', CLEAN, mistaken('other')));
    const second = new Pull(connection, first.resultIds);
    await eventually(() => second.reports.length).toBe(3);
    expect(second.reports.filter(({ kind }) => kind === 'unchanged').map(({ uri }) => nameOf(uri))).toEqual([
      'same.uscdf.jsonl',
    ]);
    expect(second.findings).toEqual({ 'other.uscdf.jsonl': ['1 negative-phrasing'], 'gone.uscdf.jsonl': [] });
    // One request at a time: the second one has taken the first one's place.
    expect(await first.answer).toEqual({ items: [] });
  });

  it('hears of every change on the request that stays open', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    write('b.uscdf.jsonl', fileOf('jsonl', mistaken('b')));
    const { connection } = await start();
    const pull = new Pull(connection);
    await eventually(() => pull.reports.length).toBe(2);
    write('a.uscdf.jsonl', fileOf('jsonl', CLEAN));
    rmSync(join(folder, 'b.uscdf.jsonl'));
    write('c.uscdf.jsonl', '{');
    changed('a.uscdf.jsonl', 'b.uscdf.jsonl', 'c.uscdf.jsonl');
    await eventually(() => pull.findings).toEqual({
      'a.uscdf.jsonl': [],
      'b.uscdf.jsonl': [],
      'c.uscdf.jsonl': ['0 syntax'],
    });
    expect(pull.reports).toHaveLength(5);
  });

  it('hears of settings and of config files, a wrong one in the config file itself', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    write('strict/b.uscdf.jsonl', fileOf('jsonl', mistaken('b')));
    const server = await start({ rules: { 'negative-phrasing': 'off' } });
    const pull = new Pull(server.connection);
    await eventually(() => pull.findings).toEqual({ 'a.uscdf.jsonl': [], 'strict/b.uscdf.jsonl': [] });
    write('strict/uscdf.config.json', '{"rules": {"negative-phrasing": "hint"}}');
    changed('strict/uscdf.config.json');
    await eventually(() => pull.findings).toEqual({
      'a.uscdf.jsonl': [],
      'strict/b.uscdf.jsonl': ['0 negative-phrasing'],
    });
    write('strict/uscdf.config.json', '{"rules": {"negative-frasing": "hint"}}');
    changed('strict/uscdf.config.json');
    await eventually(() => server.pushed.get(uri('strict/uscdf.config.json'))).toEqual(['config']);
    await eventually(() => pull.findings['strict/b.uscdf.jsonl']).toEqual([]);
    rmSync(join(folder, 'strict/uscdf.config.json'));
    changed('strict/uscdf.config.json');
    await eventually(() => server.pushed.get(uri('strict/uscdf.config.json'))).toEqual(['config', '']);
    server.settings = {};
    server.tell('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => pull.findings).toEqual({
      'a.uscdf.jsonl': ['0 negative-phrasing'],
      'strict/b.uscdf.jsonl': ['0 negative-phrasing'],
    });
    server.settings = { workspaceDiagnostics: 'off' };
    server.tell('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => pull.findings).toEqual({ 'a.uscdf.jsonl': [], 'strict/b.uscdf.jsonl': [] });
  });

  it('without images when the setting says so, and again when an image comes', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', { ...CLEAN, image: 'gone.jpg' }));
    const server = await start({ workspaceDiagnostics: 'quick' });
    const pull = new Pull(server.connection);
    await eventually(() => pull.findings).toEqual({ 'a.uscdf.jsonl': [] });
    server.settings = {};
    server.tell('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => pull.findings).toEqual({ 'a.uscdf.jsonl': ['0 image-missing'] });
    write('gone.jpg', 'no image at all');
    const before = pull.reports.length;
    changed('gone.jpg');
    await eventually(() => pull.reports.length).toBe(before + 1);
  });

  it('gets open documents from the editor’s text, and from the disk once they are closed', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    write('b.uscdf.jsonl', fileOf('jsonl', mistaken('b')));
    const server = await start();
    const file = new OpenFile(server, uri('a.uscdf.jsonl'), 'uscdf-jsonl', fileOf('jsonl', CLEAN));
    const pull = new Pull(server.connection);
    await eventually(() => pull.findings).toEqual({ 'b.uscdf.jsonl': ['0 negative-phrasing'] });
    expect(await file.diagnostics()).toEqual([]);
    changed('a.uscdf.jsonl', 'b.uscdf.jsonl');
    file.close();
    expect(lines(await file.diagnostics())).toEqual(['0 negative-phrasing']);
    // An editor that has closed the document drops that answer, and waits for the workspace's.
    await eventually(() => pull.findings['a.uscdf.jsonl']).toEqual(['0 negative-phrasing']);
    expect(await server.diagnostics(uri('nowhere.uscdf'))).toEqual([]);
    expect(await server.diagnostics('file:///elsewhere/a.uscdf')).toEqual([]);
  });

  it('hears of a closed file once more after its own question about it, however late that is answered', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    write('b.uscdf.jsonl', fileOf('jsonl', CLEAN));
    const server = await start();
    const file = new OpenFile(server, uri('a.uscdf.jsonl'), 'uscdf-jsonl', fileOf('jsonl', CLEAN));
    const pull = new Pull(server.connection);
    await eventually(() => pull.findings).toEqual({ 'b.uscdf.jsonl': [] });
    // Questions about closed files are answered one by one, so that these hold up the last.
    const before = Array.from({ length: 8 }, () => server.diagnostics(uri('b.uscdf.jsonl')));
    file.close();
    await file.diagnostics();
    // VS Code drops what came up to here, and the answer too.
    const heard = pull.reports.length;
    const after = () => pull.reports.slice(heard).filter((report) => nameOf(report.uri) === 'a.uscdf.jsonl');
    await eventually(() => after().map((report) => report.kind)).toContain('full');
    await Promise.all(before);
  });

  it('without a channel for parts gets one answer', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    write('b.uscdf', fileOf('uscdf', CLEAN));
    const server = await start();
    const { items } = await server.ask<WorkspaceDiagnosticReport>('workspace/diagnostic', { previousResultIds: [] });
    expect(items.map(({ uri }) => nameOf(uri)).sort()).toEqual(['a.uscdf.jsonl', 'b.uscdf']);
  });

  it('may ask for everything anew', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    const server = await start();
    const pull = new Pull(server.connection);
    await eventually(() => pull.reports.length).toBe(1);
    await server.ask('workspace/executeCommand', { command: 'uscdf.checkWorkspace' });
    await eventually(() => pull.reports.map(({ kind }) => kind)).toEqual(['full', 'full']);
  });
});

describe('a client that cannot pull', () => {
  it('is told the findings of closed files, and when they go', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    const server = await start({}, PUSH_ONLY);
    const states = () => server.pushed.get(uri('a.uscdf.jsonl'));
    await eventually(states).toEqual(['negative-phrasing']);
    write('a.uscdf.jsonl', fileOf('jsonl', CLEAN));
    changed('a.uscdf.jsonl');
    await eventually(states).toEqual(['negative-phrasing', '']);
  });
});

describe('files of any size', () => {
  const RECORD_LINE = fileOf('jsonl', CLEAN).trimEnd();

  /** Writes about so many megabytes of clean records with a mistake in every so many; returns the lines of the mistakes. */
  function writeLarge(name: string, megabytes: number, every: number): readonly number[] {
    const file = openSync(join(folder, name), 'w');
    const count = Math.ceil((megabytes * 1e6) / RECORD_LINE.length);
    const wrong: number[] = [];
    let block = '';
    for (let i = 0; i < count; i++) {
      const isWrong = i % every === every - 1;
      if (isWrong) wrong.push(i);
      const answer = isWrong ? RECORD_LINE.replace("I don't see", 'I do not see') : RECORD_LINE;
      block += `${answer.replace('"riders"', `"r${i}"`)}\n`;
      if (block.length > 1e6 || i === count - 1) {
        writeSync(file, block);
        block = '';
      }
    }
    closeSync(file);
    return wrong;
  }

  it('one above 50 MB is checked from disk while typing stays quick', async () => {
    const wrong = writeLarge('large.uscdf.jsonl', 60, 5_000);
    const server = await start();
    const file = new OpenFile(server, uri('open.uscdf.jsonl'), 'uscdf-jsonl', fileOf('jsonl', CLEAN));
    await file.diagnostics();
    const pull = new Pull(server.connection);
    const times: number[] = [];
    while (pull.reports.length === 0) {
      const start = performance.now();
      file.replace('Sure,', 'Sure,,');
      await file.diagnostics();
      times.push(performance.now() - start);
      await new Promise((resume) => setTimeout(resume, 50));
    }
    expect(pull.findings).toEqual({ 'large.uscdf.jsonl': wrong.map((line) => `${line} negative-phrasing`) });
    times.sort((a, b) => a - b);
    expect(times.length).toBeGreaterThan(5);
    // A server that checked the large file itself would answer after seconds.
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(500);
  }, 120_000);

  it('a check is ended at once, and nothing comes of it later', async () => {
    write('small.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    writeLarge('large.uscdf.jsonl', 40, 1_000);
    const { connection } = await start();
    const pull = new Pull(connection);
    await eventually(() => pull.reports.length).toBe(1);
    const asked = performance.now();
    pull.cancel();
    await expect(pull.answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(performance.now() - asked).toBeLessThan(2_000);
    await new Promise((resume) => setTimeout(resume, 1_000));
    expect(pull.findings).toEqual({ 'small.uscdf.jsonl': ['0 negative-phrasing'] });
  }, 60_000);

  it('a long check shows its progress, and its user may end it', async () => {
    writeLarge('large.uscdf.jsonl', 60, 1_000);
    const { connection } = await start();
    const steps: { readonly kind: string; readonly percentage?: number }[] = [];
    connection.onRequest('window/workDoneProgress/create', ({ token }: { token: string }) => {
      connection.onProgress(new ProgressType<WorkDoneProgressBegin>(), token, (step) => {
        steps.push(step);
        if (steps.length === 3) connection.sendNotification('window/workDoneProgress/cancel', { token });
      });
      return null;
    });
    const pull = new Pull(connection);
    await eventually(() => steps.at(-1)?.kind).toBe('end');
    expect(steps[0]).toMatchObject({ kind: 'begin', title: 'Checking USCDF files', cancellable: true });
    expect(steps.slice(1, -1).every(({ kind }) => kind === 'report')).toBe(true);
    expect(pull.reports).toEqual([]);
  }, 60_000);

  it('one that needs too much memory ends its process, which names it, and nothing else', async () => {
    writeLarge('large.uscdf.jsonl', 40, 1_000);
    const text = readFileSync(join(folder, 'large.uscdf.jsonl'), 'utf8').trimEnd();
    write('large.uscdf.json', `[${text.replaceAll('\n', ',\n')}]`);
    const path = join(folder, 'large.uscdf.json');
    const job = {
      kind: 'check',
      folders: [{ path: folder, editor: {} }],
      only: [path],
      except: [],
      known: new Map(),
    } as const;
    const program = pathToFileURL(join(DIST, 'checker.cjs'));
    expect(await runJob(job, () => {}, { program, heapMb: 60 }).end).toMatchObject({ kind: 'failed', path });
  });

  it('more findings than an editor shows are counted', async () => {
    const records = Array.from({ length: MAX_DIAGNOSTICS + 3 }, (_, i) => mistaken(`r${i}`));
    write('a.uscdf.jsonl', fileOf('jsonl', ...records));
    const { connection } = await start();
    const pull = new Pull(connection);
    await eventually(() => pull.reports.length).toBe(1);
    const [report] = pull.reports;
    if (report?.kind !== 'full') throw new Error('A full report was expected.');
    expect(report.items).toHaveLength(MAX_DIAGNOSTICS + 1);
    expect(report.items.at(-1)!.message).toContain('3 more findings');
  });

  it('one that cannot be read says why, and keeps the others from nothing', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', mistaken('a')));
    writeFileSync(join(folder, 'latin.uscdf'), Buffer.from('---\nid: caf\u00e9\n', 'latin1'));
    write('mark.uscdf.jsonl', `\ufeff${fileOf('jsonl', mistaken('m')).replaceAll('\n', '\r\n')}`);
    const { connection } = await start();
    const pull = new Pull(connection);
    await eventually(() => Object.keys(pull.findings).length).toBe(3);
    expect(pull.findings['a.uscdf.jsonl']).toEqual(['0 negative-phrasing']);
    expect(pull.findings['mark.uscdf.jsonl']).toEqual(['0 negative-phrasing']);
    const latin = pull.reports.find(({ uri }) => uri.endsWith('latin.uscdf'));
    if (latin?.kind !== 'full') throw new Error('A full report was expected.');
    expect(latin.items.find(({ message }) => String(message).includes('UTF-8'))?.range.start).toEqual({
      line: 1,
      character: 7,
    });
  });
});

describe('a search for symbols', () => {
  const find = async (query: string) =>
    (await client!.ask<SymbolInformation[]>('workspace/symbol', { query })).map(
      ({ name, containerName, location }) =>
        `${name} ${containerName ?? '-'} ${nameOf(location.uri)} ${location.range.start.line}`,
    );

  it('finds records and phrases in open documents and in files', async () => {
    write('a.uscdf.jsonl', fileOf('jsonl', { ...CLEAN, id: 'first' }, { ...CLEAN, id: 'second' }));
    write('b.uscdf.jsonl', fileOf('jsonl', { ...CLEAN, id: 'on-disk' }));
    const server = await start();
    const file = new OpenFile(server, uri('b.uscdf.jsonl'), 'uscdf-jsonl', fileOf('jsonl', { ...CLEAN, id: 'typed' }));
    expect(await find('second')).toEqual(['second - a.uscdf.jsonl 1']);
    expect((await find('hrs')).sort()).toEqual([
      'horse first a.uscdf.jsonl 0',
      'horse second a.uscdf.jsonl 1',
      'horse typed b.uscdf.jsonl 0',
    ]);
    expect(await find('on-disk')).toEqual([]);
    file.close();
    expect(await find('on-disk')).toEqual(['on-disk - b.uscdf.jsonl 0']);
    write('a.uscdf.jsonl', fileOf('jsonl', { ...CLEAN, id: 'third' }));
    changed('a.uscdf.jsonl');
    expect(await find('third')).toEqual(['third - a.uscdf.jsonl 0']);
    expect(await find('second')).toEqual([]);
  });
});
