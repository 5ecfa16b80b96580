/** Small masks for property tests, and plain readings of them to compare with. */
import fc from 'fast-check';
import { fromBitmap, type RunLengthMask, toBitmap } from '../masks/runLengthMask.ts';

/** Masks of 1 to `longest` pixels a side: from nearly empty to nearly full, of single pixels or of blocks of them. */
export function smallMasks(longest = 14): fc.Arbitrary<RunLengthMask> {
  const side = fc.integer({ min: 1, max: longest });
  return fc
    .tuple(side, side, fc.constantFrom(1, 2, 4), fc.integer({ min: 1, max: 4 }))
    .chain(([height, width, block, sparse]) =>
      fc
        .array(fc.integer({ min: 0, max: 4 }), { minLength: height * width, maxLength: height * width })
        .map((values) =>
          maskWhere(height, width, (x, y) => values[Math.floor(y / block) * width + Math.floor(x / block)]! >= sparse),
        ),
    );
}

/** The mask of the pixels for which the test holds. */
export function maskWhere(height: number, width: number, test: (x: number, y: number) => boolean): RunLengthMask {
  const bytes = Uint8Array.from({ length: height * width }, (_, i) => (test(i % width, Math.floor(i / width)) ? 1 : 0));
  return fromBitmap(bytes, height, width);
}

/** Whether a pixel is in the mask; none outside the image is. */
export function pixelReader(mask: RunLengthMask): (x: number, y: number) => boolean {
  const bytes = toBitmap(mask);
  return (x, y) => x >= 0 && y >= 0 && x < mask.width && y < mask.height && bytes[y * mask.width + x] === 1;
}

/** The mask as rows of `#` and `.`, for messages one can read. */
export function drawnRows(mask: RunLengthMask): string[] {
  const at = pixelReader(mask);
  return Array.from({ length: mask.height }, (_, y) =>
    Array.from({ length: mask.width }, (_, x) => (at(x, y) ? '#' : '.')).join(''),
  );
}
