import { maskOfToggles, type RunLengthMask } from './foreground.ts';

/** Room for rounding, so that a line as thick as a pixel has no gaps. */
const SLACK = 1e-9;

/**
 * Where a round brush was that moved in a straight line: the pixels whose middle is at most `radius` pixels from the line from
 * (`x1`, `y1`) to (`x2`, `y2`). A pixel's middle is at its number plus a half. Empty where a number is not finite.
 */
export function capsuleMask(
  line: readonly [x1: number, y1: number, x2: number, y2: number],
  radius: number,
  height: number,
  width: number,
): RunLengthMask {
  const [x1, y1, x2, y2] = line;
  if (!Number.isFinite(x1 + y1 + x2 + y2 + radius) || radius < 0) return maskOfToggles(height, width, []);
  const first = Math.max(0, Math.ceil(Math.min(x1, x2) - radius - 0.5 - SLACK));
  const last = Math.min(width - 1, Math.floor(Math.max(x1, x2) + radius - 0.5 + SLACK));
  const toggles = new Uint32Array(2 * Math.max(0, last - first + 1));
  let length = 0;
  for (let x = first; x <= last; x++) {
    const [low, high] = crossing(line, radius, x + 0.5);
    const top = Math.max(0, Math.ceil(low - 0.5 - SLACK));
    const bottom = Math.min(height, Math.floor(high - 0.5 + SLACK) + 1);
    if (!(bottom > top)) continue;
    const from = x * height + top;
    // A column full to its foot goes on into the head of the next.
    if (length > 0 && toggles[length - 1] === from) length--;
    else toggles[length++] = from;
    toggles[length++] = x * height + bottom;
  }
  return maskOfToggles(height, width, toggles, length);
}

/** The rectangle of whole pixels from column `left` to before `right` and row `top` to before `bottom`, cut to the image. */
export function rectangleMask(
  box: readonly [left: number, top: number, right: number, bottom: number],
  height: number,
  width: number,
): RunLengthMask {
  const [left, right] = [Math.max(0, box[0]), Math.min(width, box[2])];
  const [top, bottom] = [Math.max(0, box[1]), Math.min(height, box[3])];
  const toggles: number[] = [];
  if (!(bottom > top && right > left)) return maskOfToggles(height, width, toggles);
  if (top === 0 && bottom === height) return maskOfToggles(height, width, [left * height, right * height]);
  for (let x = left; x < right; x++) toggles.push(x * height + top, x * height + bottom);
  return maskOfToggles(height, width, toggles);
}

/** The stretch of the vertical line at `x` inside the capsule, which is one because the capsule is convex; none has low > high. */
function crossing(
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  radius: number,
  x: number,
): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const extend = (y: number, half: number): void => {
    low = Math.min(low, y - half);
    high = Math.max(high, y + half);
  };
  const atStart = radius * radius - (x - x1) * (x - x1);
  if (atStart >= -SLACK) extend(y1, Math.sqrt(Math.max(0, atStart)));
  const atEnd = radius * radius - (x - x2) * (x - x2);
  if (atEnd >= -SLACK) extend(y2, Math.sqrt(Math.max(0, atEnd)));
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = Math.hypot(dx, dy);
  if (length === 0) return [low, high];
  // Between its ends the capsule is a rectangle with these four corners.
  const [nx, ny] = [(-dy / length) * radius, (dx / length) * radius];
  const corners = [x1 + nx, y1 + ny, x2 + nx, y2 + ny, x2 - nx, y2 - ny, x1 - nx, y1 - ny];
  for (let i = 0; i < 8; i += 2) {
    const [fromX, fromY] = [corners[i]!, corners[i + 1]!];
    const [toX, toY] = [corners[(i + 2) % 8]!, corners[(i + 3) % 8]!];
    if (fromX === toX || (x - fromX) * (x - toX) > 0) continue;
    extend(fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX), 0);
  }
  return [low, high];
}
