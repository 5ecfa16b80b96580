/** What is painted of one mask: its colour, its outline in the detail that is asked for, its number's place. */

import { outlinePaths } from '../core/masks/outline.ts';
import type { MaskColor } from '../core/masks/palette.ts';
import { innermostPoint } from './maskCrop.ts';
import { cutLoop, type Loop, type Region, thinLoop } from './outlineDetail.ts';
import type { ReadableMask } from './readableMask.ts';

export interface MaskLayer {
  readonly mask: ReadableMask;
  readonly color: MaskColor;
  readonly outline: Outline;
  /** In the mask's pixels. */
  readonly numberAt: readonly [x: number, y: number];
}

export function makeMaskLayer(mask: ReadableMask, color: MaskColor): MaskLayer {
  return { mask, color, outline: new Outline(outlinePaths(mask.runs)), numberAt: innermostPoint(mask) };
}

/** Points of a thinned outline are this many device pixels apart, or a little more. */
const apart = 1;
/** Thinned outlines are kept for scales that differ by this factor. */
const step = Math.SQRT2;
/** A whole outline of so many numbers is as quick as one that is cut. */
const short = 4_000;

/** A mask's outline as paths in the mask's pixels: outer loops and holes turn opposite ways, so both fill rules leave holes open. */
export class Outline {
  readonly #loops: readonly Loop[];
  readonly #length: number;
  readonly #thinned = new Map<number, Path2D>();
  #whole: Path2D | undefined;

  constructor(loops: readonly Loop[]) {
    this.#loops = loops;
    this.#length = loops.reduce((sum, loop) => sum + loop.length, 0);
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** The path for a screen with `scale` device pixels a mask pixel that shows no more than `region`. */
  path(scale: number, region: Region): Path2D {
    const level = Math.round(Math.log(1 / scale) / Math.log(step));
    if (level > 0) return this.#thinnedTo(level);
    if (this.#length <= short) return (this.#whole ??= pathOf(this.#loops));
    return pathOf(this.#loops.map((loop) => cutLoop(loop, region)));
  }

  #thinnedTo(level: number): Path2D {
    const known = this.#thinned.get(level);
    if (known !== undefined) return known;
    const path = pathOf(this.#loops.map((loop) => thinLoop(loop, apart * step ** level)));
    this.#thinned.set(level, path);
    return path;
  }
}

function pathOf(loops: readonly Loop[]): Path2D {
  const path = new Path2D();
  for (const loop of loops) {
    if (loop.length === 0) continue;
    path.moveTo(loop[0]!, loop[1]!);
    for (let k = 2; k < loop.length; k += 2) path.lineTo(loop[k]!, loop[k + 1]!);
    path.closePath();
  }
  return path;
}
