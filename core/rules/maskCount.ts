import { isObject } from '../records/isObject.ts';
import type { RecordModel } from '../records/recordModel.ts';
import { referentKey } from '../text/compose.ts';
import { isBlank } from './emptyTurn.ts';
import { lackingSegs, orphanSegs, pairsAreClear } from './fixes.ts';
import { placedTags } from './knownObjects.ts';
import { defineRule, type Fix, type Target } from './rule.ts';

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
    const segs = record.segCount;
    if (masks === undefined || masks === segs || !record.conversationIsWhole) return;
    const { fewest, most } = explained(record, segs);
    if (masks >= fewest && masks <= most) return;
    if (masks > segs && masksWait(record)) return;
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
      fixes: () => {
        if (record.sidecar !== undefined) return [];
        const title = over.length === 1 ? 'Remove the surplus mask' : `Remove the ${over.length} surplus masks`;
        const fix: Fix = { title, edits: over.map((index) => ({ kind: 'removeMask', index })) };
        return [surplusIsCertain(record) ? fix : { ...fix, kind: 'manual' }];
      },
    });
  },
});

/**
 * Whether the last masks are the ones too many: nothing else is wrong with the `[SEG]`, there are some, and no label says that
 * a mask in front is the stranger.
 */
function surplusIsCertain(record: RecordModel): boolean {
  const segs = record.segs.length;
  if (segs === 0 || !pairsAreClear(record) || lackingSegs(record) > 0 || orphanSegs(record) > 0) return false;
  const words = record.segs.map(({ seg }) => referentKey(seg.phrase?.text ?? ''));
  const labels = (record.masks ?? []).map((mask) =>
    isObject(mask) && typeof mask['label'] === 'string' ? referentKey(mask['label']) : '',
  );
  const alike = (label: string, phrase: string) => label === '' || phrase.includes(label) || label.includes(phrase);
  return (
    words.every((phrase, i) => alike(labels[i] ?? '', phrase)) ||
    !labels.slice(segs).some((label) => label !== '' && words.some((phrase) => alike(label, phrase)))
  );
}

/**
 * The numbers of masks that other findings of the record already explain: a phrase that lacks its `[SEG]`, a `[SEG]`
 * that stands alone or in a negative clause. One mistake is reported once.
 */
function explained(record: RecordModel, segs: number): { fewest: number; most: number } {
  let missing = lackingSegs(record);
  let surplus = orphanSegs(record);
  for (const { tree } of record.answers) {
    missing += tree.segs.filter((seg) => seg.denied).length;
    for (const phrase of tree.phrases) if (phrase.nested || phrase.text === '') surplus += phrase.segs.length;
  }
  return { fewest: segs - surplus, most: segs + missing };
}

/** The masks belong to object tags, or to an answer that is still to be written: other rules speak of both. */
function masksWait(record: RecordModel): boolean {
  return placedTags(record).length > 0 || record.answers.some((answer) => isBlank(answer.text));
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
