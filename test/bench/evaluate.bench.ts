import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { type EvaluationFiles, writeEvaluationFiles } from './evaluationFiles.ts';
import { referencePython, runReference } from './referencePython.ts';

const IMAGES = Number(process.env['USCDF_BENCH_IMAGES'] ?? 5000);
const ROOT = join(__dirname, '../..');
const COMMAND = process.env['USCDF_BENCH_COMMAND'] ?? join(ROOT, 'dist/uscdf.cjs');

/** How many times faster than the reference the command is to be, from its start to its report. */
const BAR = 5;

/** Numbers that differ by more are not the same. */
const TOLERANCE = 1e-9;

/** What the reference says when it is done. */
interface Outcome {
  readonly numbers: Readonly<Record<string, number>>;
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * `uscdf evaluate` as a user runs it, on 5,000 generated images for every set of metrics, against pycocotools, pycocoevalcap
 * and numpy on the same files. Numbers are compared, and a difference ends the benchmark; times are those of the whole
 * processes. The reference uses one thread, as it does for everybody; the command as many as there are, and then one.
 */
export function run(): void {
  if (!existsSync(COMMAND)) throw new Error('The command is not built: run `npm run build` first.');
  const python = referencePython();
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    const sets = writeEvaluationFiles(folder, IMAGES);
    console.log(
      `${IMAGES} images of 640 × 480; seconds of whole processes; ${availableParallelism()} threads, then one`,
    );
    console.log(row('set', 'threads', 'one', 'Python', 'times', 'of one', 'MB'));
    for (const set of sets) compare(set, python);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(set: EvaluationFiles, python: string | undefined): void {
  const own = evaluate(set, python, availableParallelism());
  const alone = evaluate(set, python, 1);
  const times = [own.seconds.toFixed(2), alone.seconds.toFixed(2)];
  if (python === undefined) {
    console.log(row(set.name, ...times, '–', '–', '–', String(own.megabytes)));
    return;
  }
  const started = performance.now();
  const script = join(ROOT, 'test/bench/evaluate_reference.py');
  const { status, stdout, stderr } = runReference(python, [script, set.name, set.folder]);
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`The reference failed:\n${stderr}`);
  const theirs = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Outcome;
  expectSame(set.name, own.numbers, theirs.numbers);
  expectSame(set.name, alone.numbers, theirs.numbers);
  const ratios = [own, alone].map((each) => seconds / each.seconds);
  console.log(
    `${row(set.name, ...times, seconds.toFixed(2), ...ratios.map((ratio) => ratio.toFixed(1)), String(own.megabytes))}  bar ${BAR}, held? ${ratios[0]! >= BAR ? 'yes' : 'NO'}`,
  );
  console.log(`  the same to ${TOLERANCE}: ${Object.keys(theirs.numbers).join(', ')}`);
  const stages = Object.entries(theirs.seconds).map(([stage, taken]) => `${stage} ${taken.toFixed(2)}`);
  console.log(`  Python's stages: ${stages.join(', ')}`);
}

interface Evaluated {
  readonly numbers: Readonly<Record<string, number | null>>;
  readonly seconds: number;
  /** Peak memory of the process. */
  readonly megabytes: number;
}

function evaluate(set: EvaluationFiles, python: string | undefined, jobs: number): Evaluated {
  const paraphrases = set.name === 'gcg' && python !== undefined ? paraphraseTable(python) : undefined;
  const options = ['--format', 'json', '--jobs', String(jobs)];
  if (paraphrases !== undefined) options.push('--paraphrases', paraphrases);
  const started = performance.now();
  const memory = join(__dirname, 'peakMemory.process.cjs');
  const args = ['--require', memory, COMMAND, 'evaluate', ...set.arguments, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`uscdf evaluate ended with ${status}:\n${stderr}`);
  const { tables } = JSON.parse(stdout) as EvaluationReport;
  const megabytes = Number(/peak (\d+) MB/.exec(stderr)?.[1]);
  const numbers = Object.fromEntries(tables.flatMap(({ scores }) => scores.map(({ name, value }) => [name, value])));
  return { numbers, seconds, megabytes };
}

/** METEOR's table as it comes with pycocoevalcap: what the official program reads too. */
function paraphraseTable(python: string): string {
  const site = runReference(python, [
    '-c',
    'import pycocoevalcap; print(list(pycocoevalcap.__path__)[0])',
  ]).stdout.trim();
  const file = join(site, 'meteor/data/paraphrase-en.gz');
  if (!existsSync(file)) throw new Error(`${file} is not there: ${readdirSync(dirname(site)).length} packages are.`);
  return file;
}

function expectSame(
  set: string,
  own: Readonly<Record<string, number | null>>,
  theirs: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(theirs))
    if (!(Math.abs((own[name] ?? Number.NaN) - value) <= TOLERANCE))
      throw new Error(`${set}: ${name} is ${own[name]} here and ${value} in the reference.`);
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(14) + cells.map((cell) => cell.padStart(9)).join('');
}
