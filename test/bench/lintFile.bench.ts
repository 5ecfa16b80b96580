import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBitmap } from '../../core/masks/bitmap.ts';
import { toCompressed } from '../../core/masks/maskValue.ts';
import { quantiles } from './dataset.ts';

/** Records of the file that is checked, and of the one that the Python program checks as well. */
const RECORDS = Number(process.env['USCDF_BENCH_RECORDS'] ?? 1e6);
const PYTHON_RECORDS = Number(process.env['USCDF_BENCH_PYTHON_RECORDS'] ?? 50_000);
const ROUNDS = Number(process.env['USCDF_BENCH_ROUNDS'] ?? 3);
const PYTHON = process.env['USCDF_BENCH_PYTHON'] ?? 'python3';
const ROOT = join(__dirname, '../..');
const COMMAND = join(ROOT, 'dist/uscdf.cjs');
const [HEIGHT, WIDTH] = [480, 640];

/**
 * `uscdf lint` over a whole file, as a user runs it: against `JSON.parse` of every line alone in one thread, and against a
 * plain Python program that makes the same checks.
 */
export function run(): void {
  if (!existsSync(COMMAND)) throw new Error('The command is not built: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    againstParsing(writeDataset(join(folder, 'large.uscdf.jsonl'), RECORDS));
    againstPython(writeDataset(join(folder, 'small.uscdf.jsonl'), PYTHON_RECORDS));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function againstParsing(path: string): void {
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
    `${RECORDS} records, ${(statSync(path).size / 1e6).toFixed(0)} MB, turn and record rules, 2 threads: JSON.parse ${reference.toFixed(0)} ms, lint ${own.toFixed(0)} ms, ratio ${(own / reference).toFixed(2)} (fastest of each ${(fastestOwn / fastestReference).toFixed(2)}), peak memory ${peak} MB`,
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

/** A file of records of about 1 KB; one of a thousand has a mistake. Returns its path. */
function writeDataset(path: string, records: number): string {
  const left = blobs(40, 160);
  const right = blobs(480, 320);
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (let i = 0; i < records; i++) {
    lines.push(`${recordLine(i, left[i % left.length]!, right[(i * 7) % right.length]!)}\n`);
    if (lines.length < 4000 && i + 1 < records) continue;
    writeSync(file, lines.join(''));
    lines = [];
  }
  closeSync(file);
  return path;
}

type Mask = ReturnType<typeof toCompressed>;

const MISTAKES: readonly ((line: string) => string)[] = [
  (line) => line.replace(' </p> [SEG] and', ' [SEG] and'),
  (line) => line.replace('[SEG].', '[seg].'),
  (line) => line.replace('"record-', '"record-0-').replace(/"id":"record-0-\d+"/, '"id":"record-0"'),
  (line) => line.replace('"size":[480,640]', '"size":[640,480]'),
  (line) => line.replace("I don't see any", 'there is no'),
  (line) => line.replace('"from":"gpt"', '"from":"human"'),
];

function recordLine(index: number, left: Mask, right: Mask): string {
  const record = {
    id: `record-${index}`,
    image: `train2017/${String(index).padStart(12, '0')}.jpg`,
    width: WIDTH,
    height: HEIGHT,
    task: 'referring',
    conversations: [
      { from: 'human', value: '<image>\nPlease segment the dog, the zebra, and the frisbee in this image.' },
      {
        from: 'gpt',
        value: "Sure, <p> the dog </p> [SEG] and <p> the frisbee </p> [SEG]. But I don't see any zebra in this image.",
      },
    ],
    masks: [left, right],
  };
  const line = JSON.stringify(record);
  const mistake = index % 1000 === 999 ? MISTAKES[Math.floor(index / 1000) % MISTAKES.length] : undefined;
  return mistake === undefined ? line : mistake(line);
}

/** Masks with an uneven border, each another one, with about 300 letters of runs. */
function blobs(x: number, y: number): readonly Mask[] {
  return Array.from({ length: 32 }, (_, seed) => {
    const pixels = new Uint8Array(HEIGHT * WIDTH);
    for (let column = 0; column < 100; column++) {
      const half = Math.round(
        40 * Math.sin((Math.PI * (column + 1)) / 101) + 6 * Math.sin(column * (0.3 + seed / 50)) + 8,
      );
      pixels.fill(1, (x + column) * HEIGHT + y - half, (x + column) * HEIGHT + y + half);
    }
    return toCompressed(fromBitmap(transposed(pixels), HEIGHT, WIDTH));
  });
}

/** From columns to rows. */
function transposed(columns: Uint8Array): Uint8Array {
  const rows = new Uint8Array(columns.length);
  for (let x = 0; x < WIDTH; x++) for (let y = 0; y < HEIGHT; y++) rows[y * WIDTH + x] = columns[x * HEIGHT + y]!;
  return rows;
}
