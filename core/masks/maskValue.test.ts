import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../result.ts';
import { type MaskReading, readMask, runSum, toCompressed } from './maskValue.ts';
import { area, toBitmap } from './runLengthMask.ts';

function messageOf(reading: MaskReading): string {
  return reading.ok ? '' : `${reading.kind}: ${reading.message}`;
}

describe('readMask', () => {
  it('reads the four forms', () => {
    const labelMaps = {
      labelMap: () =>
        ok({ width: 5, height: 4, values: Uint32Array.from({ length: 20 }, (_, i) => (i % 5 < 2 ? 7 : 3)) }),
    };
    const forms = [
      { size: [4, 5], counts: '08<' },
      { size: [4, 5], counts: [0, 8, 12] },
      { size: [4, 5], polygons: [[0, 0, 2, 0, 2, 4, 0, 4]] },
      { size: [4, 5], file: 'labels.png', value: 7 },
    ];
    for (const form of forms) {
      const reading = readMask(form, labelMaps);
      expect(messageOf(reading)).toBe('');
      if (reading.ok) expect(toCompressed(reading.mask)).toEqual({ size: [4, 5], counts: '08<' });
    }
  });

  it.each([
    [null, 'schema: A mask is an object with `size` and either `counts`'],
    ['a', 'schema: A mask is an object'],
    [[], 'schema: A mask is an object'],
    [{ counts: '5' }, 'schema: The mask has no `size`'],
    [{ size: '4x5', counts: '5' }, 'schema: `size` is [height, width], two whole numbers from 1; this is a string.'],
    [{ size: [4], counts: '5' }, 'this list has 1'],
    [{ size: [4, 0], counts: '5' }, 'its width is the number 0'],
    [{ size: [4.5, 2], counts: '5' }, 'its height is the number 4.5'],
    [{ size: [4, 5] }, 'schema: The mask has a `size` and nothing else'],
    [{ size: [4, 5], counts: 20 }, 'schema: `counts` is'],
    [{ size: [4, 5], counts: [0, '20'] }, 'schema: `counts` is a list of whole numbers; entry 2 is a string'],
    [{ size: [4, 5], polygons: 'x' }, 'schema: `polygons` is'],
    [{ size: [4, 5], polygons: [7] }, 'schema: Polygon 1 is the number 7'],
    [{ size: [4, 5], polygons: [[0, 0, null, 1, 1, 1]] }, 'schema: Polygon 1 has null as value 3'],
    [{ size: [4, 5], file: 3, value: 1 }, 'schema: `file`'],
    [{ size: [4, 5], file: 'a.png' }, 'schema: `value`'],
    [{ size: [4, 5], counts: '51' }, 'corrupt: The runs sum to 6 pixels; the size [4, 5] has 20. The mask was cut off'],
    [
      { size: [4, 5], counts: [4000, 1000] },
      'corrupt: The runs sum to 5,000 pixels; the size [4, 5] has 20. The mask belongs',
    ],
    [{ size: [4, 5], counts: '' }, 'corrupt: The runs sum to 0'],
    [{ size: [4, 5], counts: '~' }, 'corrupt: The run-length string has "~" at position 1'],
    [{ size: [4, 5], counts: [-1, 21] }, 'corrupt: Run 1 is -1'],
    [{ size: [4, 5], counts: [0.5, 19.5] }, 'corrupt: Run 1 is 0.5'],
    [{ size: [4, 5], polygons: [[0, 0, 1, 1, 2]] }, 'corrupt: Polygon 1 has 5 values'],
    [
      {
        size: [4, 5],
        polygons: [
          [0, 0, 4, 0, 4, 4],
          [1, 1, 2, 2],
        ],
      },
      'corrupt: Polygon 2 has 2 points',
    ],
    [
      { size: [20000, 20000], counts: '5' },
      "corrupt: The mask's size [20000, 20000] makes 400,000,000 pixels; the limit is 100,000,000",
    ],
    [
      { size: [1, 1e8], polygons: [Array.from({ length: 30 }, (_, i) => [i % 2 ? 1e8 : 0, i]).flat()] },
      'corrupt: The polygons cross',
    ],
    [{ size: [4, 5], file: 'a.png', value: 1 }, 'unavailable: The label map a.png is not loaded'],
  ])('says what is wrong with %j', (value, message) => {
    expect(messageOf(readMask(value))).toContain(message);
  });

  it('says when the label map is another one or cannot be read', () => {
    const other = { labelMap: () => ok({ width: 4, height: 5, values: new Uint32Array(20) }) };
    const broken = { labelMap: () => fail('The PNG is damaged.') };
    const mask = { size: [4, 5], file: 'a.png', value: 1 };
    expect(messageOf(readMask(mask, other))).toContain(
      'corrupt: The label map a.png is [5, 4] and the mask says [4, 5]',
    );
    expect(messageOf(readMask(mask, broken))).toBe('corrupt: The label map a.png cannot be read. The PNG is damaged.');
  });

  it('refuses the reference’s broken masks', () => {
    const url = new URL('../../test/fixtures/vectors/rle/broken.json', import.meta.url);
    const { cases } = JSON.parse(readFileSync(url, 'utf8')) as {
      cases: { h: number; w: number; rle: string; counts: number[] }[];
    };
    expect(cases).toHaveLength(3);
    for (const { h, w, rle, counts } of cases) {
      expect(readMask({ size: [h, w], counts: rle })).toMatchObject({ ok: false, kind: 'corrupt' });
      expect(readMask({ size: [h, w], counts })).toMatchObject({ ok: false, kind: 'corrupt' });
    }
  });

  it('never throws, and what it accepts has height × width pixels', () => {
    const side = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.jsonValue({ maxDepth: 1 }));
    const maskLike = fc.record(
      {
        size: fc.oneof(fc.tuple(side, side), fc.jsonValue({ maxDepth: 1 })),
        counts: fc.oneof(
          fc.string(),
          fc.array(fc.integer({ min: 48, max: 111 })).map((codes) => String.fromCharCode(...codes)),
          fc.array(fc.oneof(fc.integer({ min: -1, max: 99 }), fc.jsonValue({ maxDepth: 0 }))),
        ),
        polygons: fc.array(fc.oneof(fc.array(fc.double()), fc.jsonValue({ maxDepth: 1 }))),
        file: fc.jsonValue({ maxDepth: 1 }),
        value: fc.jsonValue({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    );
    const tiny = fc.record({
      size: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      counts: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), maskLike, tiny), (value) => {
        const reading = readMask(value);
        const sum = runSum(value);
        if (!reading.ok) {
          expect(reading.message).toMatch(/[.]$/);
        } else {
          const { mask } = reading;
          expect(toBitmap(mask)).toHaveLength(mask.height * mask.width);
          expect(area(mask)).toBeLessThanOrEqual(mask.height * mask.width);
          if (sum !== undefined) expect(sum).toBe(mask.height * mask.width);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('runSum', () => {
  it('sums both kinds of runs and nothing else', () => {
    expect(runSum({ counts: 'T33d?N^@Y<' })).toBe(1000);
    expect(runSum({ counts: [100, 3, 500, 1, 2, 394] })).toBe(1000);
    expect(runSum({ counts: 'P' })).toBeUndefined();
    expect(runSum({ counts: [1, -1] })).toBeUndefined();
    expect(runSum({ counts: ['1'] })).toBeUndefined();
    expect(runSum({ polygons: [[0, 0, 1, 0, 1, 1]] })).toBeUndefined();
    expect(runSum('08<')).toBeUndefined();
  });
});
