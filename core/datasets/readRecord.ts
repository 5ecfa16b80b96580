/** A record on its way out to another format: what writers ask of it, read once. */
import type { Raster } from '../images/raster.ts';
import { isObject } from '../records/isObject.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { ReadRecord, Segment } from './format.ts';

/** Sentences that hold the placeholder in MGLMM's and GLaMM's data, and LLaVA's own line. */
const PLACEHOLDER = /^\s*(?:The <image> provides an overview of the picture\.\s*|<image>\s*)|\s*<image>\s*$/i;

/**
 * @param imagePath The image's file; `undefined` where there is none.
 * @param raster Decodes the image.
 */
export function readRecord(
  model: RecordModel,
  imagePath: string | undefined,
  raster: () => Promise<Raster | undefined>,
): ReadRecord {
  const value = model.data;
  const turns = model.turns.map(({ role, text, tree }) => ({
    role: role ?? ('human' as const),
    text: role === 'gpt' ? text : text.replace(PLACEHOLDER, ''),
    tree,
  }));
  const segments = model.segs.map(({ turn, seg }, index): Segment => {
    const own = model.masks?.[index];
    const reading = own === undefined ? undefined : model.reading(index);
    const facts = isObject(own) ? own : {};
    return {
      phrase: seg.phrase?.text ?? '',
      turn: model.turns.indexOf(turn),
      mask: reading?.ok ? reading.mask : undefined,
      value: own,
      label: typeof facts['label'] === 'string' ? facts['label'] : undefined,
      score: typeof facts['score'] === 'number' ? facts['score'] : undefined,
    };
  });
  const first = segments.find(({ mask }) => mask !== undefined)?.mask;
  return {
    value,
    id: model.id ?? '',
    image: model.image ?? '',
    imagePath,
    width: side(value['width']) ?? first?.width,
    height: side(value['height']) ?? first?.height,
    task: model.task,
    turns,
    segments,
    raster,
  };
}

function side(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
