import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  area,
  boundingBox,
  decodeCounts,
  encodeCounts,
  fromBitmap,
  intersection,
  iou,
  type RunLengthMask,
  toBitmap,
  union,
} from '../../core/masks/runLengthMask.ts';
import { type MaskSet, maskSet } from './maskSet.ts';
import { type Reference, startReference } from './masksReference.ts';

const MASKS = 1000;
const SIZES = [
  [480, 640],
  [768, 1024],
] as const;

/** Rounds an operation: at least so many, and more, up to a limit, while they take no longer than this together. */
const [FEWEST_ROUNDS, MOST_ROUNDS, MS_OF_ROUNDS] = [9, 60, 1500];

/** Bitmaps that lie in memory at a time: more than caches hold, as when they come from a network or a file. */
const BLOCK = 50;

/** Objects an image. */
const GROUP = 10;

/** What one pass over all masks took, in milliseconds, and its results. */
interface Pass {
  readonly ms: number;
  readonly results: Iterable<Uint8Array>;
}

interface Operation {
  readonly name: string;
  /** The name of the reference's method. */
  readonly reference: string;
  /** The largest ratio of our time to the reference's. */
  readonly bar: number;
  readonly pass: (input: Input) => Pass;
}

/** The masks, made anew for each pass: what is remembered of a mask must not be measured as if it were free. */
interface Input extends MaskSet {
  readonly strings: readonly string[];
}

const OPERATIONS: readonly Operation[] = [
  { name: 'string → runs', reference: 'parse', bar: 1.5, pass: parsePass },
  { name: 'runs → string', reference: 'stringify', bar: 1.5, pass: stringifyPass },
  { name: 'decode to bytes', reference: 'decode', bar: 1 / 3, pass: decodePass },
  { name: 'encode from bytes', reference: 'encode', bar: 1.5, pass: encodePass },
  { name: 'area', reference: 'area', bar: 1.5, pass: areaPass },
  { name: 'box', reference: 'box', bar: 1.5, pass: boxPass },
  { name: `IoU, ${MASKS / GROUP} × ${GROUP} × ${GROUP}`, reference: 'iou_groups', bar: 1.5, pass: iouPass(GROUP) },
  { name: `IoU, ${MASKS} × ${MASKS}`, reference: 'iou_all', bar: 1.5, pass: iouPass(MASKS) },
  { name: `union, ${MASKS / GROUP} × ${GROUP}`, reference: 'union', bar: 1.5, pass: unionPass },
  { name: `intersection, ${MASKS} pairs`, reference: 'intersection', bar: 1.5, pass: intersectionPass },
];

