import { expect, it } from 'vitest';
import { JsonRecord } from '../records/jsonRecord.ts';
import type { Resources } from '../records/recordModel.ts';
import { ok } from '../result.ts';
import { recordAround, tinyMask } from '../testing/fixtures.ts';
import { checkRecord } from './checkRecord.ts';

const world = (masks: readonly unknown[]): Resources => ({
  image: () => undefined,
  sidecar: () => ok(masks),
  labelMap: () => undefined,
});

const codes = (masks: readonly unknown[]) => {
  const record = recordAround('Sure, <p> a dog </p> [SEG] and <p> a cat </p> [SEG].', { masks: 'a.masks.json' });
  const source = new JsonRecord(JSON.stringify(record));
  const found = checkRecord(source, { scopes: ['turn', 'record', 'pixels'], resources: world(masks) });
  return found.map((finding) => finding.code);
};

it('checks the masks of a sidecar as it checks those of a record', () => {
  expect(codes([tinyMask(0), tinyMask(1)])).toEqual([]);
  expect(codes([tinyMask(0)])).toEqual(['mask-count']);
  expect(codes([tinyMask(0), 7])).toEqual(['mask-corrupt']);
  expect(codes([tinyMask(0), { size: [2, 2] }])).toEqual(['mask-corrupt']);
  expect(codes([tinyMask(0), { size: [2, 2], counts: [1, 1] }])).toEqual(['mask-corrupt']);
  expect(codes([tinyMask(0), { size: [3, 3], counts: [1, 8] }])).toEqual(['mask-size']);
});

it('believes the image file rather than the record about its size', () => {
  const record = recordAround('Sure, it is <p> a dog </p> [SEG].', {
    width: 3,
    height: 2,
    masks: [{ size: [3, 2], counts: [1, 5] }],
  });
  const source = new JsonRecord(JSON.stringify(record));
  const found = (image: Resources['image']) =>
    checkRecord(source, { scopes: ['pixels'], resources: { ...world([]), image } }).map((finding) => finding.code);
  expect(found(() => ({ ok: true, width: 2, height: 3 }))).toEqual(['image-size']);
  expect(found(() => ({ ok: true, width: 3, height: 2 }))).toEqual(['mask-size']);
  expect(found(() => undefined)).toEqual(['mask-size']);
});
