/** The photograph with its masks on a canvas over it: painting, zooming, panning and picking. Knows masks by their index, and no phrase. */

import {
  type Painting,
  type PictureContent,
  type PictureLight,
  type PictureLook,
  paintPicture,
} from './paintPicture.ts';
import { maskAt } from './readableMask.ts';
import { type Placement, panBy, place, reveal, type Size, type View, wholePicture, zoomAt } from './viewport.ts';

export interface PictureEvents {
  /** The pointer is over a mask (at `x`, `y` on the stage), or over none. */
  hover(mask: number | undefined, x: number, y: number): void;
  pick(mask: number | undefined): void;
  viewChanged(view: View): void;
  painted(): void;
}

const dragThreshold = 4;

export class Picture {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: PictureEvents;
  readonly #resizing: ResizeObserver;
  readonly #listening = new AbortController();
  #content: PictureContent | undefined;
  #light: PictureLight = { active: new Set(), hovered: new Set() };
  #look: PictureLook = { opacity: 0.45, outlines: true, numbers: true };
  #view: View = wholePicture;
  #frame: number | undefined;
  #drag: { readonly pointer: number; x: number; y: number; moved: boolean } | undefined;

  constructor(canvas: HTMLCanvasElement, events: PictureEvents) {
    this.#canvas = canvas;
    this.#events = events;
    this.#resizing = new ResizeObserver(() => this.repaint());
    this.#resizing.observe(canvas);
    const { signal } = this.#listening;
    canvas.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false, signal });
    canvas.addEventListener('pointerdown', (event) => this.#onDown(event), { signal });
    canvas.addEventListener('pointermove', (event) => this.#onMove(event), { signal });
    canvas.addEventListener('pointerup', (event) => this.#onUp(event), { signal });
    canvas.addEventListener('pointercancel', () => this.#endDrag(), { signal });
    canvas.addEventListener('pointerleave', () => this.#events.hover(undefined, 0, 0), { signal });
  }

  dispose(): void {
    this.#listening.abort();
    this.#resizing.disconnect();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  set content(content: PictureContent | undefined) {
    this.#content = content;
    this.repaint();
  }

  set light(light: PictureLight) {
    this.#light = light;
    this.repaint();
  }

  set look(look: PictureLook) {
    this.#look = look;
    this.repaint();
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    this.repaint();
    this.#events.viewChanged(view);
  }

  /** Moves a zoomed picture to the mask, unless the mask's middle is in sight. */
  reveal(mask: number): void {
    const layer = this.#content?.layers.find((each) => each.mask.index === mask);
    if (this.#content === undefined || layer === undefined || this.#view.zoom === 1) return;
    const { size } = this.#content;
    const { box, runs } = layer.mask;
    const [across, down] = [size.width / runs.width, size.height / runs.height];
    const inPicture = [box[0] * across, box[1] * down, box[2] * across, box[3] * down] as const;
    const view = reveal(this.#view, this.#stage(), size, inPicture);
    if (view !== this.#view) this.view = view;
  }

  /** Zooms about the middle of the stage. */
  zoomBy(factor: number): void {
    const { width, height } = this.#stage();
    this.#zoomAt(factor, width / 2, height / 2);
  }

  /** Paints once in the next frame, however often it is called before. */
  repaint(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#paint();
    });
  }

  #paint(): void {
    const content = this.#content;
    const stage = this.#stage();
    if (content === undefined || stage.width === 0 || stage.height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(stage.width * ratio), Math.round(stage.height * ratio)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const placement = place(this.#view, stage, content.size);
    if (content.photograph !== undefined) layUnder(content.photograph, placement);
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const style = getComputedStyle(this.#canvas);
    const painting: Painting = {
      ...content,
      ...this.#light,
      ...this.#look,
      ratio,
      placement,
      ink: style.color,
      font: style.fontFamily,
    };
    paintPicture(context, painting);
    this.#events.painted();
  }

  #stage(): Size {
    return { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
  }

  #zoomAt(factor: number, x: number, y: number): void {
    if (this.#content === undefined) return;
    this.view = zoomAt(this.#view, this.#stage(), this.#content.size, factor, x, y);
  }

  #onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    // A trackpad's pinch comes in steps of a few units, a mouse wheel in steps of about a hundred.
    this.#zoomAt(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 150), event.offsetX, event.offsetY);
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
    this.#canvas.setPointerCapture(event.pointerId);
  }

  #onMove(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === undefined) {
      this.#events.hover(this.#maskUnder(event), event.offsetX, event.offsetY);
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < dragThreshold) return;
    Object.assign(drag, { x: event.clientX, y: event.clientY, moved: true });
    if (this.#content === undefined || this.#view.zoom === 1) return;
    this.#canvas.classList.add('is-dragging');
    this.view = panBy(this.#view, this.#stage(), this.#content.size, dx, dy);
  }

  #onUp(event: PointerEvent): void {
    const moved = this.#drag?.moved;
    this.#endDrag();
    if (moved === false) this.#events.pick(this.#maskUnder(event));
  }

  #endDrag(): void {
    this.#drag = undefined;
    this.#canvas.classList.remove('is-dragging');
  }

  #maskUnder(event: PointerEvent): number | undefined {
    if (this.#content === undefined) return undefined;
    const { size, layers } = this.#content;
    const { left, top, scale } = place(this.#view, this.#stage(), size);
    const masks = layers.map((layer) => layer.mask);
    return maskAt(masks, (event.offsetX - left) / (size.width * scale), (event.offsetY - top) / (size.height * scale))
      ?.index;
  }
}

/** Single pixels stay sharp where one looks at them closely. */
function layUnder(photograph: HTMLImageElement, { left, top, scale }: Placement): void {
  photograph.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  photograph.style.imageRendering = scale >= 4 ? 'pixelated' : 'auto';
}
