import { isRemote } from '../records/recordModel.ts';
import { defineRule } from './rule.ts';

/** The image that the record is about. */
export const imageMissing = defineRule({
  code: 'image-missing',
  severity: 'warning',
  scope: 'pixels',
  fix: 'none',
  summary: 'The image file is not there, or cannot be read.',
  why: 'A loader stops at it, or skips the record without a word.',
  bad: [
    '{"id": "a", "image": "images/not-there.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: [
    '{"id": "a", "image": "https://example.org/a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  check({ record, resources, report }) {
    // An empty path is a matter of the record's form, `schema`'s.
    if (record.image === undefined || record.image === '' || isRemote(record.image)) return;
    const image = resources?.image(record.image);
    if (image !== undefined && !image.ok) report({ path: ['image'] }, image.message);
  },
});
