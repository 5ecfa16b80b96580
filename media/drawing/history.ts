/** The steps of the mask in work, there and back. A step holds the runs that it changed and not the mask. */
import { type MaskPatch, patchBetween, patched, unpatched } from '../../core/masks/maskPatch.ts';
import { polygonBytes } from './polygon.ts';
import type { Snapshot } from './snapshot.ts';

type Aside = Omit<Snapshot, 'mask'>;

interface Step {
  readonly patch: MaskPatch;
  readonly before: Aside;
  readonly after: Aside;
  readonly bytes: number;
}

/** Beyond this the oldest steps are forgotten: some hundred thousand strokes on an ordinary mask, some hundred on one of noise. */
const MOST_BYTES = 64 * 2 ** 20;

export class History {
  #done: Step[] = [];
  #undone: Step[] = [];
  #bytes = 0;

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** About what the steps take, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add(before: Snapshot, after: Snapshot): void {
    for (const step of this.#undone.splice(0)) this.#bytes -= step.bytes;
    this.#keep(stepBetween(before, after));
    while (this.#bytes > MOST_BYTES && this.#done.length > 1) this.#bytes -= this.#done.shift()!.bytes;
  }

  undo(now: Snapshot): Snapshot | undefined {
    const step = this.#done.pop();
    if (step === undefined) return undefined;
    this.#undone.push(step);
    return { mask: unpatched(now.mask, step.patch), ...step.before };
  }

  redo(now: Snapshot): Snapshot | undefined {
    const step = this.#undone.pop();
    if (step === undefined) return undefined;
    this.#done.push(step);
    return { mask: patched(now.mask, step.patch), ...step.after };
  }

  /** The last step leads to another end than to `now`, for an answer that comes after its question was a step. */
  amend(now: Snapshot, after: Snapshot): void {
    const step = this.#done.pop();
    if (step === undefined) return;
    this.#bytes -= step.bytes;
    for (const undone of this.#undone.splice(0)) this.#bytes -= undone.bytes;
    this.#keep(stepBetween({ mask: unpatched(now.mask, step.patch), ...step.before }, after));
  }

  #keep(step: Step): void {
    this.#done.push(step);
    this.#bytes += step.bytes;
  }
}

function stepBetween(before: Snapshot, after: Snapshot): Step {
  const patch = patchBetween(before.mask, after.mask);
  return { patch, before: asideOf(before), after: asideOf(after), bytes: bytesOf(patch, before, after) };
}

function asideOf({ polygon, prompts }: Snapshot): Aside {
  return { polygon, prompts };
}

function bytesOf(patch: MaskPatch, before: Snapshot, after: Snapshot): number {
  let bytes = 500 + patch.before.byteLength + patch.after.byteLength;
  if (after.prompts !== undefined && after.prompts.base !== before.prompts?.base) {
    bytes += after.prompts.base.counts.byteLength;
  }
  if (after.polygon !== undefined) bytes += polygonBytes(after.polygon, before.polygon);
  return bytes;
}
