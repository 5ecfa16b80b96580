import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  createProtocolConnection,
  type DocumentDiagnosticReport,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { datasetLine, quantiles } from './dataset.ts';

const ROUNDS = 25;
const ROOT = join(__dirname, '../..');
const OWN = join(ROOT, 'dist/server.cjs');
const BARE = join(__dirname, 'bareServer.process.cjs');

/** From the start of the server's process to the first findings of a small file, against a server that answers nothing. */
export async function run(): Promise<void> {
  if (!existsSync(OWN)) throw new Error('The server is not built: run `npm run build` first.');
  const [bare, own]: [number[], number[]] = [[], []];
  // The first start of each reads its file from disk.
  await firstFindings(BARE);
  await firstFindings(OWN);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await firstFindings(BARE));
    own.push(await firstFindings(OWN));
  }
  const [reference, measured] = [quantiles(bare), quantiles(own)];
  console.log(
    `start to first findings, median of ${ROUNDS}: bare server ${reference.median.toFixed(0)} ms, uscdf ${measured.median.toFixed(0)} ms, ratio ${(measured.median / reference.median).toFixed(2)} (fastest of each: ${(Math.min(...own) / Math.min(...bare)).toFixed(2)})`,
  );
}

/** Milliseconds. */
async function firstFindings(server: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => null));
  connection.listen();
  const capabilities = { textDocument: { diagnostic: {} }, workspace: { configuration: true } };
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities });
  void connection.sendNotification('initialized', {});
  const uri = 'untitled:start.uscdf.jsonl';
  const text = `${datasetLine(0).replace('</p>', '')}\n${datasetLine(1)}\n`;
  void connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'uscdf-jsonl', version: 1, text },
  });
  const report = await connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri },
  });
  const took = performance.now() - started;
  const found = report.kind === 'full' ? report.items.length : 0;
  if (server === OWN && found !== 1) throw new Error(`One finding is expected, and ${found} came.`);
  await connection.sendRequest('shutdown');
  void connection.sendNotification('exit');
  await new Promise((resolve) => child.once('exit', resolve));
  connection.dispose();
  return took;
}
