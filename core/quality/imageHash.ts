/** A picture's look in 64 bits: copies that were scaled, compressed anew or slightly changed in colour differ in few of them. */
import type { Raster } from '../images/raster.ts';
import { resize } from '../images/resize.ts';

/** Eight rows of nine brightnesses give eight rows of eight differences. */
const [COLUMNS, ROWS] = [9, 8];

/** The two halves of the 64 bits. */
export type ImageHash = readonly [low: number, high: number];

/** Difference hash (Krawetz 2013): whether each part of the picture is brighter than its right neighbour. */
export function imageHash(raster: Raster): ImageHash {
  const { data } = resize(raster, COLUMNS, ROWS);
  const words: [number, number] = [0, 0];
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x + 1 < COLUMNS; x++) {
      const at = (y * COLUMNS + x) * 4;
      const word = y < ROWS / 2 ? 0 : 1;
      words[word] = ((words[word] << 1) | Number(brightness(data, at) > brightness(data, at + 4))) >>> 0;
    }
  }
  return words;
}

/** In how many of the 64 bits two hashes differ. */
export function hashDistance(a: ImageHash, b: ImageHash): number {
  return bits(a[0] ^ b[0]) + bits(a[1] ^ b[1]);
}

/** As ITU-R 601 weighs the colours, times 1000. */
function brightness(data: Uint8Array, at: number): number {
  return 299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!;
}

function bits(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
