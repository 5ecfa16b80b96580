import { describe, expect, it } from 'vitest';
import { blankRaster } from '../../../core/images/raster.ts';
import { COCO80 } from '../testing/scene.ts';
import { bytesOfLooks, lookAtEnds } from './ends.ts';
import type { DetectorGraphs } from './graphs.ts';

/** A detector that sees nothing and keeps what it was shown. */
function modelWith(ends: { share: number; mirrored: boolean } | undefined) {
  const shown: Float32Array[] = [];
  const detector = {
    ...COCO80.detector,
    size: [4, 4] as [number, number],
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    ends,
  };
  const outputs = Object.fromEntries(
    detector.levels.flatMap(({ scores, distances }) => [scores, distances].map((name) => [name, new Float32Array(2)])),
  );
  const model = {
    manifest: { ...COCO80, detector },
    detect: async (input: Float32Array) => {
      shown.push(input);
      return outputs;
    },
  } as unknown as DetectorGraphs;
  return { model, shown };
}

const between = async () => undefined;

/** Grey grows by 20 a pixel along the longer side. */
function slope(width: number, height: number) {
  const image = blankRaster(width, height, [0, 0, 0]);
  for (let i = 0; i < width * height; i++) {
    image.data.fill(20 * (width > height ? i % width : Math.floor(i / width)), 4 * i, 4 * i + 3);
  }
  return image;
}

describe('the looks at the ends of a photograph', () => {
  it('are none where the manifest asks for none', async () => {
    const { model, shown } = modelWith(undefined);
    expect(await lookAtEnds(slope(10, 4), model, between)).toEqual([]);
    expect(shown).toEqual([]);
  });

  it('show the first and the last part of the longer side, mirrored where asked', async () => {
    const { model, shown } = modelWith({ share: 0.5, mirrored: false });
    const looks = await lookAtEnds(slope(8, 4), model, between);
    expect(looks.map(({ region, mirrored }) => [...region, mirrored])).toEqual([
      [0, 0, 0.5, 1, false],
      [0.5, 0, 1, 1, false],
    ]);
    expect(shown.map((input) => [...input.subarray(0, 4)])).toEqual([
      [0, 20, 40, 60],
      [80, 100, 120, 140],
    ]);
    const turned = modelWith({ share: 0.5, mirrored: true });
    expect((await lookAtEnds(slope(8, 4), turned.model, between))[1]!.mirrored).toBe(true);
    expect([...turned.shown[1]!.subarray(0, 4)]).toEqual([140, 120, 100, 80]);
    const upright = modelWith({ share: 0.5, mirrored: false });
    const [top, bottom] = await lookAtEnds(slope(4, 8), upright.model, between);
    expect([top!.region, bottom!.region]).toEqual([
      [0, 0, 1, 0.5],
      [0, 0.5, 1, 1],
    ]);
    expect(upright.shown[1]![4]).toBe(100);
  });

  it('cut whole pixels, of the smallest photograph too', async () => {
    const { model } = modelWith({ share: 0.65, mirrored: true });
    expect((await lookAtEnds(slope(10, 4), model, between)).map(({ region }) => region)).toEqual([
      [0, 0, 0.7, 1],
      [expect.closeTo(0.3), 0, 1, 1],
    ]);
    expect((await lookAtEnds(slope(1, 1), model, between)).map(({ region }) => [...region])).toEqual([
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ]);
  });

  it('show a large photograph as they show a small one', async () => {
    const { model, shown } = modelWith({ share: 0.5, mirrored: false });
    const looks = await lookAtEnds(blankRaster(4000, 2000, [90, 90, 90]), model, between);
    expect(looks.map(({ region }) => [...region])).toEqual([
      [0, 0, 0.5, 1],
      [0.5, 0, 1, 1],
    ]);
    expect(new Set(shown.flatMap((input) => [...input]))).toEqual(new Set([90]));
  });

  it('stop where the draft is cancelled, and know their size', async () => {
    const { model, shown } = modelWith({ share: 0.65, mirrored: true });
    const cancelled = async (share: number) => {
      if (share > 0) throw new Error('cancelled');
    };
    await expect(lookAtEnds(slope(10, 4), model, cancelled)).rejects.toThrow('cancelled');
    expect(shown).toHaveLength(1);
    expect(bytesOfLooks(await lookAtEnds(slope(10, 4), model, between))).toBe(2 * 3 * 2 * 2 * 4);
  });
});
