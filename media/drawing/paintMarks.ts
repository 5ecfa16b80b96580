/** Points, lines, brush and cursor over the mask in work: black and white, so that they are seen on any photograph and in any theme. */
import type { DrawingFrame, Point } from './contract.ts';
import type { Mark } from './drawingTool.ts';

/** CSS pixels. */
const HANDLE = 7;
const CHOSEN_HANDLE = 10;
const PROMPT_RADIUS = 8;
const CURSOR_ARM = 14;
const CURSOR_GAP = 4;
/** A brush that looks smaller gets a cross besides, or nobody would find it. */
const SMALL_BRUSH = 4;

/** Handles nearer to each other than this are left out until one zooms in. */
const HANDLE_ROOM = 9;

type Context = CanvasRenderingContext2D;

export function paintMarks(frame: DrawingFrame, marks: readonly Mark[], colour: string): void {
  const { context, ratio } = frame;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  let before: Point | undefined;
  for (const mark of marks) {
    if (mark.kind === 'handle') {
      const at = onStage(frame, mark.at);
      if (!mark.chosen && before !== undefined && Math.hypot(at.x - before.x, at.y - before.y) < HANDLE_ROOM) continue;
      before = at;
      paintHandle(context, at, mark.chosen, colour);
    } else {
      before = undefined;
      paintMark(frame, mark, colour);
    }
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}

function paintMark(frame: DrawingFrame, mark: Exclude<Mark, { kind: 'handle' }>, colour: string): void {
  const { context, placement } = frame;
  switch (mark.kind) {
    case 'line':
      paintLine(frame, mark.points, mark.closed, mark.dashed);
      break;
    case 'prompt':
      paintPrompt(context, onStage(frame, mark.at), mark.positive, mark.awaited, colour);
      break;
    case 'brush':
      paintBrush(context, onStage(frame, mark.at), mark.radius * placement.scale, mark.erases);
      break;
    case 'cursor':
      paintCursor(context, onStage(frame, mark.at));
  }
}

function onStage({ placement: { left, top, scale } }: DrawingFrame, { x, y }: Point): Point {
  return { x: left + x * scale, y: top + y * scale };
}

function paintLine(frame: DrawingFrame, points: readonly Point[], closed: boolean, dashed: boolean): void {
  const { context } = frame;
  context.beginPath();
  for (const point of points) {
    const { x, y } = onStage(frame, point);
    context.lineTo(x, y);
  }
  if (closed) context.closePath();
  strokeTwice(context, dashed ? [6, 4] : []);
}

/** White on black: the black line is seen on light ground, the white one on dark. */
function strokeTwice(context: Context, dash: readonly number[], width = 1.5): void {
  context.setLineDash([]);
  context.strokeStyle = '#000000';
  context.lineWidth = width + 1.75;
  context.stroke();
  context.setLineDash([...dash]);
  context.strokeStyle = '#ffffff';
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

function paintHandle(context: Context, { x, y }: Point, chosen: boolean, colour: string): void {
  const side = chosen ? CHOSEN_HANDLE : HANDLE;
  context.beginPath();
  context.rect(x - side / 2, y - side / 2, side, side);
  context.fillStyle = chosen ? colour : '#ffffff';
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = '#000000';
  context.stroke();
}

/** A ring with a plus in the mask's colour, or with a minus on black; dashed until the model has answered. */
function paintPrompt(context: Context, { x, y }: Point, positive: boolean, awaited: boolean, colour: string): void {
  context.beginPath();
  context.arc(x, y, PROMPT_RADIUS, 0, 2 * Math.PI);
  context.fillStyle = positive ? colour : '#000000';
  context.fill();
  strokeTwice(context, awaited ? [3, 4] : [], 1.75);
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  if (positive) {
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 4);
  }
  strokeTwice(context, [], 2);
}

function paintBrush(context: Context, { x, y }: Point, radius: number, erases: boolean): void {
  context.beginPath();
  context.arc(x, y, Math.max(radius, 1), 0, 2 * Math.PI);
  strokeTwice(context, erases ? [4, 4] : []);
  if (radius >= SMALL_BRUSH && !erases) return;
  context.beginPath();
  const arm = radius >= SMALL_BRUSH ? 3 : 7;
  const gap = radius >= SMALL_BRUSH ? 0 : SMALL_BRUSH;
  for (const side of [-1, 1]) {
    context.moveTo(x + side * gap, y);
    context.lineTo(x + side * arm, y);
    if (erases) continue;
    context.moveTo(x, y + side * gap);
    context.lineTo(x, y + side * arm);
  }
  strokeTwice(context, []);
}

function paintCursor(context: Context, { x, y }: Point): void {
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x + side * CURSOR_GAP, y);
    context.lineTo(x + side * CURSOR_ARM, y);
    context.moveTo(x, y + side * CURSOR_GAP);
    context.lineTo(x, y + side * CURSOR_ARM);
  }
  strokeTwice(context, [], 2);
}
