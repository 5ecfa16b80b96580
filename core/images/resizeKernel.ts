/** Weights are whole numbers with this many fractional bits, so that every machine computes the same bytes. */
export const WEIGHT_BITS = 22;

/** `bilinear`: a triangle; `bicubic`: Keys' cubic; `lanczos`: a sinc over three lobes. As Pillow names them. */
export type ResizeFilter = 'bilinear' | 'bicubic' | 'lanczos';

/** For every output position the first input position, and its weights, `taps` of them. */
export interface Kernel {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
}

interface FilterShape {
  /** Input positions on either side, where nothing shrinks. */
  readonly reach: number;
  weightAt(distance: number): number;
}

const FILTERS: Readonly<Record<ResizeFilter, FilterShape>> = {
  bilinear: { reach: 1, weightAt: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { reach: 2, weightAt: (x) => cubic(Math.abs(x)) },
  lanczos: { reach: 3, weightAt: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** The filter as Pillow applies it: it widens with the reduction, so that every input position counts. */
export function antialiasedKernel(from: number, to: number, filter: ResizeFilter): Kernel {
  const { reach: reachAtOne, weightAt } = FILTERS[filter];
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const reach = reachAtOne * widening;
  const taps = Math.ceil(reach) * 2 + 1;
  const kernel = emptyKernel(to, taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const low = Math.max(Math.trunc(center - reach + 0.5), 0);
    const high = Math.min(Math.trunc(center + reach + 0.5), from);
    for (let j = low; j < high; j++) exact[j - low] = weightAt((j - center + 0.5) * (1 / widening));
    write(kernel, i, low, high - low, exact);
  }
  return kernel;
}

/**
 * Bilinear between the two nearest positions only, as torch's `interpolate` (`align_corners=False`): of a picture that
 * shrinks, most positions count nothing.
 */
export function pointKernel(from: number, to: number): Kernel {
  const kernel = emptyKernel(to, 2);
  const exact = new Float64Array(2);
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max((i + 0.5) * (from / to) - 0.5, 0), from - 1);
    const low = Math.floor(position);
    exact[1] = position - low;
    exact[0] = 1 - exact[1];
    write(kernel, i, low, Math.min(2, from - low), exact);
  }
  return kernel;
}

function emptyKernel(to: number, taps: number): Kernel {
  return { first: new Int32Array(to), count: new Int32Array(to), weights: new Int32Array(to * taps), taps };
}

/** Writes the weights of one output position, scaled to sum to one, as whole numbers. */
function write(kernel: Kernel, at: number, first: number, count: number, exact: Float64Array): void {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += exact[j]!;
  for (let j = 0; j < count; j++) {
    const weight = (exact[j]! / sum) * 2 ** WEIGHT_BITS;
    kernel.weights[at * kernel.taps + j] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
  }
  kernel.first[at] = first;
  kernel.count[at] = count;
}

/** Keys' cubic of -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
