import { sizeExplains } from './maskSize.ts';
import { defineRule } from './rule.ts';

/** A mask that cannot be read: pycocotools would stop, or return other pixels than were drawn. */
export const maskCorrupt = defineRule({
  code: 'mask-corrupt',
  severity: 'error',
  scope: 'pixels',
  fix: 'none',
  summary: 'A mask cannot be decoded.',
  why: 'Mask readers stop at it, or fill the rest with whatever lies in memory.',
  bad: [
    '{"id": "a", "image": "a.jpg", "width": 2, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": [1, 2]}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "width": 2, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": [1, 3]}]}',
  ],
  check({ record, resources, report }) {
    if (record.sidecar !== undefined) {
      const sidecar = resources?.sidecar(record.sidecar);
      if (sidecar !== undefined && !sidecar.ok) report({ path: ['masks'] }, sidecar.message);
    }
    record.masks?.forEach((value, index) => {
      const reading = record.reading(index);
      if (reading.ok || reading.kind === 'unavailable' || sizeExplains(record, value)) return;
      // The form of a mask that stands in the record is the business of `schema`; a sidecar's is looked at here.
      if (reading.kind === 'schema' && record.sidecar === undefined) return;
      const which = record.sidecar === undefined ? '' : `Mask ${index + 1}: `;
      report({ path: record.maskPath(index) }, which + reading.message);
    });
  },
});
