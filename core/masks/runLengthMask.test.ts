import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumOfCompressed } from './counts.ts';
import {
  area,
  boundingBox,
  boxIou,
  decodeCounts,
  encodeCounts,
  fromBitmap,
  intersection,
  intersectionArea,
  iou,
  type RunLengthMask,
  toBitmap,
  union,
} from './runLengthMask.ts';

function vectors<T>(name: string): T[] {
  const url = new URL(`../../test/fixtures/vectors/rle/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: T[] }).cases;
}

function runs(text: string): Uint32Array {
  const decoded = decodeCounts(text);
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.value;
}

function maskOf({ size, counts }: { size: [number, number]; counts: string }): RunLengthMask {
  return { height: size[0], width: size[1], counts: runs(counts) };
}

function bitmapOfRows(rows: readonly string[]): Uint8Array {
  return Uint8Array.from(rows.join(''), Number);
}

interface Encoded {
  readonly name: string;
  readonly h: number;
  readonly w: number;
  readonly rows?: string[];
  readonly counts: number[];
  readonly rle: string;
  readonly area: number;
  readonly bbox: number[];
  readonly sha256_row_major?: string;
}

describe('reference vectors', () => {
  it.each(vectors<Encoded>('encode'))('encode $name', ({ h, w, rows, counts, rle, area: pixels, bbox, ...rest }) => {
    const mask = { height: h, width: w, counts: runs(rle) };
    if (counts !== undefined) expect([...mask.counts]).toEqual(counts);
    expect(encodeCounts(mask.counts)).toBe(rle);
    expect(area(mask)).toBe(pixels);
    expect(boundingBox(mask)).toEqual(bbox);
    const bitmap = toBitmap(mask);
    if (rows !== undefined) expect(Buffer.from(bitmap).equals(Buffer.from(bitmapOfRows(rows)))).toBe(true);
    else expect(createHash('sha256').update(bitmap).digest('hex')).toBe(rest.sha256_row_major);
    expect(encodeCounts(fromBitmap(bitmap, h, w).counts)).toBe(rle);
  });

  it.each(vectors<Encoded & { counts_back: number[]; canonical_rle?: string }>('strings'))(
    'string $name',
    ({ name, h, w, counts, rle, counts_back, area: pixels, bbox, rows, canonical_rle }) => {
      expect(encodeCounts(counts)).toBe(rle);
      expect([...runs(rle)]).toEqual(counts_back);
      const mask = { height: h, width: w, counts: runs(rle) };
      expect(area(mask)).toBe(pixels);
      expect(boundingBox(mask)).toEqual(name === 'trailing_zero_fg' ? [0, 0, 0, 0] : bbox);
      if (rows !== undefined) expect([...toBitmap(mask)]).toEqual([...bitmapOfRows(rows)]);
      if (canonical_rle !== undefined)
        expect(encodeCounts(fromBitmap(toBitmap(mask), h, w).counts)).toBe(canonical_rle);
    },
  );

  type Compressed = { size: [number, number]; counts: string };
  it.each(vectors<{ name: string; dt: Compressed[]; gt: Compressed[]; iscrowd: number[]; iou: number[][] }>('iou'))(
    'iou $name',
    ({ dt, gt, iscrowd, iou: expected }) => {
      const seconds = gt.map(maskOf);
      const matrix = dt.map(maskOf).map((a) => seconds.map((b, g) => iou(a, b, { crowd: iscrowd[g] === 1 })));
      expect(matrix).toEqual(expected);
    },
  );

  type Box = [number, number, number, number];
  it.each(vectors<{ name: string; dt: Box[]; gt: Box[]; iscrowd: number[]; iou: number[][] }>('bbox_iou'))(
    'box iou $name',
    ({ dt, gt, iscrowd, iou: expected }) => {
      dt.forEach((a, d) => {
        gt.forEach((b, g) => {
          expect(boxIou(a, b, iscrowd[g] === 1)).toBeCloseTo(expected[d]![g]!, 14);
        });
      });
    },
  );

  it.each(vectors<{ name: string; in: Compressed[]; union: Compressed; intersection: Compressed }>('merge'))(
    'merge $name',
    ({ in: masks, union: joined, intersection: shared }) => {
      const inputs = masks.map(maskOf);
      for (const [result, expected] of [
        [union(inputs), joined],
        [intersection(inputs), shared],
      ] as const) {
        expect([result.height, result.width]).toEqual(expected.size);
        expect(encodeCounts(result.counts)).toBe(expected.counts);
      }
    },
  );
});

describe('decodeCounts', () => {
  it('names a character that cannot occur', () => {
    expect(decodeCounts('52 3')).toMatchObject({ ok: false, message: expect.stringContaining('" " at position 3') });
    expect(decodeCounts('5p')).toMatchObject({ ok: false, message: expect.stringContaining('"p" at position 2') });
    expect(decodeCounts('5é')).toMatchObject({ ok: false, message: expect.stringContaining('"é"') });
  });

  it('says where a string was cut off', () => {
    expect(decodeCounts('51P')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/inside run 3.*position 3/),
    });
  });

  it('refuses negative runs and runs over 2^31', () => {
    expect(decodeCounts('O')).toMatchObject({ ok: false, message: expect.stringContaining('Run 1') });
    expect(decodeCounts('111O')).toMatchObject({ ok: true });
    expect(decodeCounts('111N')).toMatchObject({ ok: false, message: expect.stringContaining('is -1 pixels') });
    expect(decodeCounts(encodeCounts([2 ** 31]))).toEqual({ ok: true, value: Uint32Array.of(2 ** 31) });
    expect(decodeCounts(encodeCounts([2 ** 31 + 1]))).toMatchObject({
      ok: false,
      message: expect.stringContaining('longer than'),
    });
    expect(decodeCounts('ooooooooooooooo0')).toMatchObject({
      ok: false,
      message: expect.stringContaining('longer than'),
    });
  });

  it('gives back what encodeCounts wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 })), (counts) => {
        expect([...runs(encodeCounts(counts))]).toEqual(counts);
      }),
    );
  });

  it('reads long strings, long runs and short ones alike', () => {
    const short = Array.from({ length: 999 }, (_, i) => (i * 7919) % 613);
    const long = Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 613);
    for (const counts of [short, long, [...short, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 0, ...short]]) {
      const text = encodeCounts(counts);
      expect(encodeCounts(Uint32Array.from(counts))).toBe(text);
      expect([...runs(text)]).toEqual(counts);
      expect(sumOfCompressed(text)).toBe(counts.reduce((sum, run) => sum + run, 0));
    }
  });

  it('refuses in a long string what it refuses in a short one', () => {
    const sound = '0'.repeat(70_000);
    for (const broken of ['N', '51P', '52 3', '5é', '\ud800', 'ooooooooooooooo0']) {
      expect(decodeCounts(broken).ok).toBe(false);
      expect(decodeCounts(sound + broken).ok).toBe(false);
      expect(sumOfCompressed(sound + broken)).toBeUndefined();
      expect(sumOfCompressed(broken)).toBeUndefined();
    }
  });

  it('never throws', () => {
    const alphabet = fc.integer({ min: 45, max: 114 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: alphabet })), (text) => {
        const decoded = decodeCounts(text);
        const sum = decoded.ok ? decoded.value.reduce((all, run) => all + run, 0) : undefined;
        expect(sumOfCompressed(text)).toBe(sum);
        if (decoded.ok) expect(decoded.value.length).toBeLessThanOrEqual(text.length);
        else expect(decoded.message.length).toBeGreaterThan(20);
      }),
      { numRuns: 500 },
    );
  });
});

/** A bitmap with noise, stripes or blobs, and its size; sides may be 0. */
const bitmaps = fc
  .record({ height: fc.integer({ min: 0, max: 23 }), width: fc.integer({ min: 0, max: 23 }) })
  .chain(({ height, width }) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      bytes: bytesOf(height * width),
      other: bytesOf(height * width),
      third: bytesOf(height * width),
    }),
  );

function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  const noise = fc.uint8Array({ minLength: length, maxLength: length, max: 1 });
  const values = fc.uint8Array({ minLength: length, maxLength: length });
  const stretches = fc.array(fc.nat(length), { maxLength: 6 }).map((edges) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i + 1 < edges.length; i += 2) bytes.fill(7, edges[i], edges[i + 1]);
    return bytes;
  });
  return fc.oneof(noise, values, stretches);
}

describe('against naive bitmaps', () => {
  it('a bitmap survives the way to runs and back', () => {
    fc.assert(
      fc.property(bitmaps, ({ bytes, height, width }) => {
        const mask = fromBitmap(bytes, height, width);
        expect([...toBitmap(mask)]).toEqual([...bytes].map((byte) => (byte === 0 ? 0 : 1)));
        expect(mask.counts.reduce((sum, run) => sum + run, 0)).toBe(height * width);
        expect([...mask.counts].slice(1)).not.toContain(0);
      }),
      { numRuns: 300 },
    );
  });

  it('rows longer than the words compared in one go', () => {
    const wide = fc.record({ height: fc.integer({ min: 1, max: 6 }), width: fc.integer({ min: 24, max: 90 }) });
    const cases = wide.chain(({ height, width }) => fc.tuple(fc.constant(height), bytesOf(height * width)));
    fc.assert(
      fc.property(cases, ([height, bytes]) => {
        const mask = fromBitmap(bytes, height, bytes.length / height);
        expect([...toBitmap(mask)]).toEqual([...bytes].map((byte) => (byte === 0 ? 0 : 1)));
      }),
      { numRuns: 200 },
    );
  });

  it('a view into a larger buffer reads the same', () => {
    const bytes = Uint8Array.from({ length: 41 }, (_, i) => (i * 7) % 3);
    expect(fromBitmap(bytes.subarray(1), 5, 8)).toEqual(fromBitmap(bytes.slice(1), 5, 8));
  });

  it('refuses a bitmap of another length', () => {
    expect(() => fromBitmap(new Uint8Array(5), 2, 3)).toThrow(/6 bytes, not 5/);
  });

  it('area, box, union, intersection and overlap agree', () => {
    fc.assert(
      fc.property(bitmaps, ({ bytes, other, third, height, width }) => {
        const [a, b, c] = [bytes, other, third].map((source) => fromBitmap(source, height, width)) as [
          RunLengthMask,
          RunLengthMask,
          RunLengthMask,
        ];
        const both = bytes.map((byte, i) => (byte && other[i] ? 1 : 0));
        const either = bytes.map((byte, i) => (byte || other[i] ? 1 : 0));
        expect(area(a)).toBe(bytes.filter(Boolean).length);
        expect(intersectionArea(a, b)).toBe(both.filter(Boolean).length);
        expect([...toBitmap(union([a, b]))]).toEqual([...either]);
        expect([...toBitmap(intersection([a, b]))]).toEqual([...both]);
        expect([...toBitmap(union([a, b, c]))]).toEqual([...either].map((bit, i) => (bit || third[i] ? 1 : 0)));
        expect([...toBitmap(intersection([a, b, c]))]).toEqual([...both].map((bit, i) => (bit && third[i] ? 1 : 0)));
        const shared = both.filter(Boolean).length;
        expect(iou(a, b)).toBe(shared === 0 ? 0 : shared / either.filter(Boolean).length);
        expect(iou(a, b, { crowd: true })).toBe(shared === 0 ? 0 : shared / area(a));
      }),
      { numRuns: 300 },
    );
  });

  it('the box encloses the pixels tightly', () => {
    fc.assert(
      fc.property(bitmaps, ({ bytes, height, width }) => {
        const mask = fromBitmap(bytes, height, width);
        expect(boundingBox(mask)).toEqual(naiveBox(bytes, height, width));
      }),
      { numRuns: 300 },
    );
  });

  it('hundreds of masks of many runs merge as two do', () => {
    const [height, width] = [61, 67];
    const bitmaps = Array.from({ length: 200 }, (_, i) =>
      Uint8Array.from({ length: height * width }, (_, p) => ((p * (i + 3)) % 1009 < 8 * (i % 3) + 40 ? 1 : 0)),
    );
    const masks = bitmaps.map((bytes) => fromBitmap(bytes, height, width));
    expect(masks.reduce((sum, { counts }) => sum + counts.length, 0)).toBeGreaterThan(65_536);
    const covered = (position: number) => bitmaps.filter((bytes) => bytes[position] === 1).length;
    const naive = (least: number) => bitmaps[0]!.map((_, position) => (covered(position) >= least ? 1 : 0));
    expect(toBitmap(union(masks))).toEqual(naive(1));
    expect(toBitmap(intersection(masks))).toEqual(naive(masks.length));
    expect(toBitmap(intersection(masks.slice(0, 3)))).toEqual(
      bitmaps[0]!.map((bit, position) => bit & bitmaps[1]![position]! & bitmaps[2]![position]!),
    );
  });

  it('runs with zeros among them have the area, the box and the pixels of the same runs without', () => {
    const [height, width] = [5, 30];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }), (drawn) => {
        const sum = drawn.reduce((all, run) => all + run, 0);
        fc.pre(sum <= height * width);
        const counts = Uint32Array.from([...drawn, height * width - sum]);
        const mask = { height, width, counts };
        const plain = fromBitmap(toBitmap(mask), height, width);
        expect(area(mask)).toBe(area(plain));
        expect(boundingBox(mask)).toEqual(boundingBox(plain));
        expect(union([mask, plain])).toEqual(plain);
        expect(intersection([plain, mask])).toEqual(plain);
        expect(intersectionArea(mask, plain)).toBe(area(plain));
      }),
      { numRuns: 500 },
    );
  });

  it('runs of length 0 change nothing but the runs', () => {
    const plain = { height: 4, width: 5, counts: Uint32Array.of(3, 6, 11) };
    const padded = { height: 4, width: 5, counts: Uint32Array.of(3, 2, 0, 4, 6, 0, 5) };
    expect(area(padded)).toBe(area(plain));
    expect(boundingBox(padded)).toEqual(boundingBox(plain));
    expect(toBitmap(padded)).toEqual(toBitmap(plain));
    expect(iou(padded, plain)).toBe(1);
    expect(union([padded, plain])).toEqual(plain);
  });
});

function naiveBox(bytes: Uint8Array, height: number, width: number): number[] {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (bytes[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right === 0 ? [0, 0, 0, 0] : [left, top, right - left, bottom - top];
}
