import type { RecordModel } from '../records/recordModel.ts';
import { defineRule, type Target } from './rule.ts';

/** The number of `[SEG]` is the number of masks; MGLMM's loader asserts it. */
export const maskCount = defineRule({
  code: 'mask-count',
  severity: 'error',
  scope: 'record',
  fix: 'suggested',
  summary: 'The record has not as many masks as `[SEG]`.',
  why: 'Masks are paired with `[SEG]` in reading order: one too many or too few, and training stops or learns wrong pairs.',
  bad: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": []}',
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": "13"}, {"size": [2, 2], "counts": "13"}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": "13"}]}',
  ],
  check({ record, report }) {
    const masks = record.masks?.length;
    if (masks === undefined || !record.conversationIsWhole) return;
    const segs = record.segs.length;
    const { fewest, most } = explained(record, segs);
    if (masks >= fewest && masks <= most) return;
    const counts = `${count(segs, '[SEG]', '[SEG]')} but ${count(masks, 'mask', 'masks')}`;
    if (segs > masks) {
      const over = record.segs
        .slice(masks)
        .map(({ turn, seg }): Target => ({ turn: turn.index, ...spanOf(seg.token) }));
      const which = leftOver(over.length, masks, '[SEG]');
      const message = `The record has ${counts}; in reading order ${which} no mask, and training pairs them one to one. Add the missing masks, or remove the surplus [SEG].`;
      report(over[0]!, message, {
        related: over.slice(1).map((target) => ({ target, message: 'No mask is left for this [SEG].' })),
      });
      return;
    }
    const over = Array.from({ length: masks - segs }, (_, i) => segs + i);
    const which = leftOver(over.length, segs, 'mask');
    const message = `The record has ${counts}; in reading order ${which} no [SEG], and training pairs them one to one. Remove the surplus masks, or ground their phrases.`;
    report({ path: record.maskPath(segs) }, message, {
      related: over
        .slice(1, 20)
        .map((index) => ({ target: { path: record.maskPath(index) }, message: 'No [SEG] is left for this mask.' })),
      fixes: () =>
        record.sidecar === undefined
          ? [
              {
                title: over.length === 1 ? 'Remove the surplus mask' : `Remove the ${over.length} surplus masks`,
                edits: over.map((index) => ({ kind: 'removeMask', index })),
              },
            ]
          : [],
    });
  },
});

/**
 * The numbers of masks that other findings of the record already explain: a phrase that lacks its `[SEG]`, a `[SEG]`
 * that stands alone or in a negative clause. One mistake is reported once.
 */
function explained(record: RecordModel, segs: number): { fewest: number; most: number } {
  let missing = 0;
  let surplus = 0;
  for (const { tree } of record.answers) {
    missing += tree.phrases.filter((phrase) => !phrase.nested && phrase.segs.length === 0).length;
    missing += tree.unclosed.filter((open) => !tree.phrases.some((phrase) => phrase.open === open)).length;
    missing += tree.segs.filter((seg) => seg.denied).length;
    surplus += tree.segs.filter((seg) => !seg.denied && seg.phrase === undefined).length;
    for (const phrase of tree.phrases) if (phrase.nested || phrase.text === '') surplus += phrase.segs.length;
  }
  return { fewest: segs - surplus, most: segs + missing };
}

function leftOver(number: number, from: number, what: string): string {
  if (number === 1) return `${what} number ${from + 1} has`;
  return `${what} numbers ${from + 1} to ${from + number} have`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function spanOf({ start, end }: { start: number; end: number }): { start: number; end: number } {
  return { start, end };
}
