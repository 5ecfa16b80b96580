/** What wheel and pointer mean on the picture: zooming, panning, picking, or a stroke of the mask editor. */
import type { DrawingPointer, MaskDrawing } from './drawing/contract.ts';
import type { Placement } from './viewport.ts';

export interface InputActions {
  /** The editor, while a mask is in work. */
  drawing(): MaskDrawing | undefined;
  placement(): Placement | undefined;
  pan(dx: number, dy: number): void;
  zoomAt(factor: number, x: number, y: number): void;
  hover(x: number, y: number): void;
  leave(): void;
  pick(x: number, y: number): void;
  open(x: number, y: number): void;
  menu(x: number, y: number): void;
  repaint(): void;
}

const dragThreshold = 4;
const LEFT_BUTTON = 0;
const MIDDLE_BUTTON = 1;
const RIGHT_BUTTON = 2;

type Gesture =
  | { readonly kind: 'pan'; x: number; y: number; moved: boolean; readonly picks: boolean }
  | { readonly kind: 'stroke' };

export class PictureInput {
  readonly #canvas: HTMLCanvasElement;
  readonly #actions: InputActions;
  readonly #listening = new AbortController();
  #gesture: Gesture | undefined;
  #panning = false;
  #panned = false;

  /** The pointer counts on the canvas and on the `surfaces` that show the same part of the picture. */
  constructor(canvas: HTMLCanvasElement, surfaces: readonly HTMLElement[], actions: InputActions) {
    this.#canvas = canvas;
    this.#actions = actions;
    const { signal } = this.#listening;
    for (const surface of [canvas, ...surfaces]) {
      const listen = <Type extends 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel'>(
        type: Type,
        handle: (event: PointerEvent) => void,
      ): void => surface.addEventListener(type, handle, { signal });
      surface.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false, signal });
      listen('pointerdown', (event) => this.#onDown(event, surface));
      listen('pointermove', (event) => this.#onMove(event));
      listen('pointerup', (event) => this.#onUp(event));
      listen('pointercancel', (event) => this.#onCancel(event));
      surface.addEventListener('pointerleave', () => actions.leave(), { signal });
      surface.addEventListener('contextmenu', (event) => this.#onMenu(event), { signal });
      surface.addEventListener('dblclick', (event) => this.#onDouble(event), { signal });
    }
  }

  dispose(): void {
    this.#listening.abort();
  }

  set panning(held: boolean) {
    if (held && !this.#panning) this.#panned = false;
    this.#panning = held;
    this.#canvas.classList.toggle('is-panning', held);
  }

  get panned(): boolean {
    return this.#panned;
  }

  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      // A trackpad's pinch comes in steps of a few units, a mouse wheel in steps of about a hundred.
      const step = Math.max(-60, Math.min(60, event.deltaY));
      this.#actions.zoomAt(Math.exp(-step / 150), event.offsetX, event.offsetY);
    } else if (event.shiftKey) {
      event.preventDefault();
      this.#actions.pan(-event.deltaX, -event.deltaY);
    }
  }

  #onDown(event: PointerEvent, surface: HTMLElement): void {
    // A second button during a gesture belongs to the gesture.
    if (this.#gesture !== undefined) return;
    const drawing = this.#drawingTool();
    const pans = event.button === MIDDLE_BUTTON || (event.button === LEFT_BUTTON && this.#panning);
    if (!pans && drawing !== undefined && (event.button === LEFT_BUTTON || event.button === RIGHT_BUTTON)) {
      if (this.#tell(drawing, event, 'down')) this.#gesture = { kind: 'stroke' };
    } else if (pans || event.button === LEFT_BUTTON) {
      const picks = !pans && event.button === LEFT_BUTTON;
      this.#gesture = { kind: 'pan', x: event.clientX, y: event.clientY, moved: false, picks };
    }
    if (this.#gesture === undefined) return;
    // No autoscroll with the middle button; the picture takes the focus all the same.
    if (event.button === MIDDLE_BUTTON) event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    surface.setPointerCapture(event.pointerId);
  }

  #onMove(event: PointerEvent): void {
    const gesture = this.#gesture;
    const drawing = this.#drawingTool();
    if (gesture === undefined) {
      if (drawing === undefined) this.#actions.hover(event.offsetX, event.offsetY);
      else {
        this.#actions.leave();
        this.#tell(drawing, event, 'move');
      }
    } else if (gesture.kind === 'stroke') {
      if (drawing === undefined) return;
      for (const each of coalesced(event)) this.#tell(drawing, each, 'move');
    } else this.#drag(gesture, event);
  }

  #drag(gesture: Extract<Gesture, { kind: 'pan' }>, event: PointerEvent): void {
    const [dx, dy] = [event.clientX - gesture.x, event.clientY - gesture.y];
    if (!gesture.moved && Math.hypot(dx, dy) < dragThreshold) return;
    gesture.x = event.clientX;
    gesture.y = event.clientY;
    gesture.moved = true;
    this.#panned = true;
    this.#canvas.classList.add('is-dragging');
    this.#actions.pan(dx, dy);
  }

  #onUp(event: PointerEvent): void {
    const gesture = this.#gesture;
    this.#end();
    if (gesture?.kind === 'stroke') {
      const drawing = this.#drawingTool();
      if (drawing !== undefined) this.#tell(drawing, event, 'up');
    } else if (gesture?.picks === true && !gesture.moved) this.#actions.pick(event.offsetX, event.offsetY);
  }

  #onCancel(event: PointerEvent): void {
    const drawing = this.#drawingTool();
    if (this.#gesture?.kind === 'stroke' && drawing !== undefined) this.#tell(drawing, event, 'cancel');
    this.#end();
  }

  #end(): void {
    this.#gesture = undefined;
    this.#canvas.classList.remove('is-dragging');
  }

  /** With a drawing tool the right button draws; else it opens the menu of what is under it. */
  #onMenu(event: MouseEvent): void {
    event.preventDefault();
    // From the keyboard it speaks of what is chosen, and the page opens that menu itself.
    if (this.#drawingTool() !== undefined || event.button !== RIGHT_BUTTON) return;
    this.#actions.menu(event.offsetX, event.offsetY);
  }

  #onDouble(event: MouseEvent): void {
    if (this.#drawingTool() === undefined && event.button === LEFT_BUTTON)
      this.#actions.open(event.offsetX, event.offsetY);
  }

  #drawingTool(): MaskDrawing | undefined {
    const drawing = this.#actions.drawing();
    return drawing === undefined || drawing.tool === 'look' ? undefined : drawing;
  }

  #tell(drawing: MaskDrawing, event: PointerEvent, kind: DrawingPointer['kind']): boolean {
    const placement = this.#actions.placement();
    if (placement === undefined) return false;
    const { left, top, scale } = placement;
    const bounds = this.#canvas.getBoundingClientRect();
    const taken = drawing.pointer({
      kind,
      x: (event.clientX - bounds.left - left) / scale,
      y: (event.clientY - bounds.top - top) / scale,
      button: event.button === RIGHT_BUTTON ? RIGHT_BUTTON : LEFT_BUTTON,
      shift: event.shiftKey,
      alt: event.altKey,
      scale,
    });
    if (taken) this.#actions.repaint();
    return taken;
  }
}

/** The moves that the browser gathered into one event; itself alone in a page that is no secure context, which has no such list. */
function coalesced(event: PointerEvent): readonly PointerEvent[] {
  const events = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
  return events.length > 0 ? events : [event];
}
