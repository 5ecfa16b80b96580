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
  const changes = new Changes();
  for (let i = 0; i < pixels.length; i++) if (i === 0 || pixels[i] !== pixels[i - 1]) changes.add(i, pixels[i]!);
  return changes.masks(height, width);
}

/** Where the value of a map changes. */
class Changes {
  private readonly toggles = new Map<number, number[]>();
  private list: number[] = [];

  /** From `position` on the map has `value`. */
  add(position: number, value: number): void {
    this.list.push(position);
    let list = this.toggles.get(value);
    if (list === undefined) {
      list = [];
      this.toggles.set(value, list);
    }
    this.list = list;
    list.push(position);
  }

  masks(height: number, width: number): Map<number, RunLengthMask> {
    return new Map([...this.toggles].map(([value, positions]) => [value, maskOfToggles(height, width, positions)]));
  }
}

/**
 * The mask of every segment of a COCO panoptic map, by segment id; id 0 is void and has none. One pass over the pixels,
 * whatever the number of segments. The masks lie on their side, rows for columns, as the map's pixels follow each other:
 * overlaps are the same, and nothing has to be turned.
 */
export function segmentMasks({ height, width, values }: LabelMap): Map<number, RunLengthMask> {
  const masks = masksOfValues(values, width, height);
  masks.delete(0);
  return masks;
}

/** As `segmentMasks`, of the map's own bytes: three a pixel, row by row, R + 256 G + 65536 B. */
export function segmentMasksOfRgb(rgb: Uint8Array, height: number, width: number): Map<number, RunLengthMask> {
  const total = height * width;
  const changes = new Changes();
  const quads = rgb.byteOffset % 4 === 0 ? new Uint32Array(rgb.buffer, rgb.byteOffset, (3 * total) >> 2) : NO_QUADS;
  for (let at = 0; at < total; ) {
    const value = pixelAt(rgb, at);
    changes.add(at, value);
    do at++;
    while (at < total && at % 4 !== 0 && pixelAt(rgb, at) === value);
    if (at % 4 !== 0) continue;
    at = afterQuads(quads, at, value);
    while (at < total && pixelAt(rgb, at) === value) at++;
  }
  const masks = changes.masks(width, height);
  masks.delete(0);
  return masks;
}

const NO_QUADS = new Uint32Array(0);

function pixelAt(rgb: Uint8Array, pixel: number): number {
  const at = 3 * pixel;
  return rgb[at]! | (rgb[at + 1]! << 8) | (rgb[at + 2]! << 16);
}

/** The first pixel from `at` on, in steps of four, that does not begin four of the value. Four pixels are three words. */
function afterQuads(words: Uint32Array, at: number, value: number): number {
  const [red, green, blue] = [value & 255, (value >> 8) & 255, value >> 16];
  const first = (value | (red << 24)) >>> 0;
  const second = (green | (blue << 8) | (red << 16) | (green << 24)) >>> 0;
  const third = (blue | (red << 8) | (green << 16) | (blue << 24)) >>> 0;
  let word = (at / 4) * 3;
  while (words[word] === first && words[word + 1] === second && words[word + 2] === third) word += 3;
  return (word / 3) * 4;
}
