import { area, intersectionArea, type RunLengthMask, union } from '../masks/runLengthMask.ts';
import type { PlacedRecord } from '../records/fileRecords.ts';
import { type PlacedSeg, RecordModel } from '../records/recordModel.ts';
import { referentKey } from '../text/compose.ts';
import { defineRule, type Related } from './rule.ts';
import { hasSize, maskName, soundMasks } from './soundMasks.ts';

interface ParentMask {
  readonly mask: RunLengthMask;
  /** The first `[SEG]` of the phrase, and its name for a message. */
  readonly seg: PlacedSeg;
  readonly name: string;
}

/** A subtree describes one phrase of its root caption, so its masks lie within that phrase's. */
export const maskOutsideParent = defineRule({
  code: 'mask-outside-parent',
  severity: 'warning',
  scope: 'file',
  fix: 'none',
  summary: "In an `mgsc` subtree, a mask with under half of its area inside the parent phrase's mask.",
  why: 'A subtree describes the parts of one phrase; a mask elsewhere belongs to another phrase, or to another image.',
  bad: [
    `{"id": "a", "image": "a.jpg", "width": 4, "height": 4, "task": "mgsc", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "There is <p> a dog </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [0, 8, 8]}]}
{"id": "a-1", "image": "a.jpg", "width": 4, "height": 4, "task": "mgsc", "parent": "a", "target": "a dog", "conversations": [{"from": "human", "value": "<image>\\nPlease further describe the dog in this image."}, {"from": "gpt", "value": "It has <p> a red collar </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [7, 4, 5]}]}`,
  ],
  good: [
    `{"id": "a", "image": "a.jpg", "width": 4, "height": 4, "task": "mgsc", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "There is <p> a dog </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [0, 8, 8]}]}
{"id": "a-1", "image": "a.jpg", "width": 4, "height": 4, "task": "mgsc", "parent": "a", "target": "a dog", "conversations": [{"from": "human", "value": "<image>\\nPlease further describe the dog in this image."}, {"from": "gpt", "value": "It has <p> a red collar </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [6, 4, 6]}]}`,
  ],
  check({ record, resources, file, report }) {
    const { parent, target } = record.data;
    if (record.task !== 'mgsc' || typeof parent !== 'string' || typeof target !== 'string') return;
    const placed = file.first(parent);
    if (placed === undefined || placed.record === record.source || (record.masks ?? []).length === 0) return;
    const whole = maskOfPhrase(new RecordModel(placed.record, resources), target);
    if (whole === undefined) return;
    const related = [relatedPhrase(placed, whole.seg)];
    for (const { index, mask, area: own } of soundMasks(record)) {
      const inside = intersectionArea(mask, whole.mask);
      if (2 * inside >= own || !hasSize(mask, [whole.mask.height, whole.mask.width])) continue;
      const which = record.sidecar === undefined ? 'This mask' : `Mask ${index + 1}`;
      const share = `${Math.floor((100 * inside) / own)} % of its area`;
      const message = `${which} has only ${share} inside ${whole.name} in the parent record, whose parts this record describes: draw it again, or correct \`target\`.`;
      report({ path: record.maskPath(index) }, message, { related });
    }
  },
});

/** The pixels of a phrase: all of its masks together. `undefined` where they are not certain or cannot be read. */
function maskOfPhrase(record: RecordModel, target: string): ParentMask | undefined {
  const { segs, masks } = record;
  if (masks?.length !== segs.length) return undefined;
  const key = referentKey(target);
  const indices = segs.flatMap(({ seg }, i) => (referentKey(seg.phrase?.text ?? '') === key ? [i] : []));
  const [first] = indices;
  const seg = first === undefined ? undefined : segs[first];
  if (first === undefined || seg === undefined) return undefined;
  const drawn: RunLengthMask[] = [];
  for (const index of indices) {
    const reading = record.reading(index);
    if (!reading.ok || !hasSize(reading.mask, record.imageSize)) return undefined;
    drawn.push(reading.mask);
  }
  const mask = union(drawn);
  return area(mask) === 0 ? undefined : { mask, seg, name: maskName(record, first) };
}

function relatedPhrase(elsewhere: PlacedRecord, { turn, seg }: PlacedSeg): Related {
  const { contentStart, contentEnd } = seg.phrase ?? { contentStart: seg.token.start, contentEnd: seg.token.end };
  const target = { turn: turn.index, start: contentStart, end: contentEnd };
  return { target, message: 'The phrase that this record describes.', elsewhere };
}
