/** The photograph with its masks on a canvas over it: painting, zooming, panning, picking, drawing. Knows masks by their index, and no phrase. */

import type { MaskDrawing } from './drawing/contract.ts';
import type { MaskLayer } from './maskLayer.ts';
import type { MaskLook } from './paintMasks.ts';
import { type PictureLight, paintPicture } from './paintPicture.ts';
import { PictureInput } from './pictureInput.ts';
import { maskAt } from './readableMask.ts';
import { Scene } from './scene.ts';
import type { SceneContent } from './sceneDrawing.ts';
import {
  type Placement,
  panBy,
  pixelZoom,
  place,
  reveal,
  type Size,
  type View,
  wholePicture,
  zoomAt,
} from './viewport.ts';

export interface PictureContent {
  /** Names the record: masks of another one are never shown with this one's. */
  readonly subject: string;
  /** Under the canvas and moved with it. */
  readonly photograph: HTMLImageElement | undefined;
  /** Beside it, where the picture is shown without masks too. */
  readonly beside: HTMLImageElement | undefined;
  /** Of the photograph, or of the masks where there is none; pixels. */
  readonly size: Size;
  readonly layers: readonly MaskLayer[];
  /** Shown as edges only, and never picked. */
  readonly beneath: readonly MaskLayer[];
  /** The edges of `layers` are broken lines. */
  readonly dashed: boolean;
  /** By mask index: the words of its phrase. */
  readonly words: ReadonlyMap<number, string>;
}

export interface PictureLook extends MaskLook {
  /** By mask index. */
  readonly hidden: ReadonlySet<number>;
  readonly hideOthers: boolean;
  /** Masks stand on a plain ground though there is a photograph. */
  readonly plainGround: boolean;
}

export interface PictureEvents {
  /** The pointer is over a mask (at `x`, `y` on the stage), or over none. */
  hover(mask: number | undefined, x: number, y: number): void;
  pick(mask: number | undefined): void;
  /** A double click, or a right click, on a mask or beside all. */
  open(mask: number | undefined): void;
  menu(mask: number | undefined, x: number, y: number): void;
  viewChanged(view: View, scale: number | undefined): void;
  painted(): void;
}

/** A zoom rests after so many milliseconds without another step. */
const restMs = 90;

