/** Points and boxes that tell the model what to mask; with Alt a box is the mask's own rectangle. */
import { rectangleMask } from '../../core/masks/capsule.ts';
import { difference } from '../../core/masks/morphology.ts';
import { union } from '../../core/masks/runLengthMask.ts';
import type { DrawingPointer, Point } from './contract.ts';
import { boxLine, type DrawingTool, type KeyboardAct, type Mark, nothingBegun } from './drawingTool.ts';
import type { Prompting } from './prompting.ts';
import { pixels } from './wording.ts';
import type { Work } from './work.ts';

export function makePointsTool(work: Work, prompting: Prompting): DrawingTool {
  return {
    ...nothingBegun,
    pointer: ({ kind, button, alt, x, y }: DrawingPointer) => {
      if (kind !== 'down') return true;
      if (button !== 0 && button !== 2) return false;
      placePoint(work, prompting, { x, y }, button === 0, alt);
      return true;
    },
    act: ({ x, y, shift, alt }: KeyboardAct) => placePoint(work, prompting, { x, y }, !shift, alt),
    marks: () => promptMarks(work),
  };
}

/** Tells the model that a place is in the thing, or outside of it; what lies outside the photograph is neither. */
export function placePoint(work: Work, prompting: Prompting, at: Point, positive: boolean, subtracts: boolean): void {
  const { width, height } = work.size;
  if (at.x < 0 || at.y < 0 || at.x >= width || at.y >= height) return;
  prompting.addPoint(work, { x: at.x, y: at.y, positive }, subtracts);
}

/** A box that is dragged, or set by two corners with the keyboard. */
export class BoxTool implements DrawingTool {
  readonly canPutBack = false;
  readonly #work: Work;
  readonly #prompting: Prompting;
  #corner: (Point & { readonly by: 'pointer' | 'keyboard' }) | undefined;
  #opposite: Point | undefined;

  constructor(work: Work, prompting: Prompting) {
    this.#work = work;
    this.#prompting = prompting;
  }

  get begun(): boolean {
    return this.#corner !== undefined;
  }

  pointer(pointer: DrawingPointer): boolean {
    const { kind, button, x, y } = pointer;
    if (kind === 'down') {
      if (button !== 0) return false;
      this.#begin({ x, y }, 'pointer');
    } else if (this.#corner?.by === 'pointer') {
      this.#opposite = { x, y };
      if (kind === 'up') this.#end(pointer);
      else if (kind === 'cancel') this.takeBack();
    }
    this.#work.repaint();
    return true;
  }

  act(act: KeyboardAct): void {
    if (this.#corner !== undefined) {
      this.#opposite = { x: act.x, y: act.y };
      this.#end(act);
      return;
    }
    this.#begin({ x: act.x, y: act.y }, 'keyboard');
    this.#work.announce('First corner set: move to the other one and press Enter.');
  }

  follow({ x, y }: Point): void {
    if (this.#corner?.by === 'keyboard') this.#opposite = { x, y };
  }

  remove(): boolean {
    return false;
  }

  takeBack(): boolean {
    if (this.#corner === undefined) return false;
    this.#corner = undefined;
    this.#work.changed();
    return true;
  }

  putBack(): boolean {
    return false;
  }

  finish(): void {
    this.takeBack();
  }

  marks(): readonly Mark[] {
    if (this.#corner === undefined || this.#opposite === undefined) return promptMarks(this.#work);
    return [...promptMarks(this.#work), boxLine(this.#corner, this.#opposite, false)];
  }

  #begin(at: Point, by: 'pointer' | 'keyboard'): void {
    this.#corner = { ...at, by };
    this.#opposite = at;
    this.#work.changed();
  }

  /** The box in whole pixels; with Alt it is painted, with Alt and Shift erased. */
  #end({ alt, shift }: { readonly alt: boolean; readonly shift: boolean }): void {
    const { width, height } = this.#work.size;
    const [a, b] = [this.#corner!, this.#opposite!];
    this.#corner = undefined;
    const left = Math.max(0, Math.floor(Math.min(a.x, b.x)));
    const top = Math.max(0, Math.floor(Math.min(a.y, b.y)));
    const right = Math.min(width, Math.ceil(Math.max(a.x, b.x)));
    const bottom = Math.min(height, Math.ceil(Math.max(a.y, b.y)));
    if (right - left < 2 || bottom - top < 2) this.#work.announce('The box is too small: drag from corner to corner.');
    else if (alt) this.#rectangle([left, top, right, bottom], shift);
    else this.#prompting.setBox(this.#work, [left, top, right - left, bottom - top], shift);
    this.#work.changed();
  }

  #rectangle(sides: readonly [number, number, number, number], erases: boolean): void {
    const { width, height } = this.#work.size;
    const { mask } = this.#work.current;
    const rectangle = rectangleMask(sides, height, width);
    this.#work.commitMask(erases ? difference(mask, rectangle) : union([mask, rectangle]));
    this.#work.announce(`Rectangle ${erases ? 'cut out' : 'filled'}: ${pixels(this.#work.current.mask)}.`);
  }
}

function promptMarks(work: Work): Mark[] {
  const { prompts } = work.current;
  if (prompts === undefined) return [];
  const marks: Mark[] = [];
  if (prompts.box !== undefined) {
    const [x, y, width, height] = prompts.box;
    marks.push(boxLine({ x, y }, { x: x + width, y: y + height }, true));
  }
  const awaited = prompts.answer === 'awaited';
  for (const { x, y, positive } of prompts.points) marks.push({ kind: 'prompt', at: { x, y }, positive, awaited });
  return marks;
}
