import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCounts, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { masksOfValues, paint, UNCLAIMED } from '../../core/metrics/masks/labelSegments.ts';
import { type MaskSet, maskSet } from './maskSet.ts';

const IMAGES = 5000;
const [HEIGHT, WIDTH] = [480, 640];

/** Objects an image. */
const OBJECTS = 6;

/** How many times faster than the reference the command's scoring is to be, reading of the files included. */
const BAR = 5;

/** Numbers that differ by more are not the same. */
const TOLERANCE = 1e-9;

const LABELS = ['a dog', 'the man on the left', 'a red car', 'grass', 'two chairs', 'a wooden table', 'the sky'];

/** What a side says when it is done. */
interface Outcome {
  readonly numbers: Readonly<Record<string, number>>;
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Every mask metric over files of 5,000 images against pycocotools and numpy, one process each on one thread, from the
 * start of the process to its last number. Overlaps are computed once a side and stand under the stage that needs them
 * first: AP here, mIoU there, where COCOeval computes its own besides. The interpreter is `USCDF_BENCH_PYTHON`, else `python3`.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    writeFiles(folder);
    const own = score(process.execPath, [join(__dirname, 'maskMetrics.process.cjs'), folder]);
    console.log(`${IMAGES} images of ${WIDTH} × ${HEIGHT} with ${OBJECTS} masks each; seconds on one thread`);
    const python = process.env.USCDF_BENCH_PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import pycocotools.cocoeval, numpy']).status === 0) {
      const script = join(__dirname, '../../test/bench/mask_metrics_reference.py');
      compare(own, score(python, [script, folder]));
    } else {
      console.log(
        `SKIPPED: the reference. ${python} cannot import pycocotools; set USCDF_BENCH_PYTHON to one that can.`,
      );
      for (const [stage, seconds] of Object.entries(own.seconds)) console.log(row(stage, seconds));
      console.log(row('whole process', own.wall));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function score(program: string, args: readonly string[]): Outcome & { readonly wall: number } {
  const single = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...single },
    maxBuffer: 2 ** 26,
  });
  const wall = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${status}:\n${stderr}`);
  return { ...(JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Outcome), wall };
}

function compare(own: ReturnType<typeof score>, theirs: ReturnType<typeof score>): void {
  const names = Object.keys(theirs.numbers);
  for (const name of names) {
    const difference = Math.abs(own.numbers[name]! - theirs.numbers[name]!);
    if (!(difference <= TOLERANCE)) {
      throw new Error(`${name} is ${own.numbers[name]} here and ${theirs.numbers[name]} in the reference.`);
    }
  }
  console.log(`${names.length} numbers are equal to ${TOLERANCE}: ${names.join(', ')}`);
  console.log(`${'stage'.padEnd(24)}${'ours'.padStart(10)}${'Python'.padStart(10)}${'times'.padStart(8)}`);
  for (const [stage, seconds] of Object.entries(own.seconds)) console.log(row(stage, seconds, theirs.seconds[stage]));
  const ratio = theirs.wall / own.wall;
  console.log(`${row('whole process', own.wall, theirs.wall)}  bar ${BAR}, held? ${ratio >= BAR ? 'yes' : 'NO'}`);
}

function row(name: string, own: number, theirs?: number): string {
  const line = `${name.padEnd(24)}${own.toFixed(2).padStart(10)}`;
  if (theirs === undefined) return line;
  return `${line}${theirs.toFixed(2).padStart(10)}${(theirs / own).toFixed(1).padStart(8)}`;
}

/** The same masks in the shapes that the metrics' own scripts read. */
function writeFiles(folder: string): void {
  const set = maskSet(HEIGHT, WIDTH, IMAGES * OBJECTS);
  const images = Array.from({ length: IMAGES }, (_, i) => ({ id: i + 1, height: HEIGHT, width: WIDTH }));
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  const annotations = set.truth.map((mask, i) => ({
    ...stored(mask, i),
    id: i + 1,
    area: mask.counts.reduce((sum, run, at) => sum + (at % 2 === 1 ? run : 0), 0),
    iscrowd: i % 97 === 0 ? 1 : 0,
  }));
  write('truth.json', { images, categories: [{ id: 1, name: 'object' }], annotations });
  // Every ninth thing is not predicted, every eleventh predicted elsewhere.
  const predicted = set.predictions.map((mask, i) => ({ mask: i % 11 === 0 ? set.truth.at(i - 7)! : mask, i }));
  const kept = predicted.filter(({ i }) => i % 9 !== 0);
  write(
    'predictions.json',
    kept.map(({ mask, i }) => ({ ...stored(mask, i), score: 1 })),
  );
  write('captions.json', captions(kept.map(({ i }) => i)));
  write('panoptic.json', panoptic(set));
}

function stored(mask: RunLengthMask, index: number): object {
  return { image_id: Math.floor(index / OBJECTS) + 1, category_id: 1, segmentation: compressed(mask) };
}

function compressed({ height, width, counts }: RunLengthMask): object {
  return { size: [height, width], counts: encodeCounts(counts) };
}

/** Labels and phrases by image; every fifth phrase is another one. */
function captions(kept: readonly number[]): object[] {
  const images = Array.from({ length: IMAGES }, (_, i) => ({
    id: i + 1,
    labels: Array.from({ length: OBJECTS }, (_, k) => LABELS[(i * OBJECTS + k) % LABELS.length]!),
    phrases: [] as string[],
  }));
  for (const i of kept)
    images[Math.floor(i / OBJECTS)]!.phrases.push(LABELS[(i + (i % 5 === 0 ? 1 : 0)) % LABELS.length]!);
  return images;
}

function panoptic({ truth, predictions }: MaskSet): object[] {
  return Array.from({ length: IMAGES }, (_, i) => ({
    id: i + 1,
    truth: segments(truth.slice(i * OBJECTS, (i + 1) * OBJECTS)),
    predictions: segments(predictions.slice(i * OBJECTS, (i + 1) * OBJECTS - 1)),
  }));
}

function segments(masks: readonly RunLengthMask[]): object[] {
  const layers = masks.map((mask, value) => ({ mask, value }));
  const visible = masksOfValues(paint(layers, HEIGHT, WIDTH, UNCLAIMED), HEIGHT, WIDTH);
  visible.delete(UNCLAIMED);
  return [...visible].map(([value, mask]) => ({ id: value + 1, category: (value % 3) + 1, mask: compressed(mask) }));
}
