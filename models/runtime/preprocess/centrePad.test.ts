import { expect, it } from 'vitest';
import { blankRaster } from '../../../core/images/raster.ts';
import { area } from '../../../core/masks/runLengthMask.ts';
import type { Preprocess } from '../manifest.ts';
import { MaskProjector } from './photographMasks.ts';
import { geometryOf, prepareImage } from './prepareImage.ts';

const settings: Preprocess = {
  size: [14, 14],
  fit: 'centre-pad',
  filter: 'bilinear',
  antialias: true,
  scale: 'byte',
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
  channels: 'rgb',
  pad: 'before',
  padColour: [122, 116, 104],
};
/** 7 pixels wide and 4 high: one row of padding above, two below, and each pixel two of the input's. */
const photograph = blankRaster(7, 4, [10, 20, 30]);

it('lays the photograph in the middle of a square of its longest side', () => {
  const { data, shape } = prepareImage(photograph, settings);
  expect(shape).toEqual([1, 3, 14, 14]);
  const at = (channel: number, row: number) => data[channel * 196 + row * 14 + 7];
  expect([0, 1, 2].map((channel) => at(channel, 0))).toEqual([122, 116, 104]);
  expect([0, 1, 2].map((channel) => at(channel, 13))).toEqual([122, 116, 104]);
  expect([0, 1, 2].map((channel) => at(channel, 6))).toEqual([10, 20, 30]);
});

it('takes a mask back from the square to the photograph', () => {
  const geometry = geometryOf(photograph, settings)!;
  const projector = new MaskProjector(geometry, { size: [7, 7], threshold: 0 }, 'centre-pad');
  const rows = (from: number, to: number) =>
    Float32Array.from({ length: 49 }, (_, i) => (Math.floor(i / 7) >= from && Math.floor(i / 7) < to ? 1 : -1));
  const whole = projector.project(rows(1, 5));
  expect([whole.height, whole.width, area(whole)]).toEqual([4, 7, 28]);
  expect(area(projector.project(rows(2, 3)))).toBe(7);
  expect(area(projector.project(rows(0, 1)))).toBe(0);
  expect(area(projector.project(rows(5, 7)))).toBe(0);
});
