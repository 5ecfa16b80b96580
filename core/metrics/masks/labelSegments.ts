import { foregroundOf, maskOfToggles, type RunLengthMask } from '../../masks/foreground.ts';
import type { LabelMap } from '../../masks/labelMap.ts';

/** Stands in a painted map where no mask was. */
export const UNCLAIMED = 0xffffffff;

/**
 * Paints masks in their order, later ones over earlier ones: a value a pixel, column by column, `ground` where no mask
 * is. Masks of another size are left out.
 */
export function paint(
  layers: readonly { readonly mask: RunLengthMask; readonly value: number }[],
  height: number,
  width: number,
  ground: number,
): Uint32Array {
  const pixels = new Uint32Array(height * width).fill(ground);
  for (const { mask, value } of layers) {
    if (mask.height !== height || mask.width !== width) continue;
    const { starts, ends } = foregroundOf(mask);
    for (let i = 0; i < starts.length; i++) pixels.fill(value, starts[i]!, ends[i]!);
  }
  return pixels;
}

/** The mask of every value of a map that was painted column by column. */
export function masksOfValues(pixels: Uint32Array, height: number, width: number): Map<number, RunLengthMask> {
  const toggles = new Map<number, number[]>();
  let value = UNCLAIMED;
  let list: number[] = [];
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] === value && i > 0) continue;
    value = pixels[i]!;
    list.push(i);
    list = toggles.get(value) ?? [];
    toggles.set(value, list);
    list.push(i);
  }
  return new Map([...toggles].map(([key, positions]) => [key, maskOfToggles(height, width, positions)]));
}

/**
 * The mask of every segment of a COCO panoptic map, by segment id; id 0 is void and has none. One pass over the pixels,
 * whatever the number of segments.
 */
export function segmentMasks(map: LabelMap): Map<number, RunLengthMask> {
  const { height, width, values } = map;
  const pixels = new Uint32Array(values.length);
  let at = 0;
  for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) pixels[at++] = values[y * width + x]!;
  const masks = masksOfValues(pixels, height, width);
  masks.delete(0);
  return masks;
}
