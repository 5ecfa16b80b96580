/** What the page and the mask editor want of each other. The page knows records and messages, the editor pixels and tools. */

import type { DrawnMask } from '../../core/language/shaping/shapeEdit.ts';
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { Answer, PageAction, Tool } from '../protocol.ts';
import type { Placement, Size } from '../viewport.ts';

/** In pixels of the photograph; a pixel's middle is at its number plus a half. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface DrawingHost {
  /** Asks for a frame. */
  repaint(): void;
  /** The state changed: buttons, cursor and context keys follow. */
  changed(state: DrawingState): void;
  /** Said to screen readers, one sentence. */
  announce(sentence: string): void;
  /** A mask by the local model. */
  segment(
    points: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[],
    box: readonly [x: number, y: number, width: number, height: number] | undefined,
  ): Promise<Answer>;
}

export interface DrawingState {
  readonly tool: Tool;
  /** A mask is in work and differs from what it began with. */
  readonly dirty: boolean;
  /** A mask is in work. */
  readonly open: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Pixels of the photograph. */
  readonly brushRadius: number;
  /** Of the mask in work, pixels. */
  readonly area: number;
  /** Its connected parts. */
  readonly parts: number;
  /** The model is asked and has not answered. */
  readonly waiting: boolean;
  /** Why the model's last answer failed, for the page to show until the next step. */
  readonly problem: string | undefined;
}

/** What of a keyboard event the editor reads. */
export type DrawingKey = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>;

/** One frame of the mask in work, over photograph and masks. */
export interface DrawingFrame {
  readonly context: CanvasRenderingContext2D;
  readonly placement: Placement;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
}

export interface DrawingPointer extends Point {
  /** `cancel` also where the pointer leaves: the brush's ring goes. */
  readonly kind: 'down' | 'move' | 'up' | 'cancel';
  /** 0 the left button, 2 the right one. */
  readonly button: number;
  readonly shift: boolean;
  readonly alt: boolean;
  /** CSS pixels a pixel of the photograph, so that handles keep their size. */
  readonly scale: number;
}

/** The mask editor. At most one mask is in work at a time. */
export interface MaskDrawing {
  readonly state: DrawingState;
  /** Choosing `points` or `box` while it is chosen begins new points, and what the model drew so far stays. */
  tool: Tool;
  /** 0.5 to 500 pixels of the photograph. */
  brushRadius: number;
  /** Where the keyboard's cursor stands, for the page to keep it in sight; nothing while the mouse is used. */
  readonly cursor: Point | undefined;
  /** Takes a mask into work, or begins a new one of the photograph's size; `colour` is the hex of its phrase. */
  begin(size: Size, start: RunLengthMask | undefined, colour: string): void;
  /** Lets the mask in work go. */
  end(): void;
  /** The mask in work, an unfinished polygon closed; nothing where no mask is in work. */
  result(): DrawnMask | undefined;
  /** The connected parts of the mask in work, the largest first. */
  parts(): readonly DrawnMask[];
  /** Takes another mask away from the mask in work, as one step. */
  subtract(mask: RunLengthMask): void;
  add(mask: RunLengthMask): void;
  /**
   * Does `tool.*`, `brush.*`, `point.*` and those `mask.*` that need no other mask; whether it was one of them and there was something
   * to do it to (`mask.undo` with nothing to undo is the document's). `coarse` grows and shrinks by five pixels instead of one.
   */
  act(action: PageAction, options?: { readonly coarse?: boolean }): boolean;
  /** Whether the pointer was meant for the editor. */
  pointer(pointer: DrawingPointer): boolean;
  /** Arrow keys move a cursor, Enter or Space act at it, Delete removes a polygon's point, Escape takes back what is begun; whether it was one of them. */
  key(event: DrawingKey): boolean;
  paint(frame: DrawingFrame): void;
}