export class Picture {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: PictureEvents;
  readonly #drawing: MaskDrawing;
  readonly #resizing: ResizeObserver;
  readonly #input: PictureInput;
  readonly #scene = new Scene();
  #content: PictureContent | undefined;
  /** What the scene shows; another object each time it changes. */
  #sceneContent: SceneContent | undefined;
  /** Of the canvas, in CSS pixels; asked for once a size and not once a move, for asking makes the browser work out the layout. */
  #stageSize: Size | undefined;
  #style: { readonly ink: string; readonly font: string } | undefined;
  #light: PictureLight = { active: new Set(), hovered: new Set() };
  #look: PictureLook;
  #view: View = wholePicture;
  #frame: number | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #resting = true;
  /** The mask in work is shown and takes the pointer. */
  #inWork = false;
  #replaced: number | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    surfaces: readonly HTMLElement[],
    drawing: MaskDrawing,
    look: PictureLook,
    events: PictureEvents,
  ) {
    this.#canvas = canvas;
    this.#events = events;
    this.#drawing = drawing;
    this.#look = look;
    this.#resizing = new ResizeObserver(() => {
      this.#stageSize = undefined;
      this.repaint();
      this.#events.viewChanged(this.#view, this.scale);
    });
    this.#resizing.observe(canvas);
    this.#input = new PictureInput(canvas, surfaces, {
      drawing: () => (this.#inWork ? drawing : undefined),
      placement: () => this.#placement(),
      pan: (dx, dy) => this.#pan(dx, dy),
      zoomAt: (factor, x, y) => this.#zoomAt(factor, x, y),
      hover: (x, y) => events.hover(this.#maskAt(x, y), x, y),
      leave: () => events.hover(undefined, 0, 0),
      pick: (x, y) => events.pick(this.#maskAt(x, y)),
      open: (x, y) => events.open(this.#maskAt(x, y)),
      menu: (x, y) => events.menu(this.#maskAt(x, y), x, y),
      repaint: () => this.repaint(),
    });
  }

  dispose(): void {
    this.#input.dispose();
    this.#resizing.disconnect();
    clearTimeout(this.#rest);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Space is held: a drag pans, whatever the tool. */
  set panning(held: boolean) {
    this.#input.panning = held;
  }

  /** Whether the picture was dragged since Space was pressed. */
  get panned(): boolean {
    return this.#input.panned;
  }

  set content(content: PictureContent | undefined) {
    this.#content = content;
    this.#sceneContent = undefined;
    this.repaint();
    this.#events.viewChanged(this.#view, this.scale);
  }

  set light(light: PictureLight) {
    if (this.#look.hideOthers) this.#sceneContent = undefined;
    this.#light = light;
    this.repaint();
  }

  set look(look: PictureLook) {
    this.#look = look;
    this.#sceneContent = undefined;
    this.repaint();
  }

  /** Shows the mask in work in place of the mask with this index, or over all where it is a new one; or shows none. */
  set work(work: { readonly replaces: number | undefined } | undefined) {
    // The pointer draws from now on: it names nothing.
    if (work !== undefined) this.#events.hover(undefined, 0, 0);
    this.#inWork = work !== undefined;
    this.#replaced = work?.replaces;
    this.#sceneContent = undefined;
    this.repaint();
  }

  get view(): View {
    return this.#view;
  }

  set view(view: View) {
    this.#view = view;
    this.#resting = false;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#resting = true;
      this.repaint();
    }, restMs);
    this.repaint();
    this.#events.viewChanged(view, this.scale);
  }

  /** CSS pixels a pixel of the picture. */
  get scale(): number | undefined {
    return this.#placement()?.scale;
  }

  /** Moves a zoomed picture to the mask, unless the mask's middle is in sight. */
  reveal(mask: number): void {
    const layer = this.#content?.layers.find((each) => each.mask.index === mask);
    if (this.#content === undefined || layer === undefined || this.#view.zoom <= 1) return;
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

  /** A pixel of the picture becomes a CSS pixel. */
  showPixels(): void {
    if (this.#content === undefined) return;
    this.zoomBy(pixelZoom(this.#stage(), this.#content.size) / this.#view.zoom);
  }

  showWhole(): void {
    this.view = wholePicture;
  }

  /** Colours and font are another theme's. */
  themeChanged(): void {
    this.#style = undefined;
    this.#sceneContent = undefined;
    this.repaint();
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
    for (const photograph of [content.photograph, content.beside])
      if (photograph !== undefined) layUnder(photograph, placement);
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const style = (this.#style ??= readStyle(this.#canvas));
    const scene = (this.#sceneContent ??= this.#sceneOf(content, style.font));
    const unfinished = this.#scene.update(scene, stage, placement, ratio, this.#resting);
    if (unfinished) this.repaint();
    const ground = content.photograph === undefined || this.#look.plainGround;
    if (content.photograph !== undefined) content.photograph.hidden = ground;
    const painting = {
      size: content.size,
      layers: scene.layers,
      words: content.words,
      look: this.#look,
      light: this.#light,
      dashed: content.dashed,
      ground,
      ...style,
      drawing: this.#inWork ? this.#drawing.paint.bind(this.#drawing) : undefined,
      placement,
      ratio,
    };
    paintPicture(context, painting, this.#scene);
    if (!unfinished) this.#events.painted();
  }

  #sceneOf({ subject, size, layers, beneath, dashed, words }: PictureContent, font: string): SceneContent {
    const shown = layers.filter(({ mask }) => this.#isShown(mask.index)).sort((a, b) => b.mask.area - a.mask.area);
    return { subject, size, layers: shown, beneath, dashed, words, look: this.#look, font };
  }

  #isShown(mask: number): boolean {
    if (this.#inWork && mask === this.#replaced) return false;
    if (this.#look.hidden.has(mask)) return false;
    return !this.#look.hideOthers || this.#light.active.size === 0 || this.#light.active.has(mask);
  }

  #stage(): Size {
    this.#stageSize ??= { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
    return this.#stageSize;
  }

  #placement(): Placement | undefined {
    const stage = this.#stage();
    if (this.#content === undefined || stage.width === 0 || stage.height === 0) return undefined;
    return place(this.#view, stage, this.#content.size);
  }

  #zoomAt(factor: number, x: number, y: number): void {
    if (this.#content === undefined) return;
    this.view = zoomAt(this.#view, this.#stage(), this.#content.size, factor, x, y);
  }

  #pan(dx: number, dy: number): void {
    if (this.#content === undefined) return;
    this.view = panBy(this.#view, this.#stage(), this.#content.size, dx, dy);
  }

  /** The smallest shown mask at a place of the stage. */
  #maskAt(x: number, y: number): number | undefined {
    const placement = this.#placement();
    if (this.#content === undefined || placement === undefined) return undefined;
    const { size, layers } = this.#content;
    const { left, top, scale } = placement;
    const masks = layers.map((layer) => layer.mask).filter((mask) => this.#isShown(mask.index));
    return maskAt(masks, (x - left) / (size.width * scale), (y - top) / (size.height * scale))?.index;
  }
}

/** Single pixels stay sharp where one looks at them closely. */
function layUnder(photograph: HTMLImageElement, { left, top, scale }: Placement): void {
  photograph.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  photograph.style.imageRendering = scale >= 2 ? 'pixelated' : 'auto';
}

/** Read once a theme and not once a frame: reading makes the browser work out the page's styles. */
function readStyle(canvas: HTMLCanvasElement): { readonly ink: string; readonly font: string } {
  const { color, fontFamily } = getComputedStyle(canvas);
  return { ink: color, font: fontFamily };
}
