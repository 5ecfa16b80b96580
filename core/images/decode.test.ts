import { readdirSync, readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode.ts';
import { encodeJpeg, encodePng, toBase64, toDataUri } from './encode.ts';
import { probeImage } from './probe.ts';
import type { Raster } from './raster.ts';
import { crop, resize } from './resize.ts';

const folder = new URL('../../test/fixtures/images/', import.meta.url);

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

function json<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}

function inflated(text: string): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(text, 'base64')));
}

function decoded(name: string): Raster {
  const image = decodeImage(read(name));
  if (!image.ok) throw new Error(`${name}: ${image.message}`);
  return image.value;
}

/** The largest and the mean difference of two byte arrays. */
function difference(a: Uint8Array, b: Uint8Array): { largest: number; mean: number } {
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!);
    largest = Math.max(largest, d);
    sum += d;
  }
  return { largest, mean: sum / a.length };
}

type Expected = Record<string, { width: number; height: number; rgba: string }>;
const expected = json<Expected>('expected.json');

describe('decodeImage', () => {
  it.each(Object.keys(expected).filter((name) => name.endsWith('.png')))('%s equals what Pillow reads', (name) => {
    const { width, height, rgba } = expected[name]!;
    const image = decoded(name);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(difference(image.data, inflated(rgba)).largest).toBe(0);
  });

  it.each(Object.keys(expected).filter((name) => name.endsWith('.jpg')))('%s is near what Pillow reads', (name) => {
    const { width, height, rgba } = expected[name]!;
    const image = decoded(name);
    expect([image.width, image.height]).toEqual([width, height]);
    // Decoders differ in how they round and in how they enlarge the colour planes.
    expect(difference(image.data, inflated(rgba)).mean).toBeLessThan(/444|grey/.test(name) ? 1 : 4);
  });

  it('leaves the orientation in EXIF alone', () => {
    const { width, height } = decoded('turned-exif.jpg');
    expect([width, height]).toEqual([74, 46]);
  });

  it('says what is wrong with a file', () => {
    const png = read('rgb8.png');
    const jpeg = read('baseline-420.jpg');
    const huge = jpeg.slice();
    const frame = huge.findIndex((byte, i) => byte === 0xff && huge[i + 1] === 0xc0);
    huge.set([0x75, 0x30, 0x75, 0x30], frame + 5);
    const cases: [Uint8Array, RegExp, number?][] = [
      [new Uint8Array(0), /is empty/],
      [read('probe.gif'), /not a JPEG or PNG/],
      [png.subarray(0, 20), /no header/],
      [png.subarray(0, 600), /ends inside its IDAT chunk/],
      [png.subarray(0, png.length - 12), /ends before its end chunk/],
      [read('grey2-interlaced.png'), /interlaced and has 2 bits/],
      [png, /37 × 23 pixels; the limit is 0.0001 megapixels/, 100],
      [jpeg, /larger than the limit of 0.001 megapixels/, 1000],
      [jpeg.subarray(0, 700), /JPEG is cut off or damaged/],
      [jpeg.subarray(0, jpeg.length - 300), /JPEG is cut off or damaged/],
      [huge, /far too short for the size its header gives/, 1e9],
    ];
    for (const [bytes, message, maxPixels] of cases) {
      const image = decodeImage(bytes, maxPixels === undefined ? {} : { maxPixels });
      expect(image.ok ? 'decoded' : image.message).toMatch(message);
    }
  });

  it('never throws, whatever is changed in a file', () => {
    const files = ['rgb8.png', 'palette4-transparent.png', 'grey16.png', 'baseline-420.jpg', 'progressive.jpg'].map(
      read,
    );
    const damage = fc.record({
      file: fc.constantFrom(...files),
      changes: fc.array(fc.tuple(fc.nat(2500), fc.nat(255)), { maxLength: 6 }),
      length: fc.nat(2500),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          damage,
          fc.uint8Array().map((file) => ({ file, changes: [], length: 2500 })),
        ),
        (broken) => {
          const bytes = broken.file.slice(0, broken.length);
          for (const [at, value] of broken.changes) if (at < bytes.length) bytes[at] = value;
          const image = decodeImage(bytes, { maxPixels: 1e6 });
          if (image.ok) expect(image.value.data).toHaveLength(image.value.width * image.value.height * 4);
          else expect(image.message).toMatch(/[.]$/);
          const probe = probeImage(bytes);
          if (probe.ok) expect(probe.value.width * probe.value.height).toBeGreaterThan(0);
          else expect(probe.message).toMatch(/[.]$/);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('probeImage', () => {
  it('finds size, type and completeness of every kind', () => {
    for (const name of readdirSync(folder).filter((file) => /\.(png|jpg)$/.test(file) && file !== 'panoptic.png')) {
      const size = expected[name] ?? { width: 37, height: 23 };
      const [width, height] = [size.width, size.height];
      expect(probeImage(read(name))).toEqual({
        ok: true,
        value: { width, height, type: name.slice(-3), complete: true },
      });
    }
    for (const type of ['webp', 'gif', 'bmp', 'tiff']) {
      expect(probeImage(read(`probe.${type}`))).toEqual({
        ok: true,
        value: { width: 37, height: 23, type, complete: true },
      });
    }
  });

  it('sees that a file was cut off', () => {
    const png = read('rgb8.png');
    const jpeg = read('progressive.jpg');
    expect(probeImage(png.subarray(0, png.length - 1))).toMatchObject({ ok: true, value: { complete: false } });
    expect(probeImage(jpeg.subarray(0, jpeg.length - 2))).toMatchObject({ ok: true, value: { complete: false } });
    expect(probeImage(jpeg.subarray(0, 30))).toMatchObject({
      ok: false,
      message: expect.stringContaining('like a JPEG'),
    });
    expect(probeImage(new Uint8Array(0))).toMatchObject({ ok: false, message: expect.stringContaining('empty') });
  });

  it('never throws', () => {
    const starts = [
      '\xff\xd8\xff',
      '\x89PNG\r\n\x1a\n',
      'RIFF....WEBPVP8X',
      'GIF89a',
      'BM',
      'II*\0',
      'MM\0*',
      'II+\0',
      '',
    ];
    const start = fc.constantFrom(...starts).map((text) => [...text].map((character) => character.charCodeAt(0)));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 120 }), (head, tail) => {
        const probe = probeImage(Uint8Array.from([...head, ...tail]));
        if (probe.ok) expect(Number.isSafeInteger(probe.value.width * probe.value.height)).toBe(true);
        else expect(probe.message).toMatch(/[.]$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('resize and crop', () => {
  const { cases } = json<{ cases: { width: number; height: number; rgba: string }[] }>('resize.json');
  it.each(cases)('to $width × $height equals Pillow, byte for byte', ({ width, height, rgba }) => {
    expect(difference(resize(decoded('rgb8.png'), width, height).data, inflated(rgba)).largest).toBe(0);
  });

  it('never hands out the same bytes', () => {
    const image = decoded('rgb8.png');
    expect(resize(image, 37, 23).data).not.toBe(image.data);
    expect(() => resize(image, 0, 5)).toThrow(/0 × 5/);
  });

  it('crops to whole pixels inside the picture', () => {
    const image = decoded('rgb8.png');
    const part = crop(image, [8.5, 5, 3.2, 2]);
    expect([part.width, part.height]).toEqual([4, 2]);
    expect([...part.data.subarray(0, 4)]).toEqual([200, 40, 30, 255]);
    expect(crop(image, [-5, -5, 7, 7])).toMatchObject({ width: 2, height: 2 });
    expect(crop(image, [100, 100, 7, 7])).toEqual({ width: 0, height: 0, data: new Uint8Array(0) });
  });
});

describe('encode', () => {
  it('writes a PNG that reads back the same', () => {
    const image = decoded('rgba8.png');
    const again = decodeImage(encodePng(image));
    expect(again).toEqual({ ok: true, value: image });
  });

  it('writes a JPEG that looks the same, with and without Buffer', () => {
    const image = decoded('baseline-444.jpg');
    const bytes = encodeJpeg(image, 92);
    const again = decodeImage(bytes);
    expect(again.ok && difference(again.value.data, image.data).mean).toBeLessThan(3);
    const scope = globalThis as { Buffer?: unknown };
    const held = scope.Buffer;
    delete scope.Buffer;
    let inPage: Uint8Array;
    try {
      inPage = encodeJpeg(image, 92);
      expect('Buffer' in scope).toBe(false);
    } finally {
      scope.Buffer = held;
    }
    expect(Buffer.from(inPage).equals(Buffer.from(bytes))).toBe(true);
  });

  it('writes base64 as everyone does', () => {
    for (const length of [0, 1, 2, 3, 24_575, 24_576, 24_577, 60_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }
    expect(toDataUri(Uint8Array.of(1), 'image/png')).toBe('data:image/png;base64,AQ==');
  });
});
