/** The mask in work: what it is, what it would be if the tool in hand stopped now, and the steps that led to it. */
import { resizeMask } from '../../core/masks/reshape.ts';
import { intersection, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { Size } from '../viewport.ts';
import { History } from './history.ts';
import { plainSnapshot, type Snapshot, sameMask } from './snapshot.ts';

/** What the mask in work tells of itself. */
export interface WorkEvents {
  /** It looks different. */
  repaint(): void;
  /** A step was made, or taken back. */
  changed(): void;
  announce(sentence: string): void;
}

export class Work {
  readonly size: Size;
  readonly colour: string;
  readonly history = new History();
  readonly #events: WorkEvents;
  readonly #start: RunLengthMask;
  /** The mask came in another size than the photograph's, so that the file gets another one whatever is drawn. */
  readonly #resized: boolean;
  #current: Snapshot;
  #live: (() => Snapshot) | undefined;
  #shown: Snapshot | undefined;

  constructor(size: Size, start: RunLengthMask | undefined, colour: string, events: WorkEvents) {
    this.size = size;
    this.colour = colour;
    this.#events = events;
    this.#resized = start !== undefined && (start.height !== size.height || start.width !== size.width);
    this.#start = start === undefined ? this.empty() : this.fitted(start);
    this.#current = plainSnapshot(this.#start);
  }

  /** After the last step. */
  get current(): Snapshot {
    return this.#current;
  }

  /** As it is seen, with what is begun and no step yet. */
  get shown(): Snapshot {
    this.#shown ??= this.#live?.() ?? this.#current;
    return this.#shown;
  }

  get dirty(): boolean {
    return this.#resized || !sameMask(this.#current.mask, this.#start);
  }

  empty(): RunLengthMask {
    const { height, width } = this.size;
    return { height, width, counts: Uint32Array.of(height * width) };
  }

  /** A mask from elsewhere on the photograph's grid, with runs that can be compared. */
  fitted(mask: RunLengthMask): RunLengthMask {
    const { height, width } = this.size;
    const full: RunLengthMask = { height, width, counts: Uint32Array.of(0, height * width) };
    return intersection([resizeMask(mask, height, width), full]);
  }

  /** Shows what is begun; `undefined` shows the last step again. Computed when it is looked at. */
  show(live: (() => Snapshot) | undefined): void {
    this.#live = live;
    this.#shown = undefined;
    this.#events.repaint();
  }

  /** Makes a step; one without a difference is none. Whether there was one. */
  commit(next: Snapshot): boolean {
    const { mask, polygon, prompts } = this.#current;
    if (sameMask(mask, next.mask) && polygon === next.polygon && prompts === next.prompts) {
      this.show(undefined);
      return false;
    }
    this.history.add(this.#current, next);
    this.#to(next);
    return true;
  }

  /** Makes a step that changes the mask, or none. Whether the mask changed. */
  commitMask(mask: RunLengthMask): boolean {
    if (!sameMask(this.#current.mask, mask)) return this.commit(plainSnapshot(mask));
    this.show(undefined);
    return false;
  }

  /** The last step leads here instead. */
  amend(next: Snapshot): void {
    this.history.amend(this.#current, next);
    this.#to(next);
  }

  /** Without a step: the prompts belong to the mask no longer. */
  forgetPrompts(): void {
    if (this.#current.prompts === undefined) return;
    this.#to({ ...this.#current, prompts: undefined });
  }

  undo(): boolean {
    return this.#go(this.history.undo(this.#current));
  }

  redo(): boolean {
    return this.#go(this.history.redo(this.#current));
  }

  repaint(): void {
    this.#events.repaint();
  }

  /** What is begun has changed what can be undone. */
  changed(): void {
    this.#events.changed();
    this.#events.repaint();
  }

  announce(sentence: string): void {
    this.#events.announce(sentence);
  }

  #go(to: Snapshot | undefined): boolean {
    if (to === undefined) return false;
    this.#to(to);
    return true;
  }

  #to(next: Snapshot): void {
    this.#current = next;
    this.#live = undefined;
    this.#shown = undefined;
    this.changed();
  }
}
