import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeSegmentMap } from '../../core/metrics/evaluate/official/panoptic.ts';
import { readSegmentMap } from './segmentMap.ts';

const [WIDTH, HEIGHT] = [7, 5];

/** Segments in blocks, with ids that need all three bytes. */
function pixelAt(x: number, y: number): readonly number[] {
  const id = x < 3 ? 0 : y < 2 ? 70_000 : 255 + (x > 5 ? 1 : 0);
  return [id & 255, (id >> 8) & 255, id >> 16];
}

/** The map as a PNG whose rows are stored under the given filters in turn, in so many chunks. */
function png(filters: readonly number[], chunks = 1): Buffer {
  const row = (y: number) => Array.from({ length: WIDTH }, (_, x) => (y < 0 ? [0, 0, 0] : pixelAt(x, y))).flat();
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const filter = filters[y % filters.length]!;
    const above = row(y - 1);
    const bytes = row(y).map((byte, i, own) => {
      const [left, up, corner] = [own[i - 3] ?? 0, above[i]!, above[i - 3] ?? 0];
      return (byte - predicted(filter, left, up, corner)) & 255;
    });
    return [filter, ...bytes];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2], 8);
  const packed = deflateSync(Buffer.from(rows.flat()));
  const step = Math.ceil(packed.length / chunks);
  const data = Array.from({ length: chunks }, (_, i) => chunk('IDAT', packed.subarray(i * step, (i + 1) * step)));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), ...data, chunk('IEND', Buffer.alloc(0))]);
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  const p = left + up - corner;
  const nearest = [left, up, corner].sort((a, b) => Math.abs(p - a) - Math.abs(p - b))[0]!;
  return [0, left, up, (left + up) >> 1, nearest][filter] ?? 0;
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}

describe('a panoptic map', () => {
  it.each([[[0]], [[1]], [[2]], [[3]], [[4]], [[4, 3, 2, 1, 0]], [[2, 4]]])(
    'is read as the general reader reads it, filters %j',
    (filters) => {
      const file = png(filters);
      const general = decodeSegmentMap(file);
      expect(general.ok && [...general.value.masks.keys()].sort((a, b) => a - b)).toEqual([255, 256, 70_000]);
      expect(readSegmentMap(file)).toEqual(general);
      expect(readSegmentMap(png(filters, 3))).toEqual(general);
    },
  );

  it('of another kind is read too', () => {
    for (const name of ['panoptic.png', 'rgb8-interlaced.png', 'rgba8.png', 'grey8.png', 'palette8.png']) {
      const file = readFileSync(new URL(`../../test/fixtures/images/${name}`, import.meta.url));
      expect(readSegmentMap(file)).toEqual(decodeSegmentMap(file));
      expect(readSegmentMap(file).ok).toBe(true);
    }
  });

  it('that is damaged is refused with a sentence', () => {
    const file = png([1]);
    for (const length of [0, 20, 40, file.length - 13, file.length - 1])
      expect(readSegmentMap(file.subarray(0, length)).ok).toBe(false);
    const wrongSize = Buffer.from(file);
    wrongSize.writeUInt32BE(HEIGHT + 1, 20);
    expect(readSegmentMap(wrongSize).ok).toBe(false);
    const badFilter = png([0, 9]);
    expect(readSegmentMap(badFilter).ok).toBe(false);
  });
});
