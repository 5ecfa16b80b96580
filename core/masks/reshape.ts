import { firstEndingAfter, foregroundOf, maskOfToggles, type RunLengthMask } from './foreground.ts';
import type { Box } from './geometry.ts';

/**
 * The mask on a grid of another size: a pixel is foreground where the source pixel under its centre is. On runs; what
 * is thinner than an output pixel can vanish.
 */
export function resizeMask(mask: RunLengthMask, height: number, width: number): RunLengthMask {
  if (height === mask.height && width === mask.width) return mask;
  return sampled(mask, [0, 0, mask.width, mask.height], height, width);
}

/** The part of the mask inside a box `[x, y, width, height]` of whole pixels; outside the mask lies background. */
export function cropMask(mask: RunLengthMask, box: Box): RunLengthMask {
  return sampled(mask, box, box[3], box[2]);
}

/** Reads `box` of the mask at the pixel centres of a `height` × `width` grid. */
function sampled(mask: RunLengthMask, box: Box, height: number, width: number): RunLengthMask {
  const [left, top, boxWidth, boxHeight] = box;
  const foreground = foregroundOf(mask);
  const { starts, ends } = foreground;
  const toggles: number[] = [];
  for (let x = 0; x < width; x++) {
    const column = left + Math.floor(((x + 0.5) * boxWidth) / width);
    if (column < 0 || column >= mask.width) continue;
    const low = column * mask.height;
    const high = low + mask.height;
    for (let i = firstEndingAfter(foreground, low); i < starts.length && starts[i]! < high; i++) {
      const from = outputRow(Math.max(starts[i]!, low) - low, top, boxHeight, height);
      const to = outputRow(Math.min(ends[i]!, high) - low, top, boxHeight, height);
      if (to > from) addInterval(toggles, x * height + from, x * height + to);
    }
  }
  return maskOfToggles(height, width, toggles);
}

/** The first output row whose centre lies at or below the upper edge of a source row. */
function outputRow(row: number, top: number, boxHeight: number, height: number): number {
  const edge = ((row - top) * height) / boxHeight;
  return Math.min(Math.max(Math.ceil(edge - 0.5), 0), height);
}

function addInterval(toggles: number[], from: number, to: number): void {
  if (toggles[toggles.length - 1] === from) toggles.pop();
  else toggles.push(from);
  toggles.push(to);
}
