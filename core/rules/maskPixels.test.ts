/** The rules on what masks hold: empty, repeated and shared pixels, against plain loops over bitmaps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap, type RunLengthMask } from '../masks/runLengthMask.ts';
import { JsonRecord } from '../records/jsonRecord.ts';
import type { Resources } from '../records/recordModel.ts';
import { ok } from '../result.ts';
import { processorMs } from '../testing/processorMs.ts';
import { checkRecord, type Finding } from './checkRecord.ts';

const HEIGHT = 6;
const WIDTH = 7;

type Bitmap = readonly number[];

const maskOf = ({ height, width, counts }: RunLengthMask) => ({ size: [height, width], counts: [...counts] });
const ofBitmap = (bitmap: Bitmap) => maskOf(fromBitmap(Uint8Array.from(bitmap), HEIGHT, WIDTH));

/** A record with a phrase for each mask. */
function recordWith(masks: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): JsonRecord {
  const phrases = masks.map((_, i) => `<p> thing-${i} </p> [SEG]`);
  const conversations = [
    { from: 'human', value: '<image>\nCan you segment all the objects in this image?' },
    { from: 'gpt', value: `Sure, the image contains ${phrases.join(', ')}.` },
  ];
  return new JsonRecord(
    JSON.stringify({ id: 'a', image: 'a.jpg', width: WIDTH, height: HEIGHT, conversations, masks, ...more }),
  );
}

function found(record: JsonRecord, resources?: Resources): readonly Finding[] {
  return checkRecord(record, { scopes: ['pixels'], ...(resources && { resources }) });
}

/** Which mask a place of the record is. */
const indexOf = (record: JsonRecord, { start }: { readonly start: number }) =>
  (record.value as { masks: unknown[] }).masks.findIndex((_, i) => record.locate(['masks', i]).start === start);

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);

const bitmap = fc.array(fc.constantFrom(0, 1), { minLength: HEIGHT * WIDTH, maxLength: HEIGHT * WIDTH });
/** Masks that often differ in a pixel or two from one of the others. */
const similarBitmaps = fc
  .tuple(
    fc.array(bitmap, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(HEIGHT * WIDTH - 1)), { maxLength: 6 }),
  )
  .map(([bases, changes]) => [
    ...bases,
    ...changes.map(([base, at]) => bases[base % bases.length]!.map((pixel, i) => (i === at ? 1 - pixel : pixel))),
  ]);

const count = (pixels: Bitmap) => pixels.filter((pixel) => pixel === 1).length;
const shared = (a: Bitmap, b: Bitmap) => a.filter((pixel, i) => pixel === 1 && b[i] === 1).length;
const iou = (a: Bitmap, b: Bitmap) => shared(a, b) / (count(a) + count(b) - shared(a, b));

describe('mask-empty', () => {
  const labelMaps: Resources = {
    image: () => undefined,
    sidecar: () => undefined,
    labelMap: () => ok({ height: HEIGHT, width: WIDTH, values: new Uint32Array(HEIGHT * WIDTH).fill(3) }),
  };

  it('finds it in each form of a mask and says what is empty', () => {
    const size = [HEIGHT, WIDTH];
    const masks = [
      { size, counts: [HEIGHT * WIDTH] },
      { size, polygons: [[50, 50, 60, 50, 60, 60]] },
      { size, polygons: [] },
      { size, file: 'labels.png', value: 7 },
      { size, file: 'labels.png', value: 3 },
    ];
    const messages = found(recordWith(masks), labelMaps).map(({ message }) => message.split(',')[0]);
    expect(messages).toEqual([
      'This mask has no pixel',
      'The polygons of this mask enclose no pixel of the image',
      'This mask has no pixel',
      'No pixel of labels.png has the value 7',
    ]);
  });

  it('leaves a mask of another size to mask-size, and a surplus one to mask-count', () => {
    const swapped = { size: [WIDTH + 3, HEIGHT], counts: [(WIDTH + 3) * HEIGHT] };
    expect(codes(found(recordWith([swapped])))).toEqual(['mask-size']);
    const record = recordWith([ofBitmap(new Array(HEIGHT * WIDTH).fill(1))]);
    const { conversations } = record.value as { conversations: unknown };
    const masks = [...(record.value as { masks: unknown[] }).masks, { size: [HEIGHT, WIDTH], counts: [42] }];
    expect(codes(found(recordWith(masks, { conversations })))).toEqual([]);
  });
});

it('a label map of another size than its mask says is one finding, whatever the image is', () => {
  const resources: Resources = {
    image: () => undefined,
    sidecar: () => undefined,
    labelMap: () => ok({ height: HEIGHT, width: WIDTH, values: new Uint32Array(HEIGHT * WIDTH).fill(3) }),
  };
  const swapped = { size: [WIDTH, HEIGHT], file: 'labels.png', value: 3 };
  expect(codes(found(recordWith([swapped]), resources))).toEqual(['mask-corrupt']);
});

