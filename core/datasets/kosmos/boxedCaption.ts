/** Captions whose phrases have boxes, as records and back: Kosmos-2, GRIT, Flickr30k Entities and ODVG share it. */
import { BOXES_REFUSED, boxesFilled, boxesOf, boxMask, type Corners, isDrawn, refusesBoxes } from '../boxes.ts';
import { type CaptionItem, groundPhrases } from '../captionSpans.ts';
import { changed, rejected } from '../events.ts';
import type { FoundImage, ItemPlace, Loss, ReadEvent, ReadInput, ReadRecord } from '../format.ts';
import { newRecord } from '../newRecord.ts';
import { GCG_QUESTIONS } from '../questions.ts';
import { Random } from '../random.ts';
import { untagged } from '../untagged.ts';
import type { BoxedSpan } from './groundedText.ts';

export interface BoxedPhrase {
  readonly phrase: string;
  /** In code points; absent where the dataset does not say. */
  readonly offsets?: readonly [start: number, end: number];
  readonly boxes: readonly Corners[];
}

export interface BoxedCaption {
  readonly dataset: string;
  readonly sourceId: string;
  readonly image: FoundImage;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  readonly caption: string;
  /** Their boxes in pixels. */
  readonly phrases: readonly BoxedPhrase[];
}

/** The record of a caption, or why there is none. */
export function* boxedRecord(
  { options, seed }: Pick<ReadInput, 'options' | 'seed'>,
  { dataset, sourceId, image, height, width, caption, phrases }: BoxedCaption,
  from: ItemPlace,
): Generator<ReadEvent> {
  if (refusesBoxes(options)) {
    yield rejected(from, 'boxes', BOXES_REFUSED);
    return;
  }
  const size = image.size ?? { height, width };
  if (size.height !== height || size.width !== width) {
    const message = `Its boxes are of ${width} × ${height} pixels and the photograph has ${size.width} × ${size.height}: they are scaled.`;
    yield changed(from, 'scaled', message);
  }
  const items: CaptionItem[] = [];
  for (const { phrase, offsets, boxes } of phrases) {
    const fitting = boxes.map((box) => scaled(box, size.width / width, size.height / height));
    const mask = boxMask(fitting, size.height, size.width, phrase);
    if (!mask.ok) yield changed(from, 'bad-box', `"${phrase}": ${mask.message} It is left out.`);
    else items.push({ phrase, ...(offsets !== undefined && { offsets }), mask: mask.value });
  }
  const { text, masks, dropped } = groundPhrases(caption, items);
  for (const { code, message } of dropped) yield changed(from, code, message);
  if (masks.length === 0) {
    yield rejected(from, 'no-phrase', 'None of its phrases has a box that can be grounded in the caption.');
    return;
  }
  const id = `${dataset}-${sourceId}`;
  yield boxesFilled(from, masks.length);
  const record = newRecord({
    id,
    image,
    width,
    height,
    task: 'gcg',
    turns: [{ question: new Random(seed, id).pick(GCG_QUESTIONS), answer: closedUp(text) }],
    masks,
    provenance: { dataset, sourceId },
  });
  yield { kind: 'record', from, record };
}

/** Captions that were cut into tokens have a space before their commas and full stops, which a tokenizer reads as other tokens. */
function closedUp(text: string): string {
  return text.replace(/ ([.,;:!?])(?=\s|$)/g, '$1');
}

/** The first answer with masks as a caption with boxes in pixels; and what of the record has no place in one. */
export function boxedAnswer(record: ReadRecord): {
  readonly caption: string;
  readonly spans: readonly BoxedSpan[];
  readonly losses: readonly Loss[];
} {
  const losses: Loss[] = [];
  const at = record.segments[0]?.turn;
  const turn = at === undefined ? undefined : record.turns[at];
  if (turn === undefined || !(record.width! > 0) || !(record.height! > 0)) {
    const message = 'The record has no mask, or its size in pixels is not known, so it is left out.';
    return { caption: '', spans: [], losses: [{ code: 'no-masks', message, leftOut: true }] };
  }
  const own = record.segments.filter((segment) => segment.turn === at);
  if (record.turns.length > 2)
    losses.push({ code: 'turns', message: 'Only the first answer with masks has a place here.' });
  if (own.some(isDrawn))
    losses.push({ code: 'masks', message: 'Masks have no place here: the boxes around them are written.' });
  const { text, spans } = untagged(turn.tree);
  const boxed: BoxedSpan[] = [];
  for (const [i, segment] of own.entries()) {
    const [span, boxes] = [spans[i], boxesOf(segment)];
    if (span === undefined || boxes.length === 0)
      losses.push({ code: 'mask', message: `Mask ${i + 1} cannot be read, is empty, or has no phrase.` });
    else {
      const same = boxed.findIndex(({ start }) => start === span.start);
      if (same < 0) boxed.push({ ...span, boxes });
      else boxed[same] = { ...span, boxes: [...boxed[same]!.boxes, ...boxes] };
    }
  }
  return { caption: text, spans: boxed, losses };
}

/** A box with its corners multiplied: by width and height where they are from 0 to 1, by `1 / width` and `1 / height` to be so. */
export function scaled([left, top, right, bottom]: Corners, width: number, height: number): Corners {
  return [left * width, top * height, right * width, bottom * height];
}

/** An offset as Python counts it, in code points. */
export function codePoints(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}

/** A stretch of a text with offsets as Python counts them. */
export function pythonSlice(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join('');
}
