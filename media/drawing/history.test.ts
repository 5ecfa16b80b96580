import { describe, expect, it } from 'vitest';
import { capsuleMask } from '../../core/masks/capsule.ts';
import { difference } from '../../core/masks/morphology.ts';
import { fromBitmap, type RunLengthMask, union } from '../../core/masks/runLengthMask.ts';
import { History } from './history.ts';
import { plainSnapshot, type Snapshot, sameMask } from './snapshot.ts';

const [width, height] = [4000, 3000];

/** A large thing of 12 megapixels with the given pixels of background in each row between stretches of foreground. */
function combed(gap: number): RunLengthMask {
  const bytes = new Uint8Array(width * height);
  for (let y = 200; y < 2800; y++) {
    for (let x = 200 + ((y * 7) % 90); x < 3800; x += gap) bytes.fill(1, y * width + x, y * width + x + gap / 2);
  }
  return fromBitmap(bytes, height, width);
}

/** Strokes across the mask, painted and erased in turns. */
function strokes(start: RunLengthMask, count: number): { history: History; now: Snapshot } {
  const history = new History();
  let now = plainSnapshot(start);
  for (let i = 0; i < count; i++) {
    const at = 100 + ((i * 977) % 3000);
    const stroke = capsuleMask([at, 300, at + 300, 2500], 60, height, width);
    const mask = i % 2 === 0 ? difference(now.mask, stroke) : union([now.mask, stroke]);
    history.add(now, plainSnapshot(mask));
    now = plainSnapshot(mask);
  }
  return { history, now };
}

function undoAll(history: History, now: Snapshot): { steps: number; mask: RunLengthMask } {
  let mask = now.mask;
  let steps = 0;
  for (let back = history.undo(plainSnapshot(mask)); back !== undefined; back = history.undo(plainSnapshot(mask))) {
    mask = back.mask;
    steps++;
  }
  return { steps, mask };
}

describe('the history', () => {
  it('holds 200 strokes of a large brush on 12 megapixels in far less than 100 MB, and all of them lead back', () => {
    const start = combed(1200);
    const { history, now } = strokes(start, 200);
    expect(history.bytes).toBeLessThan(20e6);
    const { steps, mask } = undoAll(history, now);
    expect(steps).toBe(200);
    expect(sameMask(mask, start)).toBe(true);
    let again = plainSnapshot(mask);
    for (let next = history.redo(again); next !== undefined; next = history.redo(again)) again = next;
    expect(sameMask(again.mask, now.mask)).toBe(true);
  });

  it('forgets the oldest steps rather than grow without bound', () => {
    const { history, now } = strokes(combed(60), 120);
    expect(history.bytes).toBeLessThan(65 * 2 ** 20);
    expect(undoAll(history, now).steps).toBeGreaterThan(20);
  });

  it('amends the last step: undo leads to before it, redo to the new end', () => {
    const history = new History();
    const [first, second, third] = [[20], [5, 5, 10], [3, 9, 8]].map((counts) =>
      plainSnapshot({ height: 4, width: 5, counts: Uint32Array.from(counts) }),
    ) as [Snapshot, Snapshot, Snapshot];
    history.add(first, second);
    history.amend(second, third);
    expect(history.undo(third)).toEqual(first);
    expect(history.redo(first)).toEqual(third);
    expect(history.redo(third)).toBeUndefined();
  });
});
