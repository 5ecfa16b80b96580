import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap, toBitmap } from '../../masks/bitmap.ts';
import { encodeCounts } from '../../masks/counts.ts';
import { readMask } from '../../masks/maskValue.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { labelme } from './labelme.ts';

/** A mask and its pixels by labelme 6.3.1 (SOURCE.txt). */
const OFFICIAL = JSON.parse(readFileSync('test/fixtures/datasets/labelme/ring.json', 'utf8')) as {
  readonly pixels: readonly number[];
};

const SQUARE = [
  [1, 1],
  [5, 1],
  [5, 5],
  [1, 5],
];

function shape(label: string, points: readonly (readonly number[])[], more: object = {}): object {
  return { label, points, group_id: null, shape_type: 'polygon', flags: {}, ...more };
}

function file(shapes: readonly unknown[], more: object = {}): object {
  return {
    version: '5.2.1',
    flags: {},
    shapes,
    imagePath: 'a.jpg',
    imageData: null,
    imageHeight: 10,
    imageWidth: 12,
    ...more,
  };
}

function answer(record: NewRecord | undefined): string | undefined {
  return record?.conversations[1]?.value;
}

function bitmapOf(pixels: readonly number[]): Uint8Array {
  const bitmap = new Uint8Array(120);
  for (const pixel of pixels) bitmap[pixel] = 1;
  return bitmap;
}

/** Row-major indices of a mask's pixels. */
function pixels(mask: unknown): readonly number[] {
  const read = readMask(mask);
  return read.ok ? [...toBitmap(read.mask)].flatMap((value, i) => (value === 1 ? [i] : [])) : [];
}

