/** Shows the state of the mask editor: tools, brush, what the mask in work covers, and a mask that waits for its record. */
import type { DrawingState } from '../drawing/contract.ts';
import type { ShownPlace } from '../protocol.ts';
import { count } from '../wording.ts';
import type { Work } from './maskWork.ts';
import type { Skeleton } from './skeleton.ts';

export interface DrawingShown {
  readonly state: DrawingState;
  /** What may be done to the shown record; nothing while a draft or a comparison is shown. */
  readonly place: ShownPlace | undefined;
  /** The mask in work on the shown record. */
  readonly work: Work | undefined;
  /** A mask in work whose record is not shown. */
  readonly waiting: Work | undefined;
  /** The model's confidence in its last answer, 0 to 1. */
  readonly score: number | undefined;
}

export function showDrawing(nodes: Skeleton, shown: DrawingShown): void {
  const { drawing, notices, canvas } = nodes;
  const { state, place, work, waiting } = shown;
  drawing.tools.hidden = place?.editable !== true;
  drawing.edit.hidden = work !== undefined;
  drawing.fresh.hidden = work !== undefined;
  const tool = work === undefined ? 'look' : state.tool;
  for (const [name, node] of drawing.byTool) node.checked = name === tool;
  drawing.work.hidden = work === undefined;
  canvas.dataset.tool = tool;
  notices.waiting.hidden = waiting === undefined;
  if (waiting !== undefined)
    notices.waitingText.textContent = `Unsaved mask of record ${waiting.at.record.id || waiting.at.record.index + 1}.`;
  if (work === undefined) return;
  const paints = tool === 'brush' || tool === 'eraser';
  drawing.brushBox.hidden = !paints;
  drawing.brush.value = String(sliderOf(state.brushRadius));
  drawing.brushValue.textContent = `${readable(2 * state.brushRadius)} px`;
  drawing.points.hidden = tool !== 'points';
  drawing.status.textContent = statusOf(shown, work);
}

function statusOf({ state, score, place }: DrawingShown, { size }: Work): string {
  const asks = state.tool === 'points' || state.tool === 'box';
  if (state.waiting) return 'The model is at work …';
  if (asks && place !== undefined && place.prompts !== true) return place.prompts;
  const share = (100 * state.area) / Math.max(1, size.width * size.height);
  const covered = state.area === 0 ? 'empty' : `${share < 10 ? share.toFixed(1) : Math.round(share)} % of the image`;
  const parts = state.parts > 1 ? `, ${count(state.parts, 'part')}` : '';
  return `${covered}${parts}${asks && score !== undefined ? `, model’s confidence ${score.toFixed(2)}` : ''}`;
}

const [least, most] = [0.5, 500];

/** The brush's radius in pixels of the photograph at a place of its slider, 0 to 100; each step grows it by the same share. */
export function radiusAt(place: number): number {
  return least * (most / least) ** (place / 100);
}

function sliderOf(radius: number): number {
  return Math.round((100 * Math.log(radius / least)) / Math.log(most / least));
}

function readable(pixels: number): string {
  return pixels < 10 ? String(Math.round(pixels * 10) / 10) : String(Math.round(pixels));
}
