import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBitmap } from '../../masks/bitmap.ts';
import { readMask } from '../../masks/maskValue.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { imageNames } from './imageNames.ts';
import { labelStudio } from './labelStudio.ts';

const OFFICIAL = JSON.parse(readFileSync('test/fixtures/datasets/label-studio/brush.json', 'utf8')) as {
  readonly pixels: { readonly ring: readonly number[] };
  readonly rle: { readonly ring: readonly number[] };
};

function region(type: string, value: object, more: object = {}): object {
  const size = { original_width: 50, original_height: 40, image_rotation: 0 };
  return { id: 'abc', type, from_name: 'label', to_name: 'image', ...size, value, ...more };
}

const BRUSH = region('brushlabels', { format: 'rle', rle: OFFICIAL.rle.ring, brushlabels: ['ring'] });
const POLYGON = region('polygonlabels', {
  points: [
    [10, 10],
    [20, 10],
    [20, 25],
  ],
  closed: true,
  polygonlabels: ['kite'],
});

function task(result: readonly unknown[], more: object = {}): object {
  return {
    id: 3,
    data: { image: '/data/upload/1/0a1b2c3d-a.jpg' },
    annotations: [{ id: 1, was_cancelled: false, result }],
    ...more,
  };
}

function answer(record: NewRecord | undefined): string | undefined {
  return record?.conversations[1]?.value;
}

/** Row-major indices of a mask's pixels. */
function pixels(mask: unknown): readonly number[] {
  const read = readMask(mask);
  return read.ok ? [...toBitmap(read.mask)].flatMap((value, i) => (value === 1 ? [i] : [])) : [];
}

