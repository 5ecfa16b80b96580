/** Boxes as masks, for sets whose phrases have boxes alone: filled, marked by `source: "box"`, and never passed off as drawn. */
import { readMask } from '../masks/maskValue.ts';
import { area, boundingBox } from '../masks/runLengthMask.ts';
import { isObject } from '../records/isObject.ts';
import { fail, ok, type Result } from '../result.ts';
import { changed } from './events.ts';
import type { FormatOption, ItemPlace, OptionValue, ReadEvent, Segment } from './format.ts';

/** Left, top, right, bottom in pixels; the right and bottom edges are not part of it. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

export const BOXES_OPTION: FormatOption = {
  name: 'boxes',
  description: 'What becomes of boxes, which are no masks: filled boxes, marked by source "box", or nothing.',
  default: 'mask',
  choices: ['mask', 'reject'],
};

const SOURCE = 'box';

/**
 * The filled boxes of one phrase as one mask, polygons of four corners. What lies outside of the image is cut off. Fails where
 * nothing is left, and where no pixel is in them.
 */
export function boxMask(
  boxes: readonly Corners[],
  height: number,
  width: number,
  label: string,
): Result<Readonly<Record<string, unknown>>> {
  const inside = boxes
    .map(([left, top, right, bottom]): Corners => {
      const [x1, x2] = [clamped(left, width), clamped(right, width)];
      const [y1, y2] = [clamped(top, height), clamped(bottom, height)];
      return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
    })
    .filter(([left, top, right, bottom]) => right > left && bottom > top);
  const polygons = inside.map(([left, top, right, bottom]) => [left, top, right, top, right, bottom, left, bottom]);
  if (polygons.length === 0) return fail('Its box is empty, or lies outside of the image.');
  const value = { size: [height, width], polygons, label, source: SOURCE };
  const read = readMask(value);
  if (!read.ok) return fail(read.message);
  return area(read.mask) === 0 ? fail('Its box is so small that no pixel is in it.') : ok(value);
}

/** Tells, once an item, that its masks are boxes. */
export function boxesFilled(from: ItemPlace, count: number): ReadEvent {
  const what =
    count === 1
      ? 'Its mask is a filled box and no outline, marked by source "box": draw it'
      : `Its ${count} masks are filled boxes and no outlines, marked by source "box": draw them`;
  return changed(from, 'box', `${what} with a segmentation model, or leave boxes out with --set boxes=reject.`);
}

/** Whether boxes are to be left out. */
export function refusesBoxes(options: Readonly<Record<string, OptionValue>>): boolean {
  return options['boxes'] === 'reject';
}

export const BOXES_REFUSED = 'It has boxes and no masks, and boxes=reject asks for none: there is nothing to ground.';

/** The boxes of a segment: its own where it was made from boxes, else the one around its pixels; none where it has no pixel. */
export function boxesOf({ value, mask }: Segment): readonly Corners[] {
  if (isObject(value) && value['source'] === SOURCE && Array.isArray(value['polygons'])) {
    const boxes = value['polygons'].flatMap((ring) => (isRing(ring) ? [extentOf(ring)] : []));
    if (boxes.length > 0) return boxes;
  }
  if (mask === undefined || area(mask) === 0) return [];
  const [x, y, w, h] = boundingBox(mask);
  return [[x, y, x + w, y + h]];
}

/** Whether a segment's mask is more than its boxes. */
export function isDrawn({ value }: Segment): boolean {
  return !(isObject(value) && value['source'] === SOURCE);
}

/** A box as four numbers; `undefined` for anything else. */
export function fourNumbers(value: unknown): readonly [number, number, number, number] | undefined {
  if (!Array.isArray(value) || value.length < 4) return undefined;
  const four = value.slice(0, 4) as unknown[];
  return four.every((each) => typeof each === 'number' && Number.isFinite(each))
    ? (four as unknown as readonly [number, number, number, number])
    : undefined;
}

function isRing(ring: unknown): ring is readonly number[] {
  return Array.isArray(ring) && ring.length >= 6 && ring.every((each) => typeof each === 'number');
}

function extentOf(ring: readonly number[]): Corners {
  let [left, top, right, bottom] = [ring[0]!, ring[1]!, ring[0]!, ring[1]!];
  for (let i = 2; i + 1 < ring.length; i += 2) {
    left = Math.min(left, ring[i]!);
    right = Math.max(right, ring[i]!);
    top = Math.min(top, ring[i + 1]!);
    bottom = Math.max(bottom, ring[i + 1]!);
  }
  return [left, top, right, bottom];
}

function clamped(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
