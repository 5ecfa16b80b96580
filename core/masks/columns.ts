import { foregroundOf, type RunLengthMask } from './foreground.ts';

/**
 * Walks the columns left to right and reports where a column differs from the one before it: `enter(x, top, bottom)`
 * for rows that are foreground in column x but not in x - 1, `leave(x, top, bottom)` for the reverse; rows top to
 * bottom - 1. Column -1 and column `width` are background, so every `enter` has its `leave`. Within a column pieces
 * come in order of rows. The work grows with the mask's contour, not with its area.
 */
export function walkColumnChanges(
  mask: RunLengthMask,
  enter: (x: number, top: number, bottom: number) => void,
  leave: (x: number, top: number, bottom: number) => void,
): void {
  const { height, width } = mask;
  if (height === 0 || width === 0) return;
  const { starts, ends } = foregroundOf(mask);
  let before = new Uint32Array(0);
  let beforeLength = 0;
  let current = new Uint32Array(64);
  let i = 0;
  for (let x = 0; x <= width; x++) {
    const low = x * height;
    const high = x < width ? low + height : low;
    let length = 0;
    while (i < starts.length && starts[i]! < high) {
      if (length + 2 > current.length) current = grown(current);
      current[length++] = Math.max(starts[i]!, low) - low;
      current[length++] = Math.min(ends[i]!, high) - low;
      if (ends[i]! > high) break;
      i++;
    }
    if (length > 0 || beforeLength > 0) compare(x, before, beforeLength, current, length, enter, leave);
    else if (i < starts.length) x = Math.max(x, Math.floor(starts[i]! / height) - 1);
    else return;
    const spare = before.length >= 64 ? before : new Uint32Array(64);
    before = current;
    beforeLength = length;
    current = spare;
  }
}

/**
 * The mask's horizontal spans: `span(y, left, right)` for columns left to right - 1 of row y, each pixel in exactly one
 * span, spans as long as the mask allows. They come ordered by their right end.
 */
export function walkRowSpans(mask: RunLengthMask, span: (y: number, left: number, right: number) => void): void {
  const openSince = new Uint32Array(mask.height);
  walkColumnChanges(
    mask,
    (x, top, bottom) => openSince.fill(x, top, bottom),
    (x, top, bottom) => {
      for (let y = top; y < bottom; y++) span(y, openSince[y]!, x);
    },
  );
}

/**
 * Both columns are lists of row boundaries where the value toggles; a piece lies between boundaries where they
 * disagree.
 */
function compare(
  x: number,
  before: Uint32Array,
  beforeLength: number,
  current: Uint32Array,
  currentLength: number,
  enter: (x: number, top: number, bottom: number) => void,
  leave: (x: number, top: number, bottom: number) => void,
): void {
  let b = 0;
  let c = 0;
  let top = 0;
  while (b < beforeLength || c < currentLength) {
    const nextBefore = b < beforeLength ? before[b]! : Number.POSITIVE_INFINITY;
    const nextCurrent = c < currentLength ? current[c]! : Number.POSITIVE_INFINITY;
    const y = Math.min(nextBefore, nextCurrent);
    if (y > top && ((b ^ c) & 1) === 1) {
      if ((c & 1) === 1) enter(x, top, y);
      else leave(x, top, y);
    }
    if (nextBefore === y) b++;
    if (nextCurrent === y) c++;
    top = y;
  }
}

function grown(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(list.length * 2);
  larger.set(list);
  return larger;
}