describe('label-studio', () => {
  it('reads brushes as Label Studio draws them, and polygons as polygons', async () => {
    const images = new MemoryImages({ 'a.jpg': [50, 40] });
    const [record] = await readRecords(labelStudio, { 'export.json': [task([BRUSH, POLYGON])] }, { images });
    expect(record).toMatchObject({ id: 'label-studio-3', image: 'a.jpg', width: 50, height: 40 });
    expect(answer(record)).toBe('Sure, the image contains <p> ring </p> [SEG] and <p> kite </p> [SEG].');
    expect(pixels(record?.masks[0])).toEqual(OFFICIAL.pixels.ring);
    expect(record?.masks[1]).toEqual({ size: [40, 50], polygons: [[5, 4, 10, 4, 10, 10]], label: 'kite' });
    checkedRecord(record!);
  });

  it('reads boxes, also turned, and ellipses', async () => {
    const results = [
      region('rectanglelabels', { x: 10, y: 10, width: 20, height: 10, rotation: 0, rectanglelabels: ['box'] }),
      // About its left top corner by a quarter: it then lies to the left of it.
      region('rectanglelabels', { x: 50, y: 50, width: 20, height: 20, rotation: 90, rectanglelabels: ['tile'] }),
      region('ellipselabels', { x: 40, y: 75, radiusX: 10, radiusY: 20, ellipselabels: ['pond'] }),
    ];
    const events = await readEvents(labelStudio, { 'e.json': [task(results)] });
    expect(events[0]).toMatchObject({ kind: 'changed', code: 'box' });
    const record = events[1]?.kind === 'record' ? events[1].record : undefined;
    const area = (x1: number, y1: number, x2: number, y2: number) =>
      Array.from(
        { length: (y2 - y1) * (x2 - x1) },
        (_, i) => (y1 + Math.floor(i / (x2 - x1))) * 50 + x1 + (i % (x2 - x1)),
      );
    expect(pixels(record?.masks[0])).toEqual(area(5, 4, 15, 8));
    expect(pixels(record?.masks[1])).toEqual(area(17, 20, 25, 30));
    const pond = pixels(record?.masks[2]);
    // Radii of 5 and 8 pixels: an area of about 126.
    expect(Math.abs(pond.length - Math.PI * 5 * 8)).toBeLessThan(12);
    expect(record?.masks[0]).toMatchObject({ source: 'box' });
    checkedRecord(record!);
  });

  it('takes labels and descriptions from results of the same region', async () => {
    const results = [
      region('brush', { format: 'rle', rle: OFFICIAL.rle.ring }, { id: 'r1' }),
      { id: 'r1', type: 'labels', value: { labels: ['ring'] } },
      { ...POLYGON, id: 'r2' },
      { id: 'r2', type: 'textarea', value: { text: ['a red kite'] } },
      { id: 'c1', type: 'choices', value: { choices: ['sunny'] } },
    ];
    const [record] = await readRecords(labelStudio, { 'e.json': [task(results)] });
    expect(answer(record)).toBe('Sure, the image contains <p> ring </p> [SEG] and <p> a red kite </p> [SEG].');
  });

  it('reads the annotation that counts, or predictions', async () => {
    const annotations = [
      { result: [POLYGON] },
      { result: [BRUSH], was_cancelled: true },
      { result: [BRUSH], ground_truth: true },
      { result: [POLYGON] },
    ];
    const one = task([], { annotations, predictions: [{ result: [POLYGON] }] });
    const events = await readEvents(labelStudio, { 'e.json': [one] });
    expect(events.map((event) => (event.kind === 'record' ? answer(event.record) : event.code))).toEqual([
      'several-annotations',
      'Sure, the image contains <p> ring </p> [SEG].',
    ]);
    const [predicted] = await readRecords(labelStudio, { 'e.json': [one] }, { set: ['results=predictions'] });
    expect(answer(predicted)).toContain('kite');
  });

  it('tells what it leaves out, and goes on', async () => {
    const events = await readEvents(labelStudio, {
      'e.json': [
        { image: 'a.jpg', label: [] },
        task([], { data: { text: 'no image' } }),
        task([], { annotations: [] }),
        task([]),
        task([
          region('keypointlabels', { x: 1, y: 1, width: 1, keypointlabels: ['eye'] }),
          region('brushlabels', { format: 'rle', rle: OFFICIAL.rle.ring.slice(0, 50), brushlabels: ['cut'] }),
          { ...POLYGON, image_rotation: 90 },
          region('polygon', { points: [[1, 1]] }),
          POLYGON,
        ]),
        task([region('polygonlabels', {}, { original_width: 1e9 })]),
      ],
    });
    expect(events.map((event) => (event.kind === 'record' ? event.record.masks.length : event.code))).toEqual([
      'no-task',
      'no-image',
      'no-annotation',
      'no-size',
      'no-mask',
      'no-mask',
      'no-mask',
      'no-label',
      1,
      'no-size',
    ]);
    await expect(readEvents(labelStudio, { 'e.json': [{ image: 'a.jpg' }] })).rejects.toThrow(/export the project/);
  });

  it.each([
    ['/data/upload/1/0a1b2c3d-a%20b.jpg', 'a b.jpg'],
    ['/data/local-files/?d=photos/set%2Fa.jpg', 'photos/set/a.jpg'],
    ['https://example.com/x/a.jpg?sign=1', 'x/a.jpg'],
    ['s3://bucket/x/a.jpg', 'x/a.jpg'],
    ['../photos/a.jpg', '../photos/a.jpg'],
    ['50%.jpg', '50%.jpg'],
  ])('finds %s as %s', (address, name) => {
    expect(imageNames(address)).toContain(name);
  });

  it.each(['brush', 'polygon'])('gives records back: texts, phrases, and pixels (regions=%s)', async (regions) => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(), async (records) => {
        const { files, losses } = await writeRecords(labelStudio, records, { set: [`regions=${regions}`] });
        expect(losses.filter(({ code }) => code !== 'holes')).toEqual([]);
        const back = await readRecords(labelStudio, { 'd/tasks.json': files['tasks.json'] });
        expect(back.map(texts)).toEqual(records.map(texts));
        if (regions === 'brush') expect(back).toEqual(records);
        // Where holes are filled nothing else is lost.
        const drawn = back.flatMap(({ masks }) => masks.map(pixels));
        for (const [i, before] of records.flatMap(({ masks }) => masks.map(pixels)).entries())
          expect(before.filter((pixel) => !drawn[i]!.includes(pixel))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('writes tasks with every label in the interface, and new texts where regions were renamed', async () => {
    const label = '<a> & "b"';
    const [record] = await readRecords(labelStudio, { 'e.json': [task([BRUSH, POLYGON])] });
    const masks = [record!.masks[0], { ...(record!.masks[1] as object), score: 0.5 }];
    const conversations = [
      record!.conversations[0]!,
      { from: 'gpt', value: `<p> ring </p> [SEG] and <p> ${label} </p> [SEG].` },
    ];
    const { files, losses } = await writeRecords(labelStudio, [{ ...record, masks, conversations }], {
      set: ['results=predictions', 'prefix=/data/local-files/?d=photos/'],
    });
    expect(losses.map(({ code }) => code)).toEqual(['mask-facts']);
    const config = new TextDecoder().decode(files['config.xml']);
    expect(config).toContain('<Label value="ring"/>');
    expect(config).toContain('<Label value="&lt;a&gt; &amp; &quot;b&quot;"/>');
    const [written] = JSON.parse(new TextDecoder().decode(files['tasks.json'])) as {
      data: { image: string };
      predictions: { result: { value: Record<string, unknown> }[] }[];
    }[];
    expect(written?.data.image).toBe(`/data/local-files/?d=photos/${record!.image}`);
    expect(written?.predictions[0]?.result[0]?.value['rle']).toEqual(OFFICIAL.rle.ring);
    written!.predictions[0]!.result[0]!.value['brushlabels'] = ['hoop'];
    const events = await readEvents(labelStudio, { 't.json': [written] }, { set: ['results=predictions'] });
    expect(events.map((event) => (event.kind === 'record' ? answer(event.record) : event.code))).toEqual([
      'new-text',
      `Sure, the image contains <p> hoop </p> [SEG] and <p> ${label} </p> [SEG].`,
    ]);
  });
});

function texts({ masks: _masks, ...rest }: NewRecord): unknown {
  return rest;
}
