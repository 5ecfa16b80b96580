import { area } from '../masks/runLengthMask.ts';
import { isObject } from '../records/isObject.ts';
import { defineRule } from './rule.ts';
import { hasSize } from './soundMasks.ts';

/** A mask that decodes and holds nothing; official loaders turn such a referent into a negative. */
export const maskEmpty = defineRule({
  code: 'mask-empty',
  severity: 'error',
  scope: 'pixels',
  fix: 'none',
  summary: 'A mask has no pixel.',
  why: 'Its phrase points at nothing, and every score of it divides by zero. What is not in the image is denied instead.',
  bad: [
    '{"id": "a", "image": "a.jpg", "width": 2, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": [4]}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "width": 2, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": [3, 1]}]}',
  ],
  check({ record, report }) {
    const { masks, imageSize } = record;
    if (masks === undefined) return;
    // A mask behind the last `[SEG]` is one too many, whatever it holds: `mask-count` says so.
    const paired = Math.min(masks.length, record.segs.length);
    for (let index = 0; index < paired; index++) {
      const reading = record.reading(index);
      // A mask of another size may be empty for that reason: its polygons lie outside.
      if (!reading.ok || area(reading.mask) > 0 || !hasSize(reading.mask, imageSize)) continue;
      const which = record.sidecar === undefined ? '' : `Mask ${index + 1}: `;
      report(
        { path: record.maskPath(index) },
        `${which}${whatIsEmpty(masks[index])}, so its phrase points at nothing: draw it again, or deny the phrase and remove the mask if the image does not show it.`,
      );
    }
  },
});

function whatIsEmpty(mask: unknown): string {
  const { counts, polygons, file, value } = isObject(mask) ? mask : {};
  if (counts === undefined && polygons === undefined)
    return `No pixel of ${String(file).slice(0, 100)} has the value ${String(value)}`;
  if (counts === undefined && Array.isArray(polygons) && polygons.length > 0)
    return 'The polygons of this mask enclose no pixel of the image';
  return 'This mask has no pixel';
}
