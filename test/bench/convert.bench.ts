import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeInstances } from './instancesFile.ts';
import { referencePython, runReference } from './referencePython.ts';

const ANNOTATIONS = Number(process.env['USCDF_BENCH_ANNOTATIONS'] ?? 1_000_000);
/** As many annotations an image as COCO has. */
const ANNOTATIONS_PER_IMAGE = 1_000_000 / 120_000;
const ROUNDS = Number(process.env['USCDF_BENCH_ROUNDS'] ?? 1);
const ROOT = join(__dirname, '../..');
const COMMAND = process.env['USCDF_BENCH_COMMAND'] ?? join(ROOT, 'dist/uscdf.cjs');
/** Megabytes that the command may hold. */
const MOST_MEMORY = 500;

interface Counts {
  readonly records: number;
  readonly masks: number;
  readonly crowds: number;
}

interface Took {
  readonly counts: Counts;
  readonly seconds: number;
  /** Peak memory of the process. */
  readonly megabytes: number;
  /** Stages, for a reader. */
  readonly details: string;
}

/**
 * `uscdf convert` of a COCO file of a million annotations as a user runs it, records written, against Python's `json.load` of
 * the same file and pycocotools' index, which write nothing. What both find is compared, and a difference ends the benchmark;
 * times are those of the whole processes.
 */
export function run(): void {
  if (!existsSync(COMMAND)) throw new Error('The command is not built: run `npm run build` first.');
  const python = referencePython();
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    const path = join(folder, 'instances.json');
    const images = Math.round(ANNOTATIONS / ANNOTATIONS_PER_IMAGE);
    writeInstances(path, images, ANNOTATIONS);
    console.log(`${ANNOTATIONS} annotations of ${images} images, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
    const [own, theirs]: [Took[], Took[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(converted(path, folder));
      if (python !== undefined) theirs.push(reference(python, path));
    }
    report('uscdf convert', own);
    const megabytes = Math.max(...own.map((each) => each.megabytes));
    console.log(`  memory: bar ${MOST_MEMORY} MB, held? ${megabytes < MOST_MEMORY ? 'yes' : 'NO'}`);
    if (theirs.length === 0) return;
    report('json.load and pycocotools', theirs);
    const [ours, reading] = [JSON.stringify(own[0]!.counts), JSON.stringify(theirs[0]!.counts)];
    if (ours !== reading) throw new Error(`The two find different things:\nuscdf  ${ours}\nPython ${reading}`);
    const ratio = fastest(theirs) / fastest(own);
    console.log(`  ${ratio.toFixed(2)} times as fast; bar 1, held? ${ratio >= 1 ? 'yes' : 'NO'}; both find ${ours}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(what: string, rounds: readonly Took[]): void {
  const megabytes = Math.max(...rounds.map((each) => each.megabytes));
  const seconds = rounds.map((each) => each.seconds.toFixed(1)).join(', ');
  console.log(`${what}: ${seconds} s, ${megabytes} MB${rounds[0]!.details}`);
}

function fastest(rounds: readonly Took[]): number {
  return Math.min(...rounds.map(({ seconds }) => seconds));
}

function converted(path: string, folder: string): Took {
  const [output, listed] = [join(folder, 'out.uscdf.jsonl'), join(folder, 'report.json')];
  const command = ['convert', '--from', 'coco-instances', path, '-o', output, '--report', listed];
  const started = performance.now();
  const memory = join(__dirname, 'peakMemory.process.cjs');
  const { status, stderr } = spawnSync(process.execPath, ['--require', memory, COMMAND, ...command], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - started) / 1000;
  // 1 where images without instances were left out.
  if (status !== 0 && status !== 1) throw new Error(`uscdf convert ended with ${status}:\n${stderr}`);
  const { records, masks, counts } = JSON.parse(readFileSync(listed, 'utf8')) as {
    readonly records: number;
    readonly masks: number;
    readonly counts: { readonly changed: Readonly<Record<string, number>> };
  };
  const details = `, ${(statSync(output).size / 1e6).toFixed(0)} MB written`;
  rmSync(output);
  const megabytes = Number(/peak (\d+) MB/.exec(stderr)?.[1]);
  return { counts: { records, masks, crowds: counts.changed['crowd'] ?? 0 }, seconds, megabytes, details };
}

function reference(python: string, path: string): Took {
  const started = performance.now();
  const { status, stdout, stderr } = runReference(python, [join(ROOT, 'test/bench/convert_reference.py'), path]);
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`The reference failed:\n${stderr}`);
  const told = JSON.parse(stdout) as Counts & {
    readonly seconds: Readonly<Record<string, number>>;
    readonly megabytes: number;
  };
  const { records, masks, crowds, megabytes } = told;
  const stages = Object.entries(told.seconds).map(([stage, taken]) => `${stage} ${taken.toFixed(1)} s`);
  return { counts: { records, masks, crowds }, seconds, megabytes, details: ` (${stages.join(', ')})` };
}
