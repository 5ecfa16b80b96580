import { defineRule } from './rule.ts';
import { duplicatesOf, maskName } from './soundMasks.ts';

/** Two masks of one record that show the same, IoU 0.95 or more. */
export const maskDuplicate = defineRule({
  code: 'mask-duplicate',
  severity: 'warning',
  scope: 'pixels',
  fix: 'none',
  summary: 'Two masks of a record cover the same pixels (IoU of 0.95 or more).',
  why: 'Two phrases then stand for one thing; mostly a mask was copied to the wrong phrase, or a tool found one thing twice.',
  bad: [
    '{"id": "a", "image": "a.jpg", "width": 4, "height": 4, "conversations": [{"from": "human", "value": "<image>\\nPlease describe the image."}, {"from": "gpt", "value": "I see <p> a dog </p> [SEG] and <p> a ball </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [2, 8, 6]}, {"size": [4, 4], "counts": [2, 8, 6]}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "width": 4, "height": 4, "conversations": [{"from": "human", "value": "<image>\\nPlease describe the image."}, {"from": "gpt", "value": "I see <p> a dog </p> [SEG] and <p> a ball </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [2, 8, 6]}, {"size": [4, 4], "counts": [2, 2, 12]}]}',
  ],
  check({ record, report }) {
    if (record.masks === undefined || record.masks.length < 2) return;
    for (const [index, { earlier, iou }] of duplicatesOf(record)) {
      const which = record.sidecar === undefined ? '' : `Mask ${index + 1}: `;
      const message = `${which}This mask covers the same pixels as ${maskName(record, earlier)} (IoU ${iou.toFixed(2)}), so two phrases stand for one thing: draw the wrong one again, or remove one phrase with its mask.`;
      report({ path: record.maskPath(index) }, message, {
        related: [{ target: { path: record.maskPath(earlier) }, message: 'The mask with the same pixels.' }],
      });
    }
  },
});
