/** What is painted of one mask, made once and drawn again each frame: its area in its colour, its edge, its number's place. */

import { outlinePaths } from '../core/masks/outline.ts';
import type { MaskColor } from '../core/masks/palette.ts';
import { cropMask, innermostPoint } from './maskCrop.ts';
import type { ReadableMask } from './readableMask.ts';

export interface MaskLayer {
  readonly mask: ReadableMask;
  readonly color: MaskColor;
  /** Fills the mask's box; opaque where the mask is. */
  readonly area: OffscreenCanvas | undefined;
  /** In the mask's pixels. */
  readonly edge: Path2D;
  /** In the mask's pixels. */
  readonly numberAt: readonly [x: number, y: number];
}

const longestSide = 2048;

export function makeMaskLayer(mask: ReadableMask, color: MaskColor): MaskLayer {
  return { mask, color, area: paintArea(mask, color), edge: tracePath(mask), numberAt: innermostPoint(mask) };
}

function paintArea(mask: ReadableMask, color: MaskColor): OffscreenCanvas | undefined {
  const crop = cropMask(mask, longestSide);
  if (crop.width === 0 || crop.height === 0) return undefined;
  const canvas = new OffscreenCanvas(crop.width, crop.height);
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const image = context.createImageData(crop.width, crop.height);
  const [red, green, blue] = color.rgb;
  for (let pixel = 0; pixel < crop.bits.length; pixel++) {
    if (crop.bits[pixel] === 0) continue;
    image.data[4 * pixel] = red;
    image.data[4 * pixel + 1] = green;
    image.data[4 * pixel + 2] = blue;
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function tracePath(mask: ReadableMask): Path2D {
  const path = new Path2D();
  for (const loop of outlinePaths(mask.runs)) {
    path.moveTo(loop[0]!, loop[1]!);
    for (let k = 2; k < loop.length; k += 2) path.lineTo(loop[k]!, loop[k + 1]!);
    path.closePath();
  }
  return path;
}
