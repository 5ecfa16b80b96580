/** Masks as small as a thumbnail shows them. */
import { firstEndingAfter, foregroundOf, maskOfToggles, type RunLengthMask } from '../masks/foreground.ts';
import { boundingBox } from '../masks/geometry.ts';

/**
 * The mask on a grid of `height` × `width` pixels, each with the value in its middle. A mask that falls between them keeps one
 * pixel, so that nothing that is there goes unseen.
 */
export function shrinkMask(mask: RunLengthMask, height: number, width: number): RunLengthMask {
  const toggles: number[] = [];
  const foreground = foregroundOf(mask);
  const { starts, ends } = foreground;
  for (let x = 0; x < width; x++) {
    const column = Math.floor(((x + 0.5) * mask.width) / width) * mask.height;
    let row = 0;
    for (let i = firstEndingAfter(foreground, column); i < starts.length && starts[i]! < column + mask.height; i++) {
      const from = Math.max(row, rowBehind(starts[i]! - column, mask.height, height));
      row = rowBehind(ends[i]! - column, mask.height, height);
      if (from < row) addInterval(toggles, x * height + from, x * height + row);
    }
  }
  return maskOfToggles(height, width, toggles.length > 0 ? toggles : onePixel(mask, height, width));
}

/** The first small row whose middle lies at or below a row of the mask. */
function rowBehind(row: number, from: number, to: number): number {
  return Math.min(to, Math.max(0, Math.ceil((row * to) / from - 0.5)));
}

/** Adds an interval behind the others; one that touches the last becomes one with it. */
function addInterval(toggles: number[], start: number, end: number): void {
  if (toggles[toggles.length - 1] === start) toggles.pop();
  else toggles.push(start);
  toggles.push(end);
}

function onePixel(mask: RunLengthMask, height: number, width: number): readonly number[] {
  const [x, y, w, h] = boundingBox(mask);
  if (w === 0 || h === 0) return [];
  const column = Math.min(width - 1, Math.floor(((x + w / 2) * width) / mask.width));
  const row = Math.min(height - 1, Math.floor(((y + h / 2) * height) / mask.height));
  return [column * height + row, column * height + row + 1];
}
