import { expect, test } from 'vitest';
import { MASK_COLORS } from '../core/masks/palette.ts';
import { inkOn } from './inkOn.ts';

test('numbers are legible on every colour of the palette', () => {
  const luminance = (rgb: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const color of MASK_COLORS) {
    const ink = inkOn(color) === '#ffffff' ? 1 : 0;
    const [low, high] = [luminance(color.rgb), ink].sort((a, b) => a - b);
    expect((high! + 0.05) / (low! + 0.05), color.name).toBeGreaterThanOrEqual(4.5);
  }
});
