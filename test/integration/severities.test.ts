/**
 * Who decides about a rule's severity: the record itself, then the command line, the nearest config file, the editor's
 * settings, and the default. Shown pair by pair, for a rule of each scope, through the built command and the built server.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Diagnostic, DiagnosticSeverity, type WorkspaceDiagnosticReport } from 'vscode-languageserver/node';
import { ruleInfo } from '../../core/rules/index.ts';
import { builtBundles } from './builtBundles.ts';
import { lintJson } from './command.ts';
import { OpenFile } from './openFile.ts';
import { aboutRiders, answered, fileOf } from './photoFolder.ts';
import { ServerClient, VS_CODE } from './serverClient.ts';

/** A rule of each scope: of a turn, of a record, of a file, of pixels. */
const CODES = ['negative-phrasing', 'mask-count', 'duplicate-id', 'image-missing'] as const;
const NAME = 'a.uscdf.jsonl';

type Severity = 'off' | 'hint' | 'information' | 'warning' | 'error';

/** What each level says about all of the rules. */
interface Levels {
  readonly record?: Severity;
  readonly line?: Severity;
  readonly config?: Severity;
  readonly editor?: Severity;
}

/** Each level beats those behind it; the expected severity is that of the first one. */
const COMMAND_LINE: readonly Levels[] = [
  {},
  { config: 'hint' },
  { config: 'off' },
  { line: 'information' },
  { line: 'warning', config: 'hint' },
  { line: 'error', config: 'off' },
  { line: 'off', config: 'hint' },
  { record: 'hint' },
  { record: 'warning', config: 'hint' },
  { record: 'hint', line: 'warning' },
  { record: 'error', line: 'off', config: 'hint' },
  { record: 'off', line: 'error', config: 'error' },
];
const EDITOR: readonly Levels[] = [
  {},
  { editor: 'hint' },
  { editor: 'off' },
  { config: 'information' },
  { config: 'warning', editor: 'hint' },
  { config: 'error', editor: 'off' },
  { config: 'off', editor: 'hint' },
  { record: 'hint' },
  { record: 'warning', editor: 'hint' },
  { record: 'hint', config: 'warning' },
  { record: 'error', config: 'off', editor: 'hint' },
  { record: 'off', config: 'error', editor: 'error' },
];

let folder: string;

beforeAll(builtBundles);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-severities-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const all = (severity: Severity) => Object.fromEntries(CODES.map((code) => [code, severity]));
const title = (levels: Levels) => JSON.stringify(levels).replaceAll('"', '');

/** Writes a file with one mistake of each rule, and the config file; returns the text. */
function write({ record, config }: Levels): string {
  const mistakes = answered(
    'Sure, <p> horse </p> [SEG], <p> rider </p> [SEG] and <p> dog </p> [SEG]. But I do not see any zebra in this image.',
    { image: 'gone.jpg', ...(record && { lint: all(record) }) },
  );
  const text = fileOf('jsonl', aboutRiders({ image: 'https://images.test/a.jpg' }), mistakes);
  writeFileSync(join(folder, NAME), text);
  if (config) writeFileSync(join(folder, 'uscdf.config.json'), JSON.stringify({ rules: all(config) }));
  return text;
}

/** The severity of each rule's finding, by the level that decides; rules that are off are left out. */
function expected({ record, line, config, editor }: Levels): Readonly<Record<string, string>> {
  const decided = record ?? line ?? config ?? editor;
  const entries = CODES.map((code) => [code, decided ?? ruleInfo(code)!.severity] as const);
  return Object.fromEntries(entries.filter(([, severity]) => severity !== 'off'));
}

it('the defaults differ, so that they are told from what is set', () => {
  expect(new Set(CODES.map((code) => ruleInfo(code)!.severity)).size).toBeGreaterThan(1);
});

describe('uscdf lint', () => {
  it.each(COMMAND_LINE.map((levels) => [title(levels), levels] as const))('with %s', (_, levels) => {
    write(levels);
    const rules = levels.line === undefined ? [] : CODES.flatMap((code) => ['--rule', `${code}=${levels.line}`]);
    const { findings } = lintJson([...rules, NAME], { cwd: folder });
    const ours = findings.filter(({ code }) => CODES.some((each) => each === code));
    expect(Object.fromEntries(ours.map(({ code, severity }) => [code, severity]))).toEqual(expected(levels));
    expect(ours).toHaveLength(Object.keys(expected(levels)).length);
  });
});

describe('the server', () => {
  const WORD: Readonly<Record<DiagnosticSeverity, string>> = {
    [DiagnosticSeverity.Error]: 'error',
    [DiagnosticSeverity.Warning]: 'warning',
    [DiagnosticSeverity.Information]: 'information',
    [DiagnosticSeverity.Hint]: 'hint',
  };
  const severities = (items: readonly Diagnostic[]) =>
    Object.fromEntries(
      items
        .filter(({ code }) => CODES.some((each) => each === code))
        .map(({ code, severity }) => [code, WORD[severity!]]),
    );

  it.each(EDITOR.map((levels) => [title(levels), levels] as const))('with %s', async (_, levels) => {
    const text = write(levels);
    const [client] = await ServerClient.start({
      capabilities: VS_CODE,
      settings: levels.editor === undefined ? {} : { rules: all(levels.editor) },
      workspace: pathToFileURL(folder).href,
    });
    const { items } = await client.ask<WorkspaceDiagnosticReport>('workspace/diagnostic', { previousResultIds: [] });
    const [closed] = items;
    if (closed?.kind !== 'full') throw new Error('A full report was expected.');
    expect(severities(closed.items)).toEqual(expected(levels));
    const file = new OpenFile(client, pathToFileURL(join(folder, NAME)).href, 'uscdf-jsonl', text);
    await expect.poll(async () => severities(await file.diagnostics()), { timeout: 20_000 }).toEqual(expected(levels));
    await client.stop();
  });
});
