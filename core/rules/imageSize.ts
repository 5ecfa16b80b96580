import { isObject } from '../records/isObject.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit } from '../records/sourceRecord.ts';
import { defineRule } from './rule.ts';

/** The record's word about its image against the image file, which cannot be wrong about itself. */
export const imageSize = defineRule({
  code: 'image-size',
  severity: 'error',
  scope: 'pixels',
  fix: 'suggested',
  summary: '`width` and `height` are not the image’s.',
  why: 'Loaders that trust them lay out masks and boxes for another picture.',
  bad: [
    '{"id": "a", "image": "images/3x2.jpg", "width": 2, "height": 3, "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: [
    '{"id": "a", "image": "images/3x2.jpg", "width": 3, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  check({ record, resources, report }) {
    const image = record.image === undefined ? undefined : resources?.image(record.image);
    if (image === undefined || !image.ok) return;
    const wrong = SIDES.filter((side) => isSide(record.data[side]) && record.data[side] !== image[side]);
    const [first, second] = wrong;
    if (first === undefined) return;
    const said = wrong.map((side) => `${side} ${record.data[side]}`).join(' and ');
    const swapped =
      second !== undefined && record.data['width'] === image.height && record.data['height'] === image.width;
    const what = `The record says ${said}, but the image is ${image.width} pixels wide and ${image.height} high`;
    const message = `${what}${swapped ? ': the two are swapped' : ''}, and loaders that trust the record misplace its masks: write the image's size.`;
    report({ path: [first] }, message, {
      ...(second && { related: [{ target: { path: [second] }, message: `The ${second} is wrong too.` }] }),
      fixes: () => {
        const edits = wrong.map((side): RecordEdit => ({ kind: 'set', path: [side], value: image[side] }));
        const title = `Write ${wrong.map((side) => `${side} ${image[side]}`).join(' and ')}`;
        return [masksAgreeWithRecord(record) ? { title, kind: 'manual', edits } : { title, edits }];
      },
    });
  },
});

const SIDES = ['width', 'height'] as const;

/** A value of another type is `schema`'s. */
function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

/** The masks were drawn for the size that the record says: then the image may be another one, and a person decides. */
function masksAgreeWithRecord({ data, masks }: RecordModel): boolean {
  if (masks === undefined || masks.length === 0) return false;
  return masks.every((mask) => {
    const size = isObject(mask) ? mask['size'] : undefined;
    return Array.isArray(size) && size[0] === data['height'] && size[1] === data['width'];
  });
}
