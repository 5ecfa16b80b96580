import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode.ts';
import { LastDecoded } from './lastDecoded.ts';

const photo = (name: string) => new Uint8Array(readFileSync(`samples/images/${name}.jpg`));

describe('LastDecoded', () => {
  it('decodes the same bytes once, and others anew', () => {
    const images = new LastDecoded();
    const first = images.decode(photo('bear'));
    expect(first).toEqual(decodeImage(photo('bear')));
    expect(images.decode(photo('bear'))).toBe(first);
    const changed = photo('bear');
    changed[changed.length - 300]! ^= 1;
    expect(images.decode(changed)).not.toBe(first);
    expect(images.decode(new Uint8Array(0)).ok).toBe(false);
    expect(images.decode(photo('motorcycle'))).toEqual(decodeImage(photo('motorcycle')));
  });
});