describe('labelme', () => {
  it('names every thing; shapes of one label and group are one', async () => {
    const shapes = [
      shape('dog', SQUARE, { group_id: 1 }),
      shape('wine_glass', [
        [6, 6],
        [9, 6],
        [9, 9],
      ]),
      shape(
        'dog',
        [
          [7, 1],
          [9, 1],
          [9, 3],
        ],
        { group_id: 1 },
      ),
      shape(
        'dog',
        [
          [2, 6],
          [5, 6],
          [5, 9],
        ],
        { group_id: 2, shape_type: null },
      ),
    ];
    const [record] = await readRecords(labelme, { 'd/a.json': file(shapes) }, { paths: ['d'] });
    expect(answer(record)).toBe(
      'Sure, the image contains <p> dog-1 </p> [SEG], <p> wine glass </p> [SEG], and <p> dog-2 </p> [SEG].',
    );
    expect(record).toMatchObject({ id: 'labelme-a', image: 'a.jpg', width: 12, height: 10 });
    expect(record?.masks[0]).toEqual({
      size: [10, 12],
      polygons: [
        [1, 1, 5, 1, 5, 5, 1, 5],
        [7, 1, 9, 1, 9, 3],
      ],
      label: 'dog',
    });
    checkedRecord(record!);
    const [classes] = await readRecords(labelme, { 'a.json': file(shapes) }, { set: ['text=classes'] });
    expect(answer(classes)).toBe('Sure, <p> dog </p> [SEG] and <p> wine glass </p> [SEG].');
    checkedRecord(classes!);
  });

  it('reads a mask pixel by pixel as labelme does', async () => {
    const [record] = await readRecords(labelme, { 'ring.json': OFFICIAL });
    expect(pixels(record?.masks[0])).toEqual(OFFICIAL.pixels);
    checkedRecord(record!);
  });

  it('reads boxes as boxes and circles as their pixels', async () => {
    const shapes = [
      shape(
        'box',
        [
          [9, 8],
          [3, 2],
        ],
        { shape_type: 'rectangle' },
      ),
      shape(
        'disc',
        [
          [30, 30],
          [30, 50],
        ],
        { shape_type: 'circle' },
      ),
    ];
    const events = await readEvents(labelme, { 'a.json': file(shapes, { imageHeight: 60, imageWidth: 60 }) });
    const [box, last] = events;
    expect(box).toMatchObject({ kind: 'changed', code: 'box' });
    const record = last?.kind === 'record' ? last.record : undefined;
    expect(record?.masks[0]).toMatchObject({ source: 'box' });
    expect(pixels(record?.masks[0])).toHaveLength(36);
    const disc = pixels(record?.masks[1]);
    // Where a pixel's centre lies well inside or outside of the circle there is no doubt.
    for (let i = 0; i < 3600; i++) {
      const distance = Math.hypot((i % 60) + 0.5 - 30, Math.floor(i / 60) + 0.5 - 30);
      if (Math.abs(distance - 20) > 1) expect(disc.includes(i)).toBe(distance < 20);
    }
    checkedRecord(record!);
  });

  it('tells what it leaves out, and goes on', async () => {
    const shapes = [
      shape('dog', SQUARE),
      shape('', SQUARE),
      shape('__ignore__', SQUARE),
      shape('tail', [[1, 1]], { shape_type: 'point' }),
      shape('paw', [[1, 1], [2]]),
      shape('line', [
        [1, 1],
        [2, 2],
      ]),
      shape(
        'ear',
        [
          [1, 1],
          [2, 2],
        ],
        { shape_type: 'mask', mask: 'no PNG' },
      ),
      shape('far', [
        [50, 50],
        [60, 50],
        [60, 60],
      ]),
    ];
    const files = {
      'd/a.json': file(shapes),
      'd/b.json': '{"shapes": [',
      'd/c.json': { images: [] },
      'd/d.json': file([]),
      'd/e.json': file([shape('dog', SQUARE)], { imageHeight: null }),
      'd/f.json': file([shape('dog', SQUARE)], { imagePath: '..\\f.jpg' }),
    };
    const images = new MemoryImages({ '../f.jpg': [20, 20] });
    const events = await readEvents(labelme, files, { paths: ['d'], images });
    expect(events.map((event) => (event.kind === 'record' ? event.record.id : [event.from.item, event.code]))).toEqual([
      ['a shapes[1]', 'no-label'],
      ['a shapes[2]', 'no-thing'],
      ['a shapes[3]', 'no-mask'],
      ['a shapes[4]', 'no-mask'],
      ['a shapes[5]', 'no-mask'],
      ['a shapes[6]', 'no-mask'],
      ['a shapes[7]', 'no-mask'],
      'labelme-a',
      ['b', 'no-json'],
      ['c', 'no-shapes'],
      ['d', 'no-shapes'],
      ['e', 'no-size'],
      ['f', 'other-size'],
    ]);
    await expect(readEvents(labelme, { 'd/c.json': { images: [] } }, { paths: ['d'] })).rejects.toThrow(
      /no file of labelme/,
    );
  });

  it.each(['mask', 'polygon'])('gives records back: texts, phrases, and pixels (shapes=%s)', async (shapes) => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(), async (records) => {
        const { files, losses } = await writeRecords(labelme, records, { set: [`shapes=${shapes}`] });
        expect(losses.filter(({ code }) => code !== 'holes')).toEqual([]);
        const named = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`d/${name}`, bytes]));
        const back = await readRecords(labelme, named, { paths: ['d'] });
        expect(sorted(back).map(texts)).toEqual(sorted(records).map(texts));
        if (shapes === 'mask') expect(sorted(back)).toEqual(sorted(records));
        // Where holes are filled nothing else is lost.
        const drawn = sorted(back).flatMap(masks);
        for (const [i, before] of sorted(records).flatMap(masks).entries())
          expect(before.filter((pixel) => !drawn[i]!.includes(pixel))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('writes parts of any form as outlines of the same pixels', async () => {
    const set = [1, 2, 13, 14, 15, 26, 40, 41, 53, 54, 66, 119];
    const mask = { size: [10, 12], counts: encodeCounts(fromBitmap(bitmapOf(set), 10, 12).counts) };
    const [record] = await readRecords(labelme, { 'a.json': file([shape('dog', SQUARE)]) });
    const { files, losses } = await writeRecords(labelme, [{ ...record, masks: [mask] }], { set: ['shapes=polygon'] });
    expect(losses).toEqual([]);
    const [back] = await readRecords(labelme, files);
    expect(pixels(back?.masks[0])).toEqual(set);
  });

  it('writes a new text where the shapes are no longer those of the old one', async () => {
    const [record] = await readRecords(labelme, { 'a.json': file([shape('dog', SQUARE)]) });
    const { files } = await writeRecords(labelme, [record!]);
    const written = JSON.parse(new TextDecoder().decode(files['a.json'])) as { shapes: object[] };
    const [same] = await readRecords(labelme, { 'a.json': written });
    expect(same).toEqual({ ...record, provenance: { dataset: 'labelme', sourceId: 'a' } });
    const renamed = { ...written, shapes: [{ ...written.shapes[0], label: 'cat' }] };
    const events = await readEvents(labelme, { 'a.json': renamed });
    expect(events.map((event) => (event.kind === 'record' ? answer(event.record) : event.code))).toEqual([
      'new-text',
      'Sure, the image contains <p> cat </p> [SEG].',
    ]);
  });
});

function sorted(records: readonly NewRecord[]): readonly NewRecord[] {
  return [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function texts({ masks: _masks, ...rest }: NewRecord): unknown {
  return rest;
}

function masks(record: NewRecord): readonly (readonly number[])[] {
  return record.masks.map(pixels);
}
