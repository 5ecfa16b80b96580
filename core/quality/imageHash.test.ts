import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../images/decode.ts';
import { resize } from '../images/resize.ts';
import { hashDistance, imageHash } from './imageHash.ts';

const folder = fileURLToPath(new URL('../../samples/images/', import.meta.url));
const photographs = readdirSync(folder)
  .filter((name) => name.endsWith('.jpg'))
  .map((name) => {
    const raster = decodeImage(readFileSync(folder + name));
    if (!raster.ok) throw new Error(raster.message);
    return raster.value;
  });

describe('imageHash', () => {
  it('is nearly that of the picture at another size and brightness', () => {
    for (const picture of photographs) {
      const small = resize(picture, Math.round(picture.width / 3), Math.round(picture.height / 3));
      const dark = { ...small, data: small.data.map((value, i) => (i % 4 === 3 ? value : Math.round(value * 0.9))) };
      expect(hashDistance(imageHash(picture), imageHash(dark))).toBeLessThanOrEqual(5);
    }
  });

  it('is another one for another picture', () => {
    const hashes = photographs.map(imageHash);
    for (const [i, a] of hashes.entries())
      for (const b of hashes.slice(i + 1)) expect(hashDistance(a, b)).toBeGreaterThan(16);
  });

  it('counts the bits that differ', () => {
    expect(hashDistance([0, 0], [0xffffffff, 0xffffffff])).toBe(64);
    expect(hashDistance([0b1010, 1], [0b0110, 1])).toBe(2);
  });
});
