import type { DetectorManifest } from '../manifest.ts';

/** A find of the detector: left, top, right, bottom as shares (0 to 1) of the photograph's width and height. */
export interface Detection {
  readonly classIndex: number;
  /** 0 to 1. */
  readonly score: number;
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
}

export interface LevelOutput {
  readonly stride: number;
  /** `[cells, classes]`, already probabilities. */
  readonly scores: Float32Array;
  /** `[cells, 4 sides, bins]`, logits of each side's distance in strides: left, top, right, bottom. */
  readonly distances: Float32Array;
}

/** Overlap is compared pair by pair, so the number of candidates is bounded; the best ones stay. */
const MAX_CANDIDATES = 1000;

/**
 * The finds above `threshold`, best first, those dropped that overlap a better one of their class. A side is the expectation over
 * its bins times the stride, measured from the cell's centre ("generalized focal loss", Li et al. 2020). A broken score (NaN, infinite)
 * is no find.
 */
export function finds(
  levels: readonly LevelOutput[],
  settings: DetectorManifest['detector'],
  classCount: number,
  threshold: number,
): readonly Detection[] {
  const candidates = levels
    .flatMap((level) => candidatesOf(level, settings, classCount, threshold))
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_CANDIDATES);
  const boxed = candidates.map(({ level, cell, classIndex, score }) => ({
    classIndex,
    score,
    box: boxOf(level, cell, settings),
  }));
  return suppress(boxed, (a, b) => a.classIndex === b.classIndex, settings.overlapWithinClass);
}

/** Of finds, best first, those that no better one of another class overlaps: of the classes asked for, and as many as a draft has room for. */
export function strongest(
  bestFirst: readonly Detection[],
  settings: DetectorManifest['detector'],
  asked?: ReadonlySet<number>,
): readonly Detection[] {
  return suppress(bestFirst, () => true, settings.overlapAcrossClasses)
    .filter(({ classIndex }) => asked === undefined || asked.has(classIndex))
    .slice(0, settings.maxBoxes);
}

interface Candidate {
  readonly level: LevelOutput;
  readonly cell: number;
  readonly classIndex: number;
  readonly score: number;
}

function candidatesOf(
  level: LevelOutput,
  settings: DetectorManifest['detector'],
  classCount: number,
  threshold: number,
): Candidate[] {
  const [height, width] = settings.size;
  const cells = Math.ceil(height / level.stride) * Math.ceil(width / level.stride);
  const found: Candidate[] = [];
  for (let i = 0; i < cells * classCount; i++) {
    const score = level.scores[i]!;
    if (!(score >= threshold && score <= 1)) continue;
    found.push({ level, cell: Math.floor(i / classCount), classIndex: i % classCount, score });
  }
  return found;
}

function boxOf(level: LevelOutput, cell: number, settings: DetectorManifest['detector']): Detection['box'] {
  const [height, width] = settings.size;
  const { stride } = level;
  const columns = Math.ceil(width / stride);
  const x = ((cell % columns) + 0.5) * stride;
  const y = (Math.floor(cell / columns) + 0.5) * stride;
  const [left, top, right, bottom] = [0, 1, 2, 3].map(
    (side) => expectation(level.distances, (cell * 4 + side) * settings.bins, settings.bins) * stride,
  ) as [number, number, number, number];
  return [clip((x - left) / width), clip((y - top) / height), clip((x + right) / width), clip((y + bottom) / height)];
}

/** The mean bin under the softmax of `bins` logits from `start` on. */
function expectation(logits: Float32Array, start: number, bins: number): number {
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < bins; i++) peak = Math.max(peak, logits[start + i]!);
  let sum = 0;
  let mean = 0;
  for (let i = 0; i < bins; i++) {
    const weight = Math.exp(logits[start + i]! - peak);
    sum += weight;
    mean += weight * i;
  }
  const value = mean / sum;
  return Number.isFinite(value) ? value : 0;
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Keeps each find unless a better one of a rival overlaps it by more than `limit` (intersection over union). */
export function suppress(
  bestFirst: readonly Detection[],
  rivals: (a: Detection, b: Detection) => boolean,
  limit: number,
): readonly Detection[] {
  const kept: Detection[] = [];
  for (const detection of bestFirst) {
    if (!kept.some((other) => rivals(other, detection) && overlap(other.box, detection.box) > limit)) {
      kept.push(detection);
    }
  }
  return kept;
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Detection['box'], b: Detection['box']): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}

/** The best box of each cell that scores at least `threshold`, whatever its class, best first; none are dropped for overlapping. */
export function rawBoxes(
  levels: readonly LevelOutput[],
  settings: DetectorManifest['detector'],
  classCount: number,
  threshold: number,
): readonly Detection[] {
  const best = new Map<string, Candidate>();
  for (const [i, level] of levels.entries()) {
    for (const candidate of candidatesOf(level, settings, classCount, threshold)) {
      const key = `${i} ${candidate.cell}`;
      const other = best.get(key);
      if (other === undefined || candidate.score > other.score) best.set(key, candidate);
    }
  }
  return [...best.values()]
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_CANDIDATES)
    .map(({ level, cell, classIndex, score }) => ({ classIndex, score, box: boxOf(level, cell, settings) }));
}
