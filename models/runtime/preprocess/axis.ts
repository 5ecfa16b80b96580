/**
 * One side of a bilinear resize, or of two after another: for every output position the first input position and the
 * weights of up to `TAPS` from there. Outputs that read nothing (they lie outside what the mask covers) have first -1.
 */
export interface Axis {
  readonly first: Int32Array;
  /** `TAPS` a position; those that are not used are 0 and read the last input position. */
  readonly weights: Float64Array;
}

/** Two positions of the second step, each made of two of the first, span at most four. */
export const TAPS = 4;

/** What an axis maps: a side of the mask, over the input's, over the photograph's. */
export interface AxisGeometry {
  /** Positions of the mask. */
  readonly mask: number;
  /** Pixels of the input that the mask covers. */
  readonly input: number;
  /** Where the photograph begins in the input, and how long it is there. */
  readonly start: number;
  readonly length: number;
  /** Pixels of the photograph. */
  readonly photograph: number;
  /** Whether the mask is first brought to the input's size, or goes to the photograph's at once. */
  readonly steps: 1 | 2;
}

/** The axis that leads from the mask to the photograph; half-pixel centres, as `align_corners=False`. */
export function axisOf(side: AxisGeometry): Axis {
  const axis: Axis = { first: new Int32Array(side.photograph), weights: new Float64Array(side.photograph * TAPS) };
  for (let at = 0; at < side.photograph; at++) writePosition(axis, at, side);
  return axis;
}

function writePosition(axis: Axis, at: number, { mask, input, start, length, photograph, steps }: AxisGeometry): void {
  const inContent = (at + 0.5) * (length / photograph) - 0.5;
  const inInput = inContent + start;
  // The centre of the pixel lies outside of what the model saw: a crop left it out.
  if (inInput < -0.5 || inInput > input - 0.5) {
    axis.first[at] = -1;
    return;
  }
  const weights = axis.weights.subarray(at * TAPS, (at + 1) * TAPS);
  if (steps === 1) {
    const position = clamp((inInput + 0.5) * (mask / input) - 0.5, 0, mask - 1);
    axis.first[at] = Math.floor(position);
    add(weights, axis.first[at]!, position, 1, mask);
    return;
  }
  // The second step sees no pixel of the input beyond the photograph: padding is cut off before it.
  const low = Math.max(0, start);
  const high = Math.min(input, start + length) - 1;
  const position = clamp(inInput, low, high);
  const near = Math.floor(position);
  const far = Math.min(near + 1, high);
  const positions = [near, far].map((pixel) => clamp((pixel + 0.5) * (mask / input) - 0.5, 0, mask - 1));
  axis.first[at] = Math.floor(positions[0]!);
  add(weights, axis.first[at]!, positions[0]!, 1 - (position - near), mask);
  add(weights, axis.first[at]!, positions[1]!, position - near, mask);
}

/** Adds the two weights of a position between input positions, `share` of them together. */
function add(weights: Float64Array, first: number, position: number, share: number, length: number): void {
  const near = Math.floor(position);
  const far = Math.min(near + 1, length - 1);
  // A mask finer than the input (which none is made to be) would need more taps than there are.
  const slot = (cell: number) => Math.min(cell - first, TAPS - 1);
  weights[slot(near)]! += share * (1 - (position - near));
  weights[slot(far)]! += share * (position - near);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
