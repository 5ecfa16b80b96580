/** One drawing of the masks over a part of the picture, made bit by bit. */
import type { MaskLayer } from './maskLayer.ts';
import { type MaskLook, paintArea, paintEdge, paintEdgeLine, paintMark, type Sight } from './paintMasks.ts';
import type { Placement, Size } from './viewport.ts';

export interface SceneContent {
  /** Names the record. */
  readonly subject: string;
  readonly size: Size;
  /** Those to be painted. */
  readonly layers: readonly MaskLayer[];
  /** Painted as edges alone, under the others. */
  readonly beneath: readonly MaskLayer[];
  /** The edges of `layers` are broken lines. */
  readonly dashed: boolean;
  readonly words: ReadonlyMap<number, string>;
  readonly look: MaskLook;
  readonly font: string;
}

/** In pixels of the picture. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A drawing begins with no more jobs than this, whatever the one before could do. */
const mostAtFirst = 16;
/** A large mask among small ones must not make one go of many jobs last long. */
const mostAtOnce = 64;
/** Of what is left of a frame, the share to be filled: the next jobs may take longer than the last. */
const careful = 0.6;

/** What a canvas is told it may do later; a copy of one pixel makes it do it now, so that its time can be counted. */
const probe = new OffscreenCanvas(1, 1);

export class SceneDrawing {
  readonly content: SceneContent;
  /** Device pixels a picture pixel. */
  readonly scale: number;
  readonly #part: Part;
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D | null;
  readonly #sight: Sight;
  /** Its memory is there. */
  #begun = false;
  #jobs = 0;
  #atOnce: number;
  #ms = 0;

  /** `atOnce` is how many jobs the drawing before found it could do at once. */
  constructor(content: SceneContent, part: Part, scale: number, ratio: number, atOnce: number) {
    this.content = content;
    this.#atOnce = Math.min(mostAtFirst, atOnce);
    this.scale = scale;
    this.#part = part;
    this.#canvas = new OffscreenCanvas(
      Math.max(1, Math.ceil(part.width * scale)),
      Math.max(1, Math.ceil(part.height * scale)),
    );
    this.#context = this.#canvas.getContext('2d');
    const css = scale / ratio;
    const placement = { scale: css, left: -part.left * css, top: -part.top * css };
    this.#sight = { size: content.size, ratio, placement };
  }

  get isDone(): boolean {
    return this.#jobs >= this.#jobCount;
  }

  get isWhole(): boolean {
    return this.#part.width === this.content.size.width && this.#part.height === this.content.size.height;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  /** What it took in all, milliseconds. */
  get drawnMs(): number {
    return this.#ms;
  }

  covers({ left, top, width, height }: Part): boolean {
    const own = this.#part;
    return (
      own.left <= left && own.top <= top && own.left + own.width >= left + width && own.top + own.height >= top + height
    );
  }

  /**
   * Goes on until `end`, a time of `performance.now()`, but by one job at least; whether all is drawn. The first call only takes
   * the canvas's memory, which is a frame's work in itself.
   */
  draw(end: number): boolean {
    let now = performance.now();
    if (!this.#begun) {
      this.#begun = true;
      this.#context?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      this.#carryOut();
      this.#ms += performance.now() - now;
      return this.isDone;
    }
    do {
      const start = now;
      const last = Math.min(this.#jobCount, this.#jobs + this.#atOnce);
      if (this.#context !== null) while (this.#jobs < last) this.#do(this.#context, this.#jobs++);
      this.#jobs = last;
      this.#carryOut();
      now = performance.now();
      this.#ms += now - start;
      // As many jobs at once as fit into what is left of a frame, so that few copies are made.
      const share = (careful * (end - start)) / Math.max(0.05, now - start);
      this.#atOnce = Math.max(1, Math.min(mostAtOnce, Math.floor(this.#atOnce * Math.min(2, share))));
    } while (!this.isDone && now < end);
    return this.isDone;
  }

  #carryOut(): void {
    probe.getContext('2d')?.drawImage(this.#canvas, 0, 0, 1, 1, 0, 0, 1, 1);
  }

  /** Areas first, then the edges' two lines, then numbers and words. */
  get #jobCount(): number {
    return this.content.beneath.length + 4 * this.content.layers.length;
  }

  #do(context: OffscreenCanvasRenderingContext2D, job: number): void {
    const { layers, beneath, look, dashed, font, words } = this.content;
    if (job < beneath.length) {
      paintEdge(context, this.#sight, beneath[job]!);
      return;
    }
    const kind = Math.floor((job - beneath.length) / layers.length);
    const layer = layers[(job - beneath.length) % layers.length]!;
    if (kind === 0) paintArea(context, this.#sight, look, layer);
    else if (kind < 3) {
      if (look.outlines) paintEdgeLine(context, this.#sight, layer, kind === 1 ? 'under' : 'over', { dashed });
    } else {
      const label = look.labels ? words.get(layer.mask.index) : undefined;
      if (look.numbers || label !== undefined) paintMark(context, this.#sight, layer, { font, words: label });
    }
  }

  /** Copies it to where its part of the picture stands; the context's transform is the device's. */
  copyTo(context: CanvasRenderingContext2D, placement: Placement, ratio: number): void {
    if (this.#part.width === 0 || this.#part.height === 0) return;
    const { x, y, stretch } = this.#placeOn(placement, ratio);
    context.imageSmoothingEnabled = stretch !== 1;
    context.drawImage(this.#canvas, x, y, this.#canvas.width * stretch, this.#canvas.height * stretch);
  }

  /** Whether it covers all of the canvas, or all of the picture. */
  fills({ canvas }: CanvasRenderingContext2D, placement: Placement, ratio: number): boolean {
    if (this.isWhole) return true;
    const { x, y, stretch } = this.#placeOn(placement, ratio);
    const { width, height } = this.content.size;
    const scale = ratio * placement.scale;
    const [left, top] = [Math.max(0, ratio * placement.left), Math.max(0, ratio * placement.top)];
    const right = Math.min(canvas.width, ratio * placement.left + width * scale);
    const bottom = Math.min(canvas.height, ratio * placement.top + height * scale);
    // Half a pixel is lost to rounding at most.
    const [endX, endY] = [x + this.#canvas.width * stretch, y + this.#canvas.height * stretch];
    return x <= left + 0.5 && y <= top + 0.5 && endX >= right - 0.5 && endY >= bottom - 0.5;
  }

  /** Adds the rectangle that it covers to the context's path. */
  addPlace(context: CanvasRenderingContext2D, placement: Placement, ratio: number): void {
    const { x, y, stretch } = this.#placeOn(placement, ratio);
    context.rect(x, y, this.#canvas.width * stretch, this.#canvas.height * stretch);
  }

  #placeOn(placement: Placement, ratio: number): { x: number; y: number; stretch: number } {
    const scale = ratio * placement.scale;
    return {
      x: ratio * placement.left + this.#part.left * scale,
      y: ratio * placement.top + this.#part.top * scale,
      stretch: scale / this.scale,
    };
  }
}
