/** Brush and eraser: a round brush that leaves no gaps between two places of the pointer. A stroke is one step. */
import { capsuleMask } from '../../core/masks/capsule.ts';
import { difference } from '../../core/masks/morphology.ts';
import { type RunLengthMask, union } from '../../core/masks/runLengthMask.ts';
import type { DrawingPointer, Point } from './contract.ts';
import type { DrawingTool, KeyboardAct, Mark } from './drawingTool.ts';
import { plainSnapshot } from './snapshot.ts';
import { pixels } from './wording.ts';
import type { Work } from './work.ts';

interface Stroke {
  /** Where the brush was. */
  mask: RunLengthMask;
  last: Point;
  readonly erases: boolean;
  readonly by: 'pointer' | 'keyboard';
}

/** Thinner brushes go from pixel to pixel, or they would miss the middles of the pixels that they pass. */
const THIN = 1;

export class BrushTool implements DrawingTool {
  readonly canPutBack = false;
  readonly #work: Work;
  readonly #erases: boolean;
  readonly #radius: () => number;
  #stroke: Stroke | undefined;
  /** Where the last stroke ended, for a straight line from there. */
  #end: Point | undefined;
  #pointer: (Point & { readonly erases: boolean }) | undefined;

  constructor(work: Work, erases: boolean, radius: () => number) {
    this.#work = work;
    this.#erases = erases;
    this.#radius = radius;
  }

  get begun(): boolean {
    return this.#stroke !== undefined;
  }

  pointer(pointer: DrawingPointer): boolean {
    const { kind, button } = pointer;
    if (kind === 'down' && button !== 0) return false;
    const erases = this.#stroke?.erases ?? this.#erases !== pointer.alt;
    this.#pointer = { x: pointer.x, y: pointer.y, erases };
    if (kind === 'down') this.#begin(pointer, pointer, 'pointer');
    else if (this.#stroke?.by === 'pointer') {
      if (kind !== 'cancel') this.#extend(pointer);
      if (kind !== 'move') this.finish();
    }
    // The pointer has left.
    if (kind === 'cancel') this.#pointer = undefined;
    this.#work.repaint();
    return true;
  }

  act(act: KeyboardAct): void {
    if (this.#stroke !== undefined) {
      this.finish();
      return;
    }
    this.#begin(act, act, 'keyboard');
    if (act.key === 'Space') this.finish();
    else this.#work.announce('Stroke begun: the arrow keys draw it, Enter ends it.');
  }

  follow(act: Omit<KeyboardAct, 'key'>): void {
    this.#pointer = { x: act.x, y: act.y, erases: this.#stroke?.erases ?? this.#erases !== act.alt };
    if (this.#stroke?.by === 'keyboard') this.#extend(act);
  }

  remove(): boolean {
    return false;
  }

  takeBack(): boolean {
    if (this.#stroke === undefined) return false;
    this.#stroke = undefined;
    this.#work.show(undefined);
    this.#work.changed();
    return true;
  }

  putBack(): boolean {
    return false;
  }

  finish(): void {
    const stroke = this.#stroke;
    if (stroke === undefined) return;
    // An answer of the model may have come in the middle of the stroke.
    this.#show(stroke);
    const { mask } = this.#work.shown;
    this.#stroke = undefined;
    this.#end = stroke.last;
    if (this.#work.commitMask(mask)) this.#work.announce(`${stroke.erases ? 'Erased' : 'Painted'}: ${pixels(mask)}.`);
    else this.#work.changed();
  }

  marks(): readonly Mark[] {
    if (this.#pointer === undefined) return [];
    const { erases } = this.#pointer;
    return [{ kind: 'brush', at: this.#pointer, radius: this.#radius(), erases }];
  }

  #begin(at: Point, { shift, alt }: { shift: boolean; alt: boolean }, by: Stroke['by']): void {
    this.finish();
    const from = shift && this.#end !== undefined ? this.#end : at;
    this.#stroke = { mask: this.#work.empty(), last: from, erases: this.#erases !== alt, by };
    this.#extend(at);
    this.#work.changed();
  }

  #extend(to: Point): void {
    const stroke = this.#stroke!;
    const { height, width } = this.#work.size;
    const radius = this.#radius();
    const [from, at] = radius < THIN ? [middle(stroke.last), middle(to)] : [stroke.last, to];
    stroke.mask = union([stroke.mask, capsuleMask([from.x, from.y, at.x, at.y], radius, height, width)]);
    stroke.last = { x: to.x, y: to.y };
    this.#show(stroke);
  }

  #show(stroke: Stroke): void {
    this.#work.show(() => {
      const { mask } = this.#work.current;
      return plainSnapshot(stroke.erases ? difference(mask, stroke.mask) : union([mask, stroke.mask]));
    });
  }
}

function middle({ x, y }: Point): Point {
  return { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 };
}