/**
 * Every operation on run-length masks against pycocotools' compiled C, the two in turns on the same masks, their
 * results compared. The interpreter is `USCDF_BENCH_PYTHON`, else `python3`; without pycocotools only our times are
 * shown.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  const reference = await startReference();
  try {
    for (const [height, width] of SIZES) await runSize(height, width, folder, reference);
  } finally {
    reference?.stop();
    rmSync(folder, { recursive: true });
  }
}

async function runSize(height: number, width: number, folder: string, reference: Reference | undefined): Promise<void> {
  const set = maskSet(height, width, MASKS);
  const strings = set.truth.map((mask) => encodeCounts(mask.counts));
  if (reference !== undefined) {
    const file = join(folder, `${width}x${height}.json`);
    const predictions = set.predictions.map((mask) => encodeCounts(mask.counts));
    writeFileSync(file, JSON.stringify({ height, width, truth: strings, predictions }));
    await reference.load(file, BLOCK, GROUP);
  }
  const runs = set.truth.reduce((sum, { counts }) => sum + counts.length, 0) / MASKS;
  console.log(`${MASKS} masks of ${width} × ${height}, ${runs.toFixed(0)} runs each; ms: minimum (median)`);
  console.log(row('operation', 'ours', 'C', 'ratio', 'bar', 'held?'));
  for (const operation of OPERATIONS) {
    const own: number[] = [];
    const theirs: number[] = [];
    const until = performance.now() + MS_OF_ROUNDS;
    for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && performance.now() < until); round++) {
      const pass = operation.pass({ ...freshly(set), strings });
      own.push(pass.ms);
      if (reference === undefined) continue;
      const answer = await reference.measure(operation.reference, round === 0);
      theirs.push(answer.ms);
      if (round === 0 && answer.digest !== digestOf(pass.results)) {
        throw new Error(`${operation.name}: our results are not the reference's.`);
      }
    }
    print(operation, own, theirs);
  }
}

function print({ name, bar }: Operation, own: readonly number[], theirs: readonly number[]): void {
  if (theirs.length === 0) {
    console.log(row(name, times(own), '–', '–', bar.toFixed(2), '–'));
    return;
  }
  const ratio = Math.min(...own) / Math.min(...theirs);
  console.log(row(name, times(own), times(theirs), ratio.toFixed(2), bar.toFixed(2), ratio <= bar ? 'yes' : 'NO'));
}

function row(name: string, own: string, theirs: string, ratio: string, bar: string, held: string): string {
  return `${name.padEnd(24)}${own.padStart(18)}${theirs.padStart(18)}${ratio.padStart(7)}${bar.padStart(6)}  ${held}`;
}

function times(list: readonly number[]): string {
  const sorted = [...list].sort((a, b) => a - b);
  return `${sorted[0]!.toFixed(2)} (${sorted[sorted.length >> 1]!.toFixed(2)})`;
}

function freshly({ height, width, truth, predictions }: MaskSet): MaskSet {
  const fresh = (masks: readonly RunLengthMask[]) => masks.map(({ counts }) => ({ height, width, counts }));
  return { height, width, truth: fresh(truth), predictions: fresh(predictions) };
}

function digestOf(results: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of results) hash.update(piece);
  return hash.digest('hex');
}

function parsePass({ strings }: Input): Pass {
  const started = performance.now();
  const runs = strings.map((text) => {
    const decoded = decodeCounts(text);
    return decoded.ok ? decoded.value : new Uint32Array(0);
  });
  return { ms: performance.now() - started, results: runs.map(bytesOf) };
}

function stringifyPass({ truth }: Input): Pass {
  const started = performance.now();
  const texts = truth.map(({ counts }) => encodeCounts(counts));
  return { ms: performance.now() - started, results: texts.map((text) => Buffer.from(text, 'latin1')) };
}

function decodePass({ truth }: Input): Pass {
  let sum = 0;
  const started = performance.now();
  for (const mask of truth) sum += toBitmap(mask)[0]!;
  const ms = performance.now() - started;
  if (!(sum >= 0)) throw new Error('A bitmap has no first pixel.');
  return { ms, results: bitmapsOf(truth) };
}

function* bitmapsOf(masks: readonly RunLengthMask[]): Iterable<Uint8Array> {
  for (const mask of masks) yield toBitmap(mask);
}

function encodePass({ truth, height, width }: Input): Pass {
  let ms = 0;
  const results: Uint8Array[] = [];
  for (let first = 0; first < truth.length; first += BLOCK) {
    const bitmaps = truth.slice(first, first + BLOCK).map(toBitmap);
    const started = performance.now();
    const masks = bitmaps.map((bitmap) => fromBitmap(bitmap, height, width));
    ms += performance.now() - started;
    for (const { counts } of masks) results.push(bytesOf(counts));
  }
  return { ms, results };
}

function areaPass({ truth }: Input): Pass {
  const areas = new Float64Array(truth.length);
  const started = performance.now();
  for (let i = 0; i < truth.length; i++) areas[i] = area(truth[i]!);
  return { ms: performance.now() - started, results: [bytesOf(areas)] };
}

function boxPass({ truth }: Input): Pass {
  const started = performance.now();
  const boxes = truth.map(boundingBox);
  return { ms: performance.now() - started, results: [bytesOf(Float64Array.from(boxes.flat()))] };
}

function iouPass(group: number): (input: Input) => Pass {
  return ({ truth, predictions }) => {
    const matrices: Float64Array[] = [];
    const started = performance.now();
    for (let first = 0; first < truth.length; first += group) {
      const others = truth.slice(first, first + group);
      const matrix = new Float64Array(group * group);
      let place = 0;
      for (const mask of predictions.slice(first, first + group)) {
        for (const other of others) matrix[place++] = iou(mask, other);
      }
      matrices.push(matrix);
    }
    return { ms: performance.now() - started, results: matrices.map(bytesOf) };
  };
}

function unionPass({ truth }: Input): Pass {
  const results: RunLengthMask[] = [];
  const started = performance.now();
  for (let first = 0; first < truth.length; first += GROUP) results.push(union(truth.slice(first, first + GROUP)));
  return { ms: performance.now() - started, results: results.map(({ counts }) => bytesOf(counts)) };
}

function intersectionPass({ truth, predictions }: Input): Pass {
  const started = performance.now();
  const results = truth.map((mask, i) => intersection([mask, predictions[i]!]));
  return { ms: performance.now() - started, results: results.map(({ counts }) => bytesOf(counts)) };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
