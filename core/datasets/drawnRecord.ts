/** Records of photographs on which shapes were drawn in a labelling program. */
import { isObject } from '../records/isObject.ts';
import { type DrawnShape, thingsOf } from './drawnShapes.ts';
import { changed, rejected } from './events.ts';
import type { FoundImage, ItemPlace, ReadEvent } from './format.ts';
import { instanceText, phraseOf } from './instanceText.ts';
import { returnedRecord } from './keptRecord.ts';
import { newRecord } from './newRecord.ts';

export interface Drawing {
  readonly dataset: string;
  /** What the program calls the drawing. */
  readonly sourceId: string | number;
  readonly from: ItemPlace;
  readonly image: FoundImage;
  /** Of the image, in pixels. */
  readonly height: number;
  readonly width: number;
  /** What the program carried along (`keptRecord`), or anything else. */
  readonly kept: unknown;
  /** The option `text`. */
  readonly text: string;
}

/** The record to whose texts the shapes belong, or else a new one that names them. */
export function* drawnRecord(shapes: readonly DrawnShape[], drawing: Drawing): Generator<ReadEvent> {
  const { dataset, sourceId, from, image, height, width, kept } = drawing;
  const things = thingsOf(shapes);
  if (!things.ok) {
    yield rejected(from, 'no-mask', things.message);
    return;
  }
  const returned = returnedRecord(kept, things.value, image, { height, width });
  if (returned !== undefined) {
    yield { kind: 'record', from, record: returned };
    return;
  }
  if (isObject(kept))
    yield changed(from, 'new-text', 'Its shapes are no longer those of the text that it keeps, so it gets a new one.');
  if (things.value.length === 0) {
    yield rejected(from, 'no-shapes', 'It has no shape that encloses pixels: there is nothing to ground.');
    return;
  }
  const named = things.value.map(({ name, mask }) => ({ name: phraseOf(name), mask }));
  const text = instanceText(drawing.text, named);
  if (!text.ok) {
    yield rejected(from, 'no-mask', text.message);
    return;
  }
  const { question, answer, masks, task } = text.value;
  const record = newRecord({
    id: `${dataset}-${sourceId}`,
    image,
    width,
    height,
    ...(task !== undefined && { task }),
    turns: [{ question, answer }],
    masks,
    provenance: { dataset, sourceId },
  });
  yield { kind: 'record', from, record };
}
