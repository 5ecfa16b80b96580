import { describe, expect, test } from 'vitest';
import type { PreviewRecord } from '../core/language/previewModel.ts';
import { fromBitmap, type RunLengthMask } from '../core/masks/runLengthMask.ts';
import { matchMasks } from './compareDraft.ts';

const [width, height] = [20, 10];

/** The columns from `from` to before `to`. */
function columns(from: number, to: number): RunLengthMask {
  const bytes = new Uint8Array(width * height);
  for (let k = 0; k < bytes.length; k++) bytes[k] = k % width >= from && k % width < to ? 1 : 0;
  return fromBitmap(bytes, height, width);
}

function recordOf(...labels: readonly string[]): PreviewRecord {
  const masks = labels.map((label, color) => ({ size: [height, width] as const, counts: '', color, label, area: 1 }));
  return { id: '', index: 0, image: '', turns: [], masks, negatives: [], errors: 0, warnings: 0 };
}

const runs = (...masks: readonly RunLengthMask[]): Map<number, RunLengthMask> => new Map(masks.entries());

describe('a draft against the file', () => {
  test('masks are matched by overlap, and what has no partner is missing or added', () => {
    const pairs = matchMasks(
      recordOf('cup', 'table'),
      recordOf('a table', 'lamp'),
      runs(columns(0, 4), columns(8, 16)),
      runs(columns(8, 14), columns(18, 20)),
    );
    expect(pairs).toEqual([{ current: 0 }, { current: 1, draft: 0, iou: 0.75 }, { draft: 1 }]);
  });

  test('of two that overlap alike the one of the same words is the partner', () => {
    const pairs = matchMasks(
      recordOf('cup'),
      recordOf('bowl', 'Cup'),
      runs(columns(0, 10)),
      runs(columns(0, 9), columns(0, 8)),
    );
    expect(pairs).toEqual([{ current: 0, draft: 1, iou: 0.8 }, { draft: 0 }]);
  });

  test('every mask stands in exactly one row', () => {
    const all = runs(columns(0, 10), columns(2, 12), columns(4, 14));
    const pairs = matchMasks(recordOf('a', 'b', 'c'), recordOf('x', 'y', 'z'), all, all);
    expect(pairs.map((pair) => pair.current)).toEqual([0, 1, 2]);
    expect(pairs.map((pair) => pair.iou)).toEqual([1, 1, 1]);
  });
});
