import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap, toBitmap } from '../../masks/bitmap.ts';
import { decodeBrush, encodeBrush } from './brush.ts';

/** Runs by label-studio-sdk 2.1.2 (SOURCE.txt). */
const OFFICIAL = JSON.parse(readFileSync('test/fixtures/datasets/label-studio/brush.json', 'utf8')) as {
  readonly height: number;
  readonly width: number;
  readonly pixels: Readonly<Record<string, readonly number[]>>;
  readonly rle: Readonly<Record<string, readonly number[]>>;
  readonly bigRle: readonly number[];
};

function bitmapOf(pixels: readonly number[], size: number): Uint8Array {
  const bitmap = new Uint8Array(size);
  for (const pixel of pixels) bitmap[pixel] = 1;
  return bitmap;
}

describe('brush', () => {
  const { height, width } = OFFICIAL;

  it.each(Object.keys(OFFICIAL.rle))('reads and writes the runs of Label Studio itself (%s)', (name) => {
    const bitmap = bitmapOf(OFFICIAL.pixels[name]!, height * width);
    const decoded = decodeBrush(OFFICIAL.rle[name]!, height, width);
    expect(decoded.ok && toBitmap(decoded.value)).toEqual(bitmap);
    expect(encodeBrush(fromBitmap(bitmap, height, width))).toEqual(OFFICIAL.rle[name]);
  });

  it('reads and writes runs that are longer than a length can say', () => {
    const bitmap = new Uint8Array(300 * 400);
    for (let y = 10; y < 290; y++) bitmap.fill(1, y * 400 + 5, y * 400 + 396);
    expect(encodeBrush(fromBitmap(bitmap, 300, 400))).toEqual(OFFICIAL.bigRle);
    const whole = new Uint8Array(300 * 400).fill(1);
    const decoded = decodeBrush(encodeBrush(fromBitmap(whole, 300, 400)), 300, 400);
    expect(decoded.ok && toBitmap(decoded.value)).toEqual(whole);
  });

  it('reads values that stand one by one, and takes for the mask what is opaque', () => {
    // Two pixels of four values: 200 colours that are see-through, then one that is not; lengths of 3 bits.
    const values = [200, 200, 200, 0, 0, 0, 0, 255];
    const bits = [
      (8).toString(2).padStart(32, '0'),
      '00111',
      '0010001101111111',
      '0',
      '00',
      '111',
      ...values.map((value) => value.toString(2).padStart(8, '0')),
    ].join('');
    const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
      Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
    );
    const decoded = decodeBrush(bytes, 1, 2);
    expect(decoded.ok && [...toBitmap(decoded.value)]).toEqual([0, 1]);
  });

  it('gives every mask back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 400 }),
        (w, pixels) => {
          const h = Math.ceil(pixels.length / w);
          const bitmap = Uint8Array.from({ length: h * w }, (_, i) => Number(pixels[i] ?? false));
          const decoded = decodeBrush(encodeBrush(fromBitmap(bitmap, h, w)), h, w);
          expect(decoded.ok && toBitmap(decoded.value)).toEqual(bitmap);
        },
      ),
    );
  });

  it('refuses what is cut off, of another size, or no bytes, and ends on anything', () => {
    const runs = OFFICIAL.rle['dots']!;
    expect(decodeBrush(runs.slice(0, 100), height, width)).toMatchObject({ ok: false });
    expect(decodeBrush(runs, height, width + 1)).toMatchObject({ ok: false });
    expect(decodeBrush([1, 2, -3], height, width)).toMatchObject({ ok: false });
    expect(decodeBrush([], height, width)).toMatchObject({ ok: false });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }), (rest) => {
        const decoded = decodeBrush([0, 0, 0, 80, ...rest], 4, 5);
        if (decoded.ok) expect(toBitmap(decoded.value)).toHaveLength(20);
        else expect(decoded.message).toMatch(/export it again/);
      }),
    );
  });
});
