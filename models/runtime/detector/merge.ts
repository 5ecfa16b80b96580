import type { DetectorManifest } from '../manifest.ts';
import { type Detection, finds, overlap, strongest } from './boxes.ts';
import type { Look } from './ends.ts';

/** A find of one look that supports one of another look, however unsure; lower ones are noise. */
const SUPPORT = 0.1;
/** How near the border of a part, in shares of the photograph, a thing counts as cut by it. */
const CUT = 0.01;

interface Find extends Detection {
  readonly look: number;
}

/**
 * What several looks at one photograph found from `threshold` on, best first. Finds of one class that overlap are one thing, with the box of
 * the surest; its score is the mean over the looks that could see it whole, 0 where such a look did not find it. What the border of a
 * part cuts is left to the other looks. Of what overlaps across classes the surest stays. Where `asked` is given only its classes are returned.
 */
export function mergeLooks(
  looks: readonly Look[],
  settings: DetectorManifest['detector'],
  classCount: number,
  threshold: number,
  asked?: ReadonlySet<number>,
): readonly Detection[] {
  const all = looks
    .flatMap((look, i) => findsOf(look, i, settings, classCount, Math.min(SUPPORT, threshold)))
    .sort((a, b) => b.score - a.score);
  const things: Find[][] = [];
  for (const find of all) {
    const thing = nearest(things, find, settings.overlapWithinClass);
    if (thing === undefined) things.push([find]);
    else thing.push(find);
  }
  const merged = things
    .map((thing): Detection => ({ ...thing[0]!, score: meanScore(thing, looks) }))
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score);
  return strongest(merged, settings, asked);
}

function findsOf(
  { region, mirrored, levels }: Look,
  look: number,
  settings: DetectorManifest['detector'],
  classCount: number,
  threshold: number,
): readonly Find[] {
  return finds(levels, settings, classCount, threshold)
    .map((find) => ({ ...find, look, box: placed(find.box, region, mirrored) }))
    .filter(({ box }) => reaches(box, region, CUT));
}

/** A box in a look's picture as shares of the photograph. */
function placed(
  [left, top, right, bottom]: Detection['box'],
  [x0, y0, x1, y1]: Detection['box'],
  mirrored: boolean,
): Detection['box'] {
  const [from, to] = mirrored ? [1 - right, 1 - left] : [left, right];
  return [x0 + from * (x1 - x0), y0 + top * (y1 - y0), x0 + to * (x1 - x0), y0 + bottom * (y1 - y0)];
}

/** Whether a box lies in a look's part and off those borders of it that are not the photograph's. */
function reaches(
  [left, top, right, bottom]: Detection['box'],
  [x0, y0, x1, y1]: Detection['box'],
  off: number,
): boolean {
  return (
    (x0 <= 0 || left >= x0 + off) &&
    (y0 <= 0 || top >= y0 + off) &&
    (x1 >= 1 || right <= x1 - off) &&
    (y1 >= 1 || bottom <= y1 - off)
  );
}

/** The thing of the same class whose box overlaps a find most, by more than `least`. */
function nearest(things: readonly Find[][], find: Find, least: number): Find[] | undefined {
  let found: Find[] | undefined;
  let most = least;
  for (const thing of things) {
    const [best] = thing;
    if (best!.classIndex !== find.classIndex) continue;
    const shared = overlap(best!.box, find.box);
    if (!(shared > most)) continue;
    most = shared;
    found = thing;
  }
  return found;
}

function meanScore(thing: readonly Find[], looks: readonly Look[]): number {
  const scores = looks.flatMap(({ region }, i) => {
    const own = thing.filter(({ look }) => look === i);
    if (own.length > 0) return [Math.max(...own.map(({ score }) => score))];
    return reaches(thing[0]!.box, region, CUT) ? [0] : [];
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
