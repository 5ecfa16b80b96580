import type { MaskColor } from '../core/masks/palette.ts';

/** Black or white, whichever stands out more on the colour (relative luminance of WCAG 2). */
export function inkOn({ rgb }: MaskColor): '#000000' | '#ffffff' {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}
