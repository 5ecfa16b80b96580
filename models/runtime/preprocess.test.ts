import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resize } from '../../core/images/resize.ts';
import { area, iou } from '../../core/masks/runLengthMask.ts';
import type { Preprocess } from './manifest.ts';
import { geometryOf, MaskProjector, prepareImage, tileGrid, toInput, toPhotograph } from './preprocess.ts';
import { noise, waves } from './testing/noise.ts';

interface Golden {
  readonly resize: readonly {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
    readonly filter: Preprocess['filter'];
    readonly antialias: boolean;
    readonly rgb: string;
  }[];
  readonly prepare: readonly {
    readonly from: readonly [number, number];
    readonly settings: Preprocess;
    readonly shape: readonly number[];
    readonly data: string;
  }[];
  readonly masks: readonly {
    readonly photograph: readonly [number, number];
    readonly input: number;
    readonly mask: number;
    readonly fit: 'longest-pad' | 'centre-pad' | 'stretch';
    readonly runs: readonly (readonly number[])[];
  }[];
}

/** Made by Pillow, transformers and torch: models/export/uscdf_export/golden/images.py. */
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/images/preprocess.json', import.meta.url), 'utf8'),
);

function unpacked(text: string): Uint8Array {
  return Uint8Array.from(inflateSync(Buffer.from(text, 'base64')));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

const clip: Preprocess = golden.prepare[0]!.settings;

describe('resize', () => {
  it.each(golden.resize)('$from to $to, $filter, antialias $antialias, as Pillow and torch', (sample) => {
    const { data } = resize(noise(...sample.from), ...sample.to, sample);
    const rgb = data.filter((_, i) => i % 4 !== 3);
    expect(largestDifference(rgb, unpacked(sample.rgb))).toBeLessThanOrEqual(1);
  });
});

describe('prepareImage', () => {
  it.each(golden.prepare)('$settings.fit of $from as the references', ({ from, settings, shape, data }) => {
    const prepared = prepareImage(noise(...from), settings);
    expect(prepared.shape).toEqual(shape);
    const wanted = new Float32Array(unpacked(data).buffer);
    const greyLevel = 1 / (settings.scale === 'unit' ? 255 : 1) / Math.min(...settings.deviation);
    expect(largestDifference(prepared.data, wanted)).toBeLessThanOrEqual(greyLevel * 1.01);
  });

  it('gives blue first where the model takes it so', () => {
    const rgb = prepareImage(noise(20, 20), { ...clip, mean: [0, 0, 0], deviation: [1, 1, 1] });
    const bgr = prepareImage(noise(20, 20), { ...clip, mean: [0, 0, 0], deviation: [1, 1, 1], channels: 'bgr' });
    const cells = 16 * 16;
    expect(bgr.data.subarray(0, cells)).toEqual(rgb.data.subarray(2 * cells));
    expect(bgr.data.subarray(cells, 2 * cells)).toEqual(rgb.data.subarray(cells, 2 * cells));
  });

  it('pads with black pixels or with zeros, as the manifest says', () => {
    const settings: Preprocess = {
      ...clip,
      fit: 'longest-pad',
      scale: 'byte',
      mean: [10, 20, 30],
      deviation: [2, 2, 2],
    };
    const last = (pad: Preprocess['pad']) => prepareImage(noise(32, 8), { ...settings, pad }).data.at(-1);
    expect(last('after')).toBe(0);
    expect(last('before')).toBe(-15);
  });

  it('prepares any photograph and says where it lies', () => {
    const settings = golden.prepare.map((sample) => sample.settings);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom(...settings),
        (width, height, preprocess) => {
          const { data, shape, geometry } = prepareImage(noise(width, height), preprocess);
          expect(data.length).toBe(shape.reduce((a, b) => a * b));
          expect(data.every(Number.isFinite)).toBe(true);
          expect(geometry === undefined).toBe(preprocess.fit === 'tiles');
          if (geometry === undefined) return;
          const [x, y] = toPhotograph(geometry, ...toInput(geometry, width / 3, height / 4));
          expect(x).toBeCloseTo(width / 3);
          expect(y).toBeCloseTo(height / 4);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does not grow beyond reason for a strip of a photograph', () => {
    expect(prepareImage(noise(20_000, 1), clip).data.length).toBe(3 * 16 * 16);
  });
});

describe('tileGrid', () => {
  it('keeps to the number of tiles and follows the proportions', () => {
    const grid = (width: number, height: number, max: number) => tileGrid({ width, height }, [448, 448], 1, max);
    expect(grid(800, 1300, 12)).toEqual({ columns: 2, rows: 3 });
    expect(grid(900, 300, 12)).toEqual({ columns: 3, rows: 1 });
    expect(grid(3000, 3000, 6)).toEqual({ columns: 2, rows: 2 });
    expect(grid(100, 100, 6)).toEqual({ columns: 1, rows: 1 });
  });
});

describe('MaskProjector', () => {
  it.each(golden.masks)('$fit from $mask over $input to $photograph, as torch', (sample) => {
    const { photograph, input, mask, fit } = sample;
    const [width, height] = photograph;
    const geometry = geometryOf({ width, height }, { fit, size: [input, input] })!;
    const projector = new MaskProjector(geometry, { size: [mask, mask], threshold: 0 }, fit);
    const found = projector.projectAll(waves(mask, mask, 3));
    expect(found.length).toBe(3);
    for (const [i, runs] of sample.runs.entries()) {
      const wanted = { width, height, counts: Uint32Array.from(runs) };
      expect(area(wanted)).toBeGreaterThan(0);
      // Single precision there, double here: a pixel on the very edge may fall to either side.
      expect(iou(found[i]!, wanted)).toBeGreaterThan(0.9999);
    }
  });

  it('leaves what a crop cut off outside', () => {
    const geometry = geometryOf({ width: 100, height: 50 }, { fit: 'shortest-crop', size: [16, 16] })!;
    const projector = new MaskProjector(geometry, { size: [4, 4], threshold: 0 }, 'shortest-crop');
    const { counts } = projector.project(new Float32Array(16).fill(1));
    // The middle 50 of 100 columns, each whole.
    expect([...counts]).toEqual([25 * 50, 50 * 50, 25 * 50]);
  });

  it('gives runs that fill the photograph, whatever the model gives', () => {
    const value = fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('stretch', 'longest-pad', 'centre-pad', 'shortest-crop'),
        fc.array(value, { maxLength: 40 }),
        (width, height, fit, values) => {
          const geometry = geometryOf({ width, height }, { fit, size: [16, 16] })!;
          const projector = new MaskProjector(geometry, { size: [6, 6], threshold: 0.5 }, fit);
          const { counts } = projector.project(Float32Array.from(values));
          expect(counts.reduce((a, b) => a + b, 0)).toBe(width * height);
          expect(counts.every((count, i) => count > 0 || i === 0)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('agrees with itself where rows are skipped and where they are not', () => {
    // A threshold between the values of a checkerboard forces every pixel to be computed; its negative forces none.
    const geometry = geometryOf({ width: 37, height: 41 }, { fit: 'stretch', size: [16, 16] })!;
    const board = Float32Array.from({ length: 64 }, (_, i) => ((i + (i >> 3)) % 2 === 0 ? 1 : -1));
    const project = (values: Float32Array) =>
      new MaskProjector(geometry, { size: [8, 8], threshold: 0 }, 'stretch').project(values);
    const white = area(project(board));
    const black = area(project(board.map((v) => -v)));
    expect(white + black).toBeLessThanOrEqual(37 * 41);
    expect(white + black).toBeGreaterThan(37 * 41 - 120);
    expect(area(project(board.map(() => 1)))).toBe(37 * 41);
    expect(area(project(board.map(() => -1)))).toBe(0);
  });
});