describe('mask-duplicate', () => {
  it('reports every mask that repeats an earlier one, and no other', () => {
    fc.assert(
      fc.property(similarBitmaps, (bitmaps) => {
        const record = recordWith(bitmaps.map(ofBitmap));
        const reported = new Map(
          found(record)
            .filter(({ code }) => code === 'mask-duplicate')
            .map(({ span, related }) => [indexOf(record, span), indexOf(record, related[0]!.span)]),
        );
        const originals: number[] = [];
        bitmaps.forEach((pixels, i) => {
          if (count(pixels) === 0) return;
          const same = originals.filter((each) => iou(bitmaps[each]!, pixels) >= 0.95);
          if (same.length === 0) originals.push(i);
          const earlier = reported.get(i);
          if (same.length === 0) expect(earlier).toBeUndefined();
          else expect(same).toContain(earlier);
        });
      }),
    );
  });

  it('counts an IoU of exactly 0.95, and not the pixel less', () => {
    const mask = (pixels: number) => ({ size: [10, 10], counts: [0, pixels, 100 - pixels] });
    const square = { width: 10, height: 10 };
    expect(codes(found(recordWith([mask(95), mask(100)], square)))).toEqual(['mask-duplicate']);
    expect(codes(found(recordWith([mask(94), mask(100)], square)))).toEqual([]);
  });

  it('says nothing where the masks are more or fewer than the [SEG]', () => {
    const masks = [ofBitmap(new Array(42).fill(1)), ofBitmap(new Array(42).fill(1))];
    const { conversations } = recordWith([1]).value as { conversations: unknown };
    expect(codes(found(recordWith(masks, { conversations })))).toEqual([]);
  });

  it('compares a thousand masks in a moment, all different, all alike, and all across their neighbours', () => {
    const side = 1_000;
    const whole = { width: side, height: side };
    const run = (start: number, length: number) => ({
      size: [side, side],
      counts: [start, length, side * side - start - length],
    });
    const apart = Array.from({ length: 1_000 }, (_, i) => run(i * 1_000, 900));
    const alike = Array.from({ length: 1_000 }, () => run(0, 5_000));
    const across = Array.from({ length: 1_000 }, (_, i) => run(i * 900, 9_000));
    const timed = (masks: readonly unknown[]) => {
      const record = recordWith(masks, whole);
      const begin = processorMs();
      const findings = found(record).length;
      return { findings, ms: processorMs() - begin };
    };
    const results = [apart, alike, across].map(timed);
    expect(results.map(({ findings }) => findings)).toEqual([0, 999, 0]);
    for (const { ms } of results) expect(ms).toBeLessThan(3_000);
  });

  it('gives up on masks that are made to be slow to compare', () => {
    const side = 1_000;
    let random = 1;
    const upTo = (limit: number) => {
      random = (random * 48_271) % 2_147_483_647;
      return 1 + (random % limit);
    };
    const noise = () => ({
      size: [side, side],
      counts: Array.from({ length: 400 }, () => upTo(2_499)).flatMap((length) => [length, 2_500 - length]),
    });
    const masks = Array.from({ length: 3_000 }, noise);
    const record = recordWith(masks, { width: side, height: side, task: 'panoptic' });
    const begin = processorMs();
    found(record);
    expect(processorMs() - begin).toBeLessThan(6_000);
  });
});

describe('mask-overlap', () => {
  it('reports every mask that shares pixels with earlier ones, with their number, and repeats no duplicate', () => {
    fc.assert(
      fc.property(similarBitmaps, (bitmaps) => {
        const record = recordWith(bitmaps.map(ofBitmap), { task: 'panoptic' });
        const findings = found(record);
        const of = (code: string) => findings.filter((finding) => finding.code === code);
        const repeated = of('mask-duplicate').map(({ span }) => indexOf(record, span));
        const reported = new Map(of('mask-overlap').map((finding) => [indexOf(record, finding.span), finding]));
        bitmaps.forEach((pixels, i) => {
          const others = repeated.includes(i)
            ? []
            : bitmaps.flatMap((other, at) =>
                at < i && !repeated.includes(at) && shared(other, pixels) > 0
                  ? [{ at, pixels: shared(other, pixels) }]
                  : [],
              );
          const finding = reported.get(i);
          expect((finding?.related ?? []).map(({ span }) => indexOf(record, span))).toEqual(others.map(({ at }) => at));
          if (others[0] !== undefined)
            expect(finding?.message).toContain(
              `shares ${others[0].pixels} pixel${others[0].pixels === 1 ? ' ' : 's '}with`,
            );
        });
      }),
    );
  });

  it('is for panoptic records alone', () => {
    const masks = [
      { size: [HEIGHT, WIDTH], counts: [0, 10, 32] },
      { size: [HEIGHT, WIDTH], counts: [5, 37] },
    ];
    expect(codes(found(recordWith(masks)))).toEqual([]);
    const [finding] = found(recordWith(masks, { task: 'panoptic' }));
    expect(finding?.message).toBe(
      'This mask shares 5 pixels with the mask of "thing-0"; a panoptic record gives each pixel to one segment: take the shared pixels out of one of them.',
    );
  });
});
