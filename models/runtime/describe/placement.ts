import type { Box } from '../../../core/masks/runLengthMask.ts';

/** Share of a side from which a thing is too long to be said to stand anywhere along it. */
const LONG = 0.6;

/**
 * Where a box lies in the photograph, in words: "on the left", "at the top right", "in the centre". `undefined` where it
 * fills too much of the photograph to lie anywhere.
 */
export function placeWords([x, y, width, height]: Box, imageWidth: number, imageHeight: number): string | undefined {
  const wide = width > LONG * imageWidth;
  const tall = height > LONG * imageHeight;
  if (wide && tall) return undefined;
  const across = wide ? '' : third((x + width / 2) / imageWidth, 'left', 'right');
  const down = tall ? '' : third((y + height / 2) / imageHeight, 'top', 'bottom');
  if (wide) return down === '' ? undefined : `along the ${down}`;
  if (down === '') return across === '' ? 'in the centre' : `on the ${across}`;
  return across === '' ? `at the ${down}` : `at the ${down} ${across}`;
}

function third(share: number, low: string, high: string): string {
  return share < 0.36 ? low : share > 0.64 ? high : '';
}
