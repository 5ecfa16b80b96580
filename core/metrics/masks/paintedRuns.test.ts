import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBitmap } from '../../masks/runLengthMask.ts';
import { paint, UNCLAIMED } from './labelSegments.ts';
import { paintedRuns } from './paintedRuns.ts';

const [HEIGHT, WIDTH] = [4, 5];

it('is what painting pixel by pixel gives, whether layers overlap or not', () => {
  const bitmap = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: HEIGHT * WIDTH, maxLength: HEIGHT * WIDTH });
  const mask = (own: readonly number[], value: number) =>
    fromBitmap(
      Uint8Array.from(own, (each) => (each === value ? 1 : 0)),
      HEIGHT,
      WIDTH,
    );
  const disjoint = bitmap.map((own) => [1, 2, 3].map((value) => ({ mask: mask(own, value), value })));
  const overlapping = fc
    .array(bitmap, { maxLength: 4 })
    .map((all) => all.map((own, value) => ({ mask: mask(own, 1), value })));
  fc.assert(
    fc.property(fc.oneof(disjoint, overlapping), fc.constantFrom(0, UNCLAIMED), (layers, ground) => {
      const { ends, values } = paintedRuns(layers, HEIGHT, WIDTH, ground);
      const pixels: number[] = [];
      for (let i = 0; i < ends.length; i++) while (pixels.length < ends[i]!) pixels.push(values[i]!);
      expect(pixels).toEqual([...paint(layers, HEIGHT, WIDTH, ground)]);
    }),
  );
});

it('leaves out masks of another size, and paints nothing on nothing', () => {
  const other = fromBitmap(Uint8Array.of(1, 1), 1, 2);
  expect(paintedRuns([{ mask: other, value: 1 }], 2, 2, 7)).toMatchObject({ ends: [4], values: [7] });
  expect(paintedRuns([], 0, 0, 7)).toMatchObject({ ends: [], values: [] });
});
