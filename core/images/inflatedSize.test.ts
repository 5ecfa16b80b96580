import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { decodeImage } from './decode.ts';
import { encodePng } from './encode.ts';
import { inflatedSize } from './inflatedSize.ts';
import { blankRaster } from './raster.ts';

function packed(bytes: Uint8Array, level: number): Uint8Array {
  return new Uint8Array(deflateSync(bytes, { level }));
}

describe('inflatedSize', () => {
  it('counts what zlib packs, at every level', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 4000 }),
      fc.uint8Array({ maxLength: 60_000, max: 3 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(3000)).map(([unit, times]) => {
        const whole = new Uint8Array(unit.length * times);
        for (let i = 0; i < times; i++) whole.set(unit, i * unit.length);
        return whole;
      }),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 9 }), (data, level) => {
        expect(inflatedSize(packed(data, level), 1e9)).toBe(data.length);
      }),
    );
    expect(inflatedSize(packed(new Uint8Array(200_000), 0), 1e9)).toBe(200_000);
  });

  it('stops soon above the limit', () => {
    const size = inflatedSize(packed(new Uint8Array(50_000_000), 9), 1_000_000);
    expect(size).toBeGreaterThan(1_000_000);
    expect(size).toBeLessThan(1_100_000);
  });

  it('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(inflatedSize(bytes, 1e6)).toBeLessThan(1.1e6);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a PNG that would unpack without end', () => {
  it('is refused before it is unpacked, an honest one of its size is not', () => {
    const honest = encodePng(blankRaster(600, 500, [1, 2, 3]));
    expect(decodeImage(honest).ok).toBe(true);
    const bomb = withImageData(honest, packed(new Uint8Array(600_000_000), 9));
    const start = processorMs();
    expect(decodeImage(bomb)).toMatchObject({
      ok: false,
      message: expect.stringContaining('far more data than its size'),
    });
    expect(processorMs() - start).toBeLessThan(2000);
  });
});

/** The PNG with other image data; its one IDAT chunk comes right before the end chunk. */
function withImageData(png: Uint8Array, data: Uint8Array): Uint8Array {
  const at = Buffer.from(png).indexOf('IDAT') - 4;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write('IDAT', 4);
  return new Uint8Array(
    Buffer.concat([png.subarray(0, at), head, data, Buffer.alloc(4), png.subarray(png.length - 12)]),
  );
}
