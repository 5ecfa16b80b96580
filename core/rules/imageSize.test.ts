import { describe, expect, it } from 'vitest';
import type { Resources } from '../records/recordModel.ts';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';

const resources: Resources = {
  image: () => ({ ok: true, width: 3, height: 2 }),
  sidecar: () => undefined,
  labelMap: () => undefined,
};

describe.each(FILE_KINDS)('width and height in a %s file', (kind) => {
  const { width: _, height: __, ...plain } = recordAround('A dog.');
  const check = (more: Readonly<Record<string, unknown>>) => checkMarked(kind, { ...plain, ...more }, resources);
  const codes = (more: Readonly<Record<string, unknown>>) => check(more).findings.map(({ code }) => code);

  it('are compared as far as they are given', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ width: 3 })).toEqual([]);
    expect(codes({ width: 3, height: 2 })).toEqual([]);
    expect(codes({ height: 3 })).toEqual(['image-size']);
    expect(codes({ width: 2, height: 3 })).toEqual(['image-size']);
  });

  it('of another type are the schema’s', () => {
    expect(codes({ width: '4', height: 2 })).toEqual(['schema']);
    expect(codes({ width: -4, height: 2 })).toEqual(['schema']);
  });

  it('are written from the image', () => {
    const checked = check({ width: 2, height: 3 });
    expect(checked.findings[0]!.message).toContain('swapped');
    expect(checked.fixed()).toMatchObject({ found: [], text: expect.stringMatching(/width"?: 3,?\s+"?height"?: 2/) });
  });

  it('are left to a person where the masks agree with them and not with the image', () => {
    const seg = 'Sure, it is <p> dog </p> [SEG].';
    const of = (size: readonly number[]) =>
      checkMarked(kind, recordAround(seg, { width: 4, height: 2, masks: [{ size, counts: [1, 5, 2] }] }), resources);
    expect(of([2, 4]).fixKinds[0]).toBe('manual');
    const agrees = recordAround(seg, { width: 4, height: 2, masks: [{ size: [2, 3], counts: [1, 5] }] });
    expect(checkMarked(kind, agrees, resources).fixKinds).toEqual(['suggested']);
  });
});
