/**
 * All masks as one drawing, kept while the picture is panned or another phrase is lit: a frame then copies it. A drawing that takes
 * long is made over several frames, while the one before it is still shown.
 */
import { type SceneContent, SceneDrawing } from './sceneDrawing.ts';
import type { Placement, Size } from './viewport.ts';

/** Of the stage, drawn around it so that a panned picture need not be drawn again at once; of each side. */
const margin = 0.25;
/** When less than this is left of the margin, the next drawing begins. */
const narrow = 0.08;
/** Milliseconds of a frame for drawing ahead. */
const budgetMs = 1.5;
/** A drawing that took longer than this is shown stretched while the zoom goes on, and made anew when it rests. */
const quickMs = 1.5;

export class Scene {
  /** What is shown. */
  #front: SceneDrawing | undefined;
  /** The whole picture, shown where the front has nothing yet. */
  #base: SceneDrawing | undefined;
  /** What comes next. */
  #coming: SceneDrawing | undefined;
  #content: SceneContent | undefined;
  /** A careful beginning: a long record's masks may each take a frame's time. */
  #atOnce = 4;

  /** Draws for one frame; whether more is to be done in the next. */
  update(content: SceneContent, stage: Size, placement: Placement, ratio: number, resting: boolean): boolean {
    if (content !== this.#content) this.#renew(content);
    const scale = placement.scale * ratio;
    if (this.#mustDraw(stage, placement, scale, resting)) {
      const part = seenPart(content.size, stage, placement, margin);
      this.#coming = new SceneDrawing(content, part, scale, ratio, this.#atOnce);
    }
    const end = performance.now() + budgetMs;
    if (this.#coming !== undefined) {
      const done = this.#coming.draw(end);
      this.#atOnce = this.#coming.atOnce;
      if (!done) return true;
      this.#show(this.#coming);
      this.#coming = undefined;
    }
    return this.#drawBase(content, stage, ratio, resting, end);
  }

  /** Copies the drawing to its place, in device pixels of the context. */
  copyTo(context: CanvasRenderingContext2D, placement: Placement, ratio: number): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    const front = this.#front;
    if (front === undefined) return;
    if (this.#base !== undefined && this.#base !== front && !front.fills(context, placement, ratio)) {
      context.save();
      context.beginPath();
      context.rect(0, 0, context.canvas.width, context.canvas.height);
      front.addPlace(context, placement, ratio);
      context.clip('evenodd');
      this.#base.copyTo(context, placement, ratio);
      context.restore();
    }
    front.copyTo(context, placement, ratio);
  }

  /** Another look of the same masks replaces the old one when it is drawn; other masks must not be seen with the old. */
  #renew(content: SceneContent): void {
    if (content.subject !== this.#content?.subject) this.#front = undefined;
    this.#content = content;
    this.#base = undefined;
    this.#coming = undefined;
  }

  #mustDraw(stage: Size, placement: Placement, scale: number, resting: boolean): boolean {
    const content = this.#content!;
    const coming = this.#coming;
    if (coming !== undefined) return resting && coming.scale !== scale;
    const front = this.#front;
    if (front === undefined || front.content !== content) return true;
    if (front.scale !== scale) return resting || front.drawnMs <= quickMs;
    return !front.covers(seenPart(content.size, stage, placement, narrow));
  }

  #show(drawing: SceneDrawing): void {
    this.#front = drawing;
    if (drawing.isWhole) this.#base = drawing;
  }

  /** The whole picture as large as the stage, when nothing else is to be done. */
  #drawBase(content: SceneContent, stage: Size, ratio: number, resting: boolean, end: number): boolean {
    if (this.#base?.content === content && this.#base.isDone) return false;
    if (!resting) return false;
    const { width, height } = content.size;
    const scale = Math.min(stage.width / width, stage.height / height) * ratio;
    if (this.#base?.content !== content)
      this.#base = new SceneDrawing(content, { left: 0, top: 0, width, height }, scale, ratio, this.#atOnce);
    return !this.#base.draw(end);
  }
}

/** The part of the picture on the stage, with a share of the stage more on each side, in whole pixels of the picture. */
function seenPart(size: Size, stage: Size, { left, top, scale }: Placement, more: number) {
  const [x, y] = [more * stage.width, more * stage.height];
  const fromX = Math.max(0, Math.floor((-left - x) / scale));
  const fromY = Math.max(0, Math.floor((-top - y) / scale));
  const toX = Math.min(size.width, Math.ceil((stage.width + x - left) / scale));
  const toY = Math.min(size.height, Math.ceil((stage.height + y - top) / scale));
  return { left: fromX, top: fromY, width: Math.max(0, toX - fromX), height: Math.max(0, toY - fromY) };
}
