/** A page of a photograph and a canvas over it, and nothing else of the preview: mouse and keys go straight to the mask editor. */
import { decodeCounts, type RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import type { Answer } from '../../protocol.ts';
import type { Placement, Size } from '../../viewport.ts';
import type { DrawingPointer, MaskDrawing } from '../contract.ts';
import { makeDrawing } from '../drawing.ts';

/** What a test reaches by `page.evaluate`. */
export interface HarnessWindow {
  readonly drawing: MaskDrawing;
  readonly said: readonly string[];
  /** The model's answer from now on. */
  answer: Answer;
  /** Without a mask where `counts` is empty. */
  begin(size: Size, counts: string, placement: Placement, ground: string): void;
  /** Moves the picture. */
  place(placement: Placement): void;
  /** The canvas's colour at a place of the stage, over the ground: red, green, blue. */
  colourAt(x: number, y: number): readonly number[];
  /** Milliseconds of script of each frame since the last call, painting included, and of each pointer event. */
  timesTaken(): { readonly frames: readonly number[]; readonly pointers: readonly number[] };
}

const canvas = document.createElement('canvas');
document.body.append(canvas);
document.body.style.margin = '0';
canvas.style.display = 'block';
const ratio = window.devicePixelRatio;
canvas.width = Math.round(window.innerWidth * ratio);
canvas.height = Math.round(window.innerHeight * ratio);
canvas.style.width = `${window.innerWidth}px`;
canvas.style.height = `${window.innerHeight}px`;
const context = canvas.getContext('2d', { willReadFrequently: true })!;

let placement: Placement = { left: 0, top: 0, scale: 1 };
let ground = '#ffffff';
let awaitsFrame = false;
let frames: number[] = [];
let pointers: number[] = [];
const said: string[] = [];

const harness: HarnessWindow = {
  said,
  answer: { ok: false, message: 'No model.' },
  drawing: makeDrawing({
    repaint: () => askForFrame(),
    changed: () => undefined,
    announce: (sentence) => said.push(sentence),
    segment: () => Promise.resolve(harness.answer),
  }),
  begin: (size, counts, at, colour) => {
    placement = at;
    ground = colour;
    harness.drawing.begin(size, counts === '' ? undefined : maskOf(size, counts), '#f08400');
  },
  place: (at) => {
    placement = at;
    askForFrame();
  },
  colourAt: (x, y) => [...context.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data].slice(0, 3),
  timesTaken: () => {
    const taken = { frames, pointers };
    [frames, pointers] = [[], []];
    return taken;
  },
};
Object.assign(window, { harness });

function askForFrame(): void {
  if (!awaitsFrame) requestAnimationFrame(paint);
  awaitsFrame = true;
}

function paint(): void {
  awaitsFrame = false;
  const started = performance.now();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  harness.drawing.paint({ context, placement, ratio });
  frames.push(performance.now() - started);
}

function point(event: PointerEvent, kind: DrawingPointer['kind']): void {
  for (const each of kind === 'move' ? event.getCoalescedEvents() : [event]) {
    const started = performance.now();
    harness.drawing.pointer({
      kind,
      x: (each.offsetX - placement.left) / placement.scale,
      y: (each.offsetY - placement.top) / placement.scale,
      button: event.button,
      shift: event.shiftKey,
      alt: event.altKey,
      scale: placement.scale,
    });
    pointers.push(performance.now() - started);
  }
}

canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId);
  point(event, 'down');
});
canvas.addEventListener('pointermove', (event) => point(event, 'move'));
canvas.addEventListener('pointerup', (event) => point(event, 'up'));
canvas.addEventListener('contextmenu', (event) => event.preventDefault());
window.addEventListener('keydown', (event) => {
  if (harness.drawing.key(event)) event.preventDefault();
});

function maskOf({ width, height }: Size, counts: string): RunLengthMask {
  const runs = decodeCounts(counts);
  if (!runs.ok) throw new Error(runs.message);
  return { width, height, counts: runs.value };
}
