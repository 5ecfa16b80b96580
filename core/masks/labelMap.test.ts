import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeLabelMap, type LabelMap, maskOfValue } from './labelMap.ts';
import { readMask } from './maskValue.ts';
import { area, boundingBox } from './runLengthMask.ts';

const folder = new URL('../../test/fixtures/images/', import.meta.url);

function labelMap(name: string): LabelMap {
  const map = decodeLabelMap(new Uint8Array(readFileSync(new URL(name, folder))));
  if (!map.ok) throw new Error(map.message);
  return map.value;
}

describe('decodeLabelMap', () => {
  it('finds COCO’s own areas and boxes in a panoptic map', () => {
    interface Panoptic {
      width: number;
      height: number;
      segments: { id: number; bbox: number[]; area: number }[];
    }
    const { width, height, segments } = JSON.parse(readFileSync(new URL('panoptic.json', folder), 'utf8')) as Panoptic;
    const map = labelMap('panoptic.png');
    expect([map.width, map.height]).toEqual([width, height]);
    expect(segments.length).toBeGreaterThan(5);
    for (const { id, bbox, area: pixels } of segments) {
      const mask = maskOfValue(map, id);
      expect(area(mask)).toBe(pixels);
      expect(boundingBox(mask)).toEqual(bbox);
      const reading = readMask(
        { size: [height, width], file: 'p.png', value: id },
        { labelMap: () => ({ ok: true, value: map }) },
      );
      expect(reading).toEqual({ ok: true, mask });
    }
  });

  it('keeps grey levels and palette indices as they are stored', () => {
    const most = (map: LabelMap) => map.values.reduce((a, b) => Math.max(a, b), 0);
    expect(most(labelMap('bit1.png'))).toBe(1);
    expect(most(labelMap('grey2.png'))).toBeLessThan(4);
    expect(most(labelMap('palette4.png'))).toBe(12);
    expect(most(labelMap('palette8.png'))).toBe(39);
    expect(most(labelMap('grey8.png'))).toBeLessThan(256);
    expect(most(labelMap('grey16.png'))).toBeGreaterThan(40_000);
    expect(labelMap('grey8-alpha.png').values).toEqual(labelMap('grey8.png').values);
    expect(labelMap('rgba8.png').values).toEqual(labelMap('rgb8.png').values);
  });

  it('says what is wrong', () => {
    const rgb16 = new Uint8Array(readFileSync(new URL('rgb16.png', folder)));
    expect(decodeLabelMap(rgb16)).toMatchObject({ ok: false, message: expect.stringContaining('RGB PNG of 16 bits') });
    expect(decodeLabelMap(new Uint8Array(9))).toMatchObject({
      ok: false,
      message: expect.stringContaining('not a PNG'),
    });
    const large = new Uint8Array(readFileSync(new URL('grey8.png', folder)));
    large.set([0, 1, 0, 0, 0, 1, 0, 0], 16);
    expect(decodeLabelMap(large)).toMatchObject({ ok: false, message: expect.stringContaining('65536 × 65536') });
  });
});
