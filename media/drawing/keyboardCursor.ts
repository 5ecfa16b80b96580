/** The place that arrow keys move. It begins where the pointer was last, or in the middle, and hides while the pointer moves. */
import type { Size } from '../viewport.ts';
import type { DrawingKey, Point } from './contract.ts';

/** Pixels of the photograph a key press, and with Shift. */
const [STEP, LARGE_STEP] = [1, 10];

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class KeyboardCursor {
  readonly #size: Size;
  #at: Point;
  #visible = false;
  #used = false;

  constructor(size: Size) {
    this.#size = size;
    this.#at = { x: Math.floor(size.width / 2) + 0.5, y: Math.floor(size.height / 2) + 0.5 };
  }

  /** The middle of a pixel. */
  get at(): Point {
    return this.#at;
  }

  /** Where it is seen, if it is. */
  get place(): Point | undefined {
    return this.#visible ? this.#at : undefined;
  }

  /** Where keyboard or pointer were last, if they were here. */
  get known(): Point | undefined {
    return this.#used ? this.#at : undefined;
  }

  byPointer({ x, y }: Point): void {
    this.#used = true;
    this.#at = this.#within(Math.floor(x) + 0.5, Math.floor(y) + 0.5);
    this.#visible = false;
  }

  show(): void {
    this.#used = true;
    this.#visible = true;
  }

  /** Whether the key was an arrow. */
  move({ key, shiftKey }: DrawingKey): boolean {
    const direction = directions[key];
    if (direction === undefined) return false;
    const by = shiftKey ? LARGE_STEP : STEP;
    this.#at = this.#within(this.#at.x + by * direction[0], this.#at.y + by * direction[1]);
    this.show();
    return true;
  }

  #within(x: number, y: number): Point {
    return {
      x: Math.min(Math.max(x, 0.5), Math.max(0.5, this.#size.width - 0.5)),
      y: Math.min(Math.max(y, 0.5), Math.max(0.5, this.#size.height - 0.5)),
    };
  }
}
