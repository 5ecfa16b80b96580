import type { MaskPoint, MaskPrompt } from '../../model.ts';
import { type Detection, rawBoxes, suppress } from '../boxes.ts';
import type { DetectorGraphs } from '../graphs.ts';
import { isLargeEnough } from '../patches.ts';
import type { Sight } from '../sight.ts';

/** A box in which the thing may lie. */
export interface Candidate {
  readonly box: Detection['box'];
  /** The detector's, 0 to 1. */
  readonly score: number;
}

/** Finds of the detector below this are noise. */
const LOWEST_SCORE = 0.02;
/** Finds that overlap a better one by more are the same box again. */
const SAME_BOX = 0.75;
/** The mask head takes some milliseconds for each. */
const MOST = 12;
/** How far outside a box a point may lie, in shares of its side: boxes are not exact. */
const SLACK = 0.02;
/** Where fewer finds hold the points, boxes around these are tried too. */
const FEW = 7;
/** Their sides: the root of the photograph's area times this. */
const SCALES = [0.1, 0.25];
/** Width to height. */
const ASPECTS = [0.5, 1, 2];
/** What such a box counts for. */
const GUESS_SCORE = 0.01;

/**
 * The boxes that a prompt may mean: the one that it gives; else finds of the detector that hold every point on the thing, whatever
 * their class and however low their score; where there are few of these, boxes of several sizes around the points too. Never empty.
 */
export function candidatesFor({ points, box }: MaskPrompt, sight: Sight, model: DetectorGraphs): readonly Candidate[] {
  if (box !== undefined) return [{ box: shareOf(box, sight), score: 1 }];
  const on = points.filter(({ positive }) => positive);
  const around = on.length > 0 ? on : points;
  const { detector, classes, maskHead } = model.manifest;
  const holding = rawBoxes(sight.levels, detector, classes.length, LOWEST_SCORE).filter(
    (find) => isLargeEnough(find.box, maskHead) && around.every((point) => holds(find.box, point, sight)),
  );
  const finds = suppress(holding, () => true, SAME_BOX).slice(0, MOST);
  return finds.length < FEW ? [...finds, ...boxesAround(around, sight)] : finds;
}

/** A box in pixels as shares of the photograph, cut at its border; never without extent. */
function shareOf(
  [x, y, width, height]: NonNullable<MaskPrompt['box']>,
  sight: Pick<Sight, 'width' | 'height'>,
): Detection['box'] {
  const [left, right] = between(x, x + width, sight.width);
  const [top, bottom] = between(y, y + height, sight.height);
  return [left, top, right, bottom];
}

/** The stretch from `from` to `to` inside `0` to `length`, as shares of it, one pixel long at least. */
function between(from: number, to: number, length: number): [number, number] {
  const start = Math.min(Math.max(0, from), length - 1);
  return [start / length, Math.min(length, Math.max(to, start + 1)) / length];
}

/** Whether a point lies in a box, or hardly outside. */
function holds(
  [left, top, right, bottom]: Detection['box'],
  point: Pick<MaskPoint, 'x' | 'y'>,
  { width, height }: Pick<Sight, 'width' | 'height'>,
): boolean {
  const x = point.x / width;
  const y = point.y / height;
  const across = SLACK * (right - left);
  const down = SLACK * (bottom - top);
  return x >= left - across && x <= right + across && y >= top - down && y <= bottom + down;
}

/** Boxes about the middle of the points, each as much larger than their extent as a scale says. */
function boxesAround(points: readonly MaskPoint[], sight: Sight): readonly Candidate[] {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const unit = Math.sqrt(sight.width * sight.height);
  return SCALES.flatMap((scale) =>
    ASPECTS.map((aspect) => {
      const width = right - left + scale * unit * Math.sqrt(aspect);
      const height = bottom - top + (scale * unit) / Math.sqrt(aspect);
      const corner = [(left + right - width) / 2, (top + bottom - height) / 2] as const;
      return { box: shareOf([...corner, width, height], sight), score: GUESS_SCORE };
    }),
  );
}
