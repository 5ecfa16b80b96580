/**
 * A record's texts on their way through a labelling program, which has no place for them but carries along keys that it does
 * not know: masks can be mended there and come back to their sentences.
 */
import { area, type RunLengthMask } from '../masks/runLengthMask.ts';
import { RecordCell } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import { RecordModel } from '../records/recordModel.ts';
import type { DrawnThing } from './drawnShapes.ts';
import type { FoundImage, Loss, NewRecord, ReadRecord, Segment } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What of a record stands neither in its shapes nor in its photograph: its texts and keys, and the label of each mask. */
export function keptRecord({ value, segments }: ReadRecord): Fields {
  const { masks: _masks, image: _image, width: _width, height: _height, ...record } = value;
  return { record, labels: segments.map(({ label }) => label ?? null) };
}

/**
 * The record with what was drawn as its masks; `undefined` where nothing was kept, and where things were added, taken out or
 * named otherwise, so that the texts are no longer theirs.
 *
 * @param things The group of each is the number of its `[SEG]`, from 1.
 */
export function returnedRecord(
  kept: unknown,
  things: readonly DrawnThing[],
  image: FoundImage,
  { width, height }: { readonly width: number; readonly height: number },
): NewRecord | undefined {
  if (!isObject(kept) || !isObject(kept['record'])) return undefined;
  const { id, conversations, task, ...rest } = kept['record'];
  if (typeof id !== 'string' || !isConversation(conversations)) return undefined;
  const masks = masksOf(kept['record'], Array.isArray(kept['labels']) ? kept['labels'] : [], things);
  if (masks === undefined) return undefined;
  const own = { id, image: image.image, width, height, ...(typeof task === 'string' && { task }) };
  return { ...own, conversations, masks, ...rest };
}

/** One for each `[SEG]` of the record, with the label that it had; `undefined` where the things are not those of its phrases. */
function masksOf(
  record: Fields,
  labels: readonly unknown[],
  things: readonly DrawnThing[],
): readonly Fields[] | undefined {
  const { segs } = new RecordModel(new RecordCell('jsonl', JSON.stringify(record), { line: 0, character: 0 }).record);
  if (segs.length !== things.length) return undefined;
  const byNumber = new Map(things.map((thing) => [thing.group, thing]));
  const masks: Fields[] = [];
  for (const [i, { seg }] of segs.entries()) {
    const thing = byNumber.get(i + 1);
    const phrase = seg.phrase?.text.trim();
    if (thing === undefined || (phrase !== undefined && thing.name !== phrase)) return undefined;
    const { label: _label, ...drawn } = thing.mask;
    masks.push(typeof labels[i] === 'string' ? { ...drawn, label: labels[i] } : drawn);
  }
  return masks;
}

function isConversation(value: unknown): value is NewRecord['conversations'] {
  const isTurn = (turn: unknown) =>
    isObject(turn) && (turn['from'] === 'human' || turn['from'] === 'gpt') && typeof turn['value'] === 'string';
  return Array.isArray(value) && value.every(isTurn);
}

/** Keys of a mask that follow from its pixels, or that a shape holds as well. */
const DRAWN = new Set(['size', 'counts', 'polygons', 'file', 'value', 'bbox', 'area', 'label', 'source']);

export interface Drawable {
  readonly segment: Segment;
  readonly mask: RunLengthMask;
  /** Which `[SEG]` of the record it belongs to, from 1. */
  readonly number: number;
}

/** The segments that can be drawn on the record's image, and what is lost of its masks. */
export function drawableSegments({ segments, height, width }: ReadRecord): {
  readonly segments: readonly Drawable[];
  readonly losses: readonly Loss[];
} {
  const drawable: Drawable[] = [];
  const losses: Loss[] = [];
  for (const [i, segment] of segments.entries()) {
    const { phrase, mask, value } = segment;
    if (mask === undefined || mask.height !== height || mask.width !== width || area(mask) === 0) {
      const message = `The mask of "${phrase}" cannot be read, is empty, or is of another size than the image, so it is left out.`;
      losses.push({ code: 'mask', message });
      continue;
    }
    drawable.push({ segment, mask, number: i + 1 });
    const facts = isObject(value) ? Object.keys(value).filter((key) => !DRAWN.has(key)) : [];
    if (facts.length > 0)
      losses.push({
        code: 'mask-facts',
        message: `What the mask of "${phrase}" says besides its pixels has no place here: ${facts.join(', ')}.`,
      });
  }
  return { segments: drawable, losses };
}

/** @param instead What keeps them. */
export function holesFilled(phrase: string, holes: number, instead: string): Loss {
  return {
    code: 'holes',
    message: `Polygons have no holes: ${holes} in the mask of "${phrase}" are filled; ${instead} keeps them.`,
  };
}
