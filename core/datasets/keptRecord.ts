/**
 * A record's texts on their way through a labelling program, which has no place for them but carries along keys that it does
 * not know: masks can be mended there and come back to their sentences.
 */
import { RecordCell } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import { RecordModel } from '../records/recordModel.ts';
import type { DrawnThing } from './drawnShapes.ts';
import type { FoundImage, Loss, NewRecord, ReadRecord } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What of a record stands neither in its shapes nor in its photograph. */
export function keptRecord({ value }: ReadRecord): Fields {
  const { masks: _masks, image: _image, width: _width, height: _height, ...kept } = value;
  return kept;
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
  if (!isObject(kept) || typeof kept['id'] !== 'string' || !isConversation(kept['conversations'])) return undefined;
  const model = new RecordModel(new RecordCell('jsonl', JSON.stringify(kept), { line: 0, character: 0 }).record);
  if (model.segs.length !== things.length) return undefined;
  const byGroup = new Map(things.map((thing) => [thing.group, thing]));
  const masks: Fields[] = [];
  for (const [i, { seg }] of model.segs.entries()) {
    const thing = byGroup.get(i + 1);
    const phrase = seg.phrase?.text.trim();
    if (thing === undefined || (phrase !== undefined && thing.name !== phrase)) return undefined;
    masks.push(thing.mask);
  }
  const { id, conversations, task, ...rest } = kept;
  return {
    id: kept['id'],
    image: image.image,
    width,
    height,
    ...(typeof task === 'string' && { task }),
    conversations: kept['conversations'],
    masks,
    ...rest,
  };
}

function isConversation(value: unknown): value is NewRecord['conversations'] {
  const isTurn = (turn: unknown) =>
    isObject(turn) && (turn['from'] === 'human' || turn['from'] === 'gpt') && typeof turn['value'] === 'string';
  return Array.isArray(value) && value.every(isTurn);
}

/** Keys of a mask that follow from its pixels, or that a shape holds as well. */
const DRAWN = new Set(['size', 'counts', 'polygons', 'file', 'value', 'bbox', 'area', 'label', 'source']);

/** What a shape does not hold of a record's masks. */
export function shapeLosses({ segments, height, width }: ReadRecord): readonly Loss[] {
  const losses: Loss[] = [];
  for (const { phrase, mask, value } of segments) {
    if (mask === undefined || mask.height !== height || mask.width !== width)
      losses.push({
        code: 'mask',
        message: `The mask of "${phrase}" cannot be read, or is of another size than the image, so it is left out.`,
      });
    const facts = isObject(value) ? Object.keys(value).filter((key) => !DRAWN.has(key)) : [];
    if (facts.length > 0)
      losses.push({
        code: 'mask-facts',
        message: `What the mask of "${phrase}" says besides its pixels has no place here: ${facts.join(', ')}.`,
      });
  }
  return losses;
}
