import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  createProtocolConnection,
  type DocumentDiagnosticReport,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { LanguageService } from '../../core/language/languageService.ts';
import { UscdfDocument } from '../../core/records/document.ts';
import type { TextEdit } from '../../core/records/position.ts';
import { dataset, quantiles } from './dataset.ts';

const KEYSTROKES = 200;
/** A quick typist's. */
const PAUSE_MS = 30;
const SERVER = join(__dirname, '../../dist/server.cjs');
const SIZES = [
  ['1 KB', 1e3],
  ['1 MB', 1e6],
  ['10 MB', 10e6],
  ['45 MB', 45e6],
] as const;

/** A typed character to the findings of its file, in files of growing size, against the same in one of 1 KB. */
export async function run(): Promise<void> {
  if (!existsSync(SERVER)) throw new Error('The server is not built: run `npm run build` first.');
  console.log('in the server, over its pipe and back:');
  await compare(inServer);
  console.log('in its core alone:');
  await compare(inCore);
}

async function compare(measure: (text: string) => readonly number[] | Promise<readonly number[]>): Promise<void> {
  let reference: number | undefined;
  for (const [name, bytes] of SIZES) {
    const { median, p95 } = quantiles(await measure(dataset(bytes)));
    reference ??= p95;
    console.log(
      `${name.padStart(6)}  median ${median.toFixed(2)} ms  p95 ${p95.toFixed(2)} ms  ratio of p95 to 1 KB: ${(p95 / reference).toFixed(1)}`,
    );
  }
}

async function inServer(text: string): Promise<readonly number[]> {
  const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  const capabilities = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities });
  void connection.sendNotification('initialized', {});
  const uri = 'untitled:large.uscdf.jsonl';
  void connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'uscdf-jsonl', version: 1, text },
  });
  await findings(connection, uri);
  const times: number[] = [];
  const lines = text.trimEnd().split('\n');
  for (let i = 0; i < KEYSTROKES; i++) {
    const change = keystroke(i, lines.length, (line) => lines[line]!);
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    const started = performance.now();
    void connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: i + 2 },
      contentChanges: [{ range: change.range, text: change.newText }],
    });
    await findings(connection, uri);
    times.push(performance.now() - started);
  }
  connection.dispose();
  child.kill();
  return times;
}

/** A letter is typed into a phrase somewhere in the file, and with the next keystroke taken back: the findings stay few. */
function keystroke(i: number, lines: number, lineAt: (line: number) => string): TextEdit {
  const line = Math.floor(lines * ((i & ~1) / KEYSTROKES));
  const [, before] = /^(.*<p> )x?the dog <\/p>/.exec(lineAt(line))!;
  const start = { line, character: before!.length };
  return i % 2 === 0
    ? { range: { start, end: start }, newText: 'x' }
    : { range: { start, end: { line, character: start.character + 1 } }, newText: '' };
}

function findings(connection: ProtocolConnection, uri: string): Promise<DocumentDiagnosticReport> {
  return connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument: { uri } });
}

function inCore(text: string): readonly number[] {
  const document = new UscdfDocument('jsonl', text);
  const service = new LanguageService();
  service.diagnostics(document, undefined);
  const times: number[] = [];
  for (let i = 0; i < KEYSTROKES; i++) {
    const change = keystroke(i, document.lineCount - 1, (line) => document.line(line));
    const started = performance.now();
    document.update(change);
    service.diagnostics(document, undefined);
    times.push(performance.now() - started);
  }
  return times;
}
