import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetLine, quantiles } from './dataset.ts';

/** Records of the file that is checked, and of the one that the Python program checks as well. */
const RECORDS = Number(process.env['USCDF_BENCH_RECORDS'] ?? 1e6);
const PYTHON_RECORDS = Number(process.env['USCDF_BENCH_PYTHON_RECORDS'] ?? 50_000);
const ROUNDS = Number(process.env['USCDF_BENCH_ROUNDS'] ?? 3);
const PYTHON = process.env['USCDF_BENCH_PYTHON'] ?? 'python3';
const ROOT = join(__dirname, '../..');
const COMMAND = join(ROOT, 'dist/uscdf.cjs');

/**
 * `uscdf lint` over a whole file, as a user runs it: against `JSON.parse` of every line alone in one thread, and against a
 * plain Python program that makes the same checks.
 */
export function run(): void {
  if (!existsSync(COMMAND)) throw new Error('The command is not built: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    againstParsing('in order', writeDataset(join(folder, 'large.uscdf.jsonl'), RECORDS, 0));
    againstParsing('one of 1000 with a mistake', writeDataset(join(folder, 'mistakes.uscdf.jsonl'), RECORDS, 1000));
    againstPython(writeDataset(join(folder, 'small.uscdf.jsonl'), PYTHON_RECORDS, 1000));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function againstParsing(what: string, path: string): void {
  const [parse, lint]: [Took[], Took[]] = [[], []];
  const options = ['--jobs', '2', '--scope', 'turn,record', '--format', 'jsonl', '--fail-on', 'error'];
  for (let round = 0; round < ROUNDS; round++) {
    parse.push(runNode([join(__dirname, 'parseLines.process.cjs'), path]));
    lint.push(runNode([COMMAND, 'lint', ...options, path]));
  }
  const [reference, own] = [parse, lint].map((all) => quantiles(all.map(({ ms }) => ms)).median) as [number, number];
  const [fastestReference, fastestOwn] = [parse, lint].map((all) => Math.min(...all.map(({ ms }) => ms))) as [
    number,
    number,
  ];
  const peak = Math.max(...lint.map(({ megabytes }) => megabytes));
  console.log(
    `${RECORDS} records, ${what}, ${(statSync(path).size / 1e6).toFixed(0)} MB, turn and record rules, 2 threads: JSON.parse ${reference.toFixed(0)} ms, lint ${own.toFixed(0)} ms, ratio ${(own / reference).toFixed(2)} (fastest of each ${(fastestOwn / fastestReference).toFixed(2)}), peak memory ${peak} MB`,
  );
}

function againstPython(path: string): void {
  const program = join(ROOT, 'test/bench/python_lint.py');
  if (spawnSync(PYTHON, ['-c', 'import pycocotools']).status !== 0) {
    console.log(
      `${PYTHON} has no pycocotools, so the Python program was left out: name another in USCDF_BENCH_PYTHON.`,
    );
    return;
  }
  const own = runNode([COMMAND, 'lint', '--jobs', '2', '--no-images', '--format', 'jsonl', path]);
  const started = performance.now();
  const { stdout, status, stderr } = spawnSync(PYTHON, [program, path], { encoding: 'utf8', maxBuffer: 1e9 });
  const ms = performance.now() - started;
  if (status !== 1) throw new Error(`The Python program failed: ${stderr}`);
  const [ours, theirs] = [codesOf(own.stdout), codesOf(stdout)];
  if (ours !== theirs) throw new Error(`The two find different things:\nuscdf  ${ours}\nPython ${theirs}`);
  console.log(
    `${PYTHON_RECORDS} records, all rules: Python ${ms.toFixed(0)} ms, lint ${own.ms.toFixed(0)} ms, ${(ms / own.ms).toFixed(1)} times as fast; both find ${ours}`,
  );
}

/** How often each rule found something. */
function codesOf(report: string): string {
  const counts = new Map<string, number>();
  for (const line of report.trim().split('\n')) {
    const { code } = JSON.parse(line) as { readonly code: string };
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([code, count]) => `${count} ${code}`)
    .join(', ');
}

interface Took {
  readonly ms: number;
  readonly megabytes: number;
  readonly stdout: string;
}

function runNode(args: readonly string[]): Took {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', join(__dirname, 'peakMemory.process.cjs'), ...args],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  const ms = performance.now() - started;
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { ms, stdout, megabytes: Number(/peak (\d+) MB/.exec(stderr)?.[1]) };
}

/** A file of records of about 1 KB; one of so many has a mistake, 0 for none. Returns its path. */
function writeDataset(path: string, records: number, oneOf: number): string {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (let i = 0; i < records; i++) {
    const line = datasetLine(i);
    lines.push(`${oneOf > 0 && i % oneOf === oneOf - 1 ? withMistake(line, Math.floor(i / oneOf)) : line}\n`);
    if (lines.length < 4000 && i + 1 < records) continue;
    writeSync(file, lines.join(''));
    lines = [];
  }
  closeSync(file);
  return path;
}

const MISTAKES: readonly ((line: string) => string)[] = [
  (line) => line.replace(' </p> [SEG] and', ' [SEG] and'),
  (line) => line.replace('[SEG].', '[seg].'),
  (line) => line.replace('"record-', '"record-0-').replace(/"id":"record-0-\d+"/, '"id":"record-0"'),
  (line) => line.replace('"size":[480,640]', '"size":[640,480]'),
  (line) => line.replace("I don't see any", 'there is no'),
  (line) => line.replace('"from":"gpt"', '"from":"human"'),
];

function withMistake(line: string, which: number): string {
  return MISTAKES[which % MISTAKES.length]!(line);
}
