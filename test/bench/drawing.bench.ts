import { encodeCounts, fromBitmap, type RunLengthMask, toBitmap } from '../../core/masks/runLengthMask.ts';
import type { DrawingPointer, MaskDrawing } from '../../media/drawing/contract.ts';
import { makeDrawing } from '../../media/drawing/drawing.ts';

const [HEIGHT, WIDTH] = [3000, 4000];

/** Each is done this often; the shortest counts, which other programs disturb least. */
const ROUNDS = 15;

/** Places of the pointer in a stroke, and between two frames of one. */
const [PLACES, PLACES_A_FRAME] = [60, 4];

interface Measured {
  readonly name: string;
  /** Milliseconds that a person would not notice. */
  readonly bar: number;
  /** What comes before and is not measured. */
  readonly prepare?: (drawing: MaskDrawing) => void;
  readonly run: (drawing: MaskDrawing) => void;
}

/**
 * The mask editor on photographs of 12 megapixels: what a stroke, a frame of one, undo and each operation take, as ratios to encoding
 * the bitmap of the same mask once, which is the least that an editor on bitmaps would pay for a result. One mask is smooth, as a
 * person draws; one is frayed, as a threshold gives it.
 */
export async function run(): Promise<void> {
  for (const [name, mask] of [
    ['smooth', smooth()],
    ['frayed', frayed()],
  ] as const) {
    const bitmap = toBitmap(mask);
    const encoding = shortest(ROUNDS, () => encodeCounts(fromBitmap(bitmap, HEIGHT, WIDTH).counts).length);
    console.log(
      `A ${name} mask of ${WIDTH} × ${HEIGHT}, ${mask.counts.length} runs; encoding its bitmap takes ${ms(encoding)}`,
    );
    console.log(row('', 'ms', 'ratio', 'bar', 'held?'));
    for (const measured of MEASURED) report(measured, mask, encoding);
  }
}

const MEASURED: readonly Measured[] = [
  { name: 'frame of a stroke, radius 20', bar: 8, prepare: (drawing) => press(drawing, 20), run: frame },
  { name: 'frame of a stroke, radius 500', bar: 8, prepare: (drawing) => press(drawing, 500), run: frame },
  { name: `stroke of ${PLACES} places → result`, bar: 40, run: stroke },
  { name: 'undo', bar: 16, run: (drawing) => drawing.act('mask.undo') },
  { name: 'grow', bar: 300, run: (drawing) => drawing.act('mask.grow') },
  { name: 'grow by 5', bar: 300, run: (drawing) => drawing.act('mask.grow', { coarse: true }) },
  { name: 'shrink', bar: 300, run: (drawing) => drawing.act('mask.shrink') },
  { name: 'smooth', bar: 300, run: (drawing) => drawing.act('mask.smooth') },
  { name: 'fill holes', bar: 300, run: (drawing) => drawing.act('mask.fillHoles') },
  { name: 'remove specks', bar: 300, run: (drawing) => drawing.act('mask.removeSpecks') },
  { name: 'invert', bar: 300, run: (drawing) => drawing.act('mask.invert') },
  { name: 'parts', bar: 300, run: (drawing) => drawing.parts() },
  { name: 'result', bar: 40, run: (drawing) => drawing.result() },
];

function report({ name, bar, prepare, run }: Measured, mask: RunLengthMask, encoding: number): void {
  const drawings = Array.from({ length: ROUNDS }, () => opened(mask));
  for (const drawing of drawings) prepare?.(drawing);
  let at = 0;
  const took = shortest(ROUNDS, () => run(drawings[at++]!));
  console.log(row(name, took.toFixed(2), (took / encoding).toFixed(2), String(bar), took <= bar ? 'yes' : 'NO'));
}

/** A mask in work in the middle of a stroke that came after another one. */
function opened(mask: RunLengthMask): MaskDrawing {
  const drawing = makeDrawing({
    repaint: () => undefined,
    changed: () => undefined,
    announce: () => undefined,
    segment: () => Promise.resolve({ ok: false, message: 'No model is measured here.' }),
  });
  drawing.begin({ width: WIDTH, height: HEIGHT }, mask, '#003cfc');
  drawing.tool = 'brush';
  drawing.brushRadius = 20;
  send(drawing, 'down', 300, 300);
  for (let i = 0; i < PLACES; i++) send(drawing, 'move', 300 + 50 * i, 300 + 35 * i);
  send(drawing, 'up', 3300, 2400);
  return drawing;
}

function press(drawing: MaskDrawing, radius: number): void {
  drawing.brushRadius = radius;
  send(drawing, 'down', 1000, 2000);
}

/** What comes between two frames while the button is down, and the mask that the frame paints. */
function frame(drawing: MaskDrawing): void {
  for (let i = 1; i <= PLACES_A_FRAME; i++) send(drawing, 'move', 1000 + 20 * i, 2000 - 11 * i);
  if (drawing.state.area === 0) throw new Error('The stroke left nothing.');
}

function stroke(drawing: MaskDrawing): void {
  send(drawing, 'down', 500, 2500);
  for (let i = 1; i < PLACES; i++) send(drawing, 'move', 500 + 50 * i, 2500 - 30 * i);
  send(drawing, 'up', 500 + 50 * PLACES, 2500 - 30 * PLACES);
  drawing.result();
}

function send(drawing: MaskDrawing, kind: DrawingPointer['kind'], x: number, y: number): void {
  drawing.pointer({ kind, x, y, button: 0, shift: false, alt: false, scale: 0.25 });
}

/** A thing as a person draws it. */
function smooth(): RunLengthMask {
  return where((x, y) => {
    const angle = Math.atan2(y - 1500, x - 2000);
    const radius = 1000 + 180 * Math.sin(3 * angle) + 90 * Math.cos(7 * angle + 1) + 6 * Math.sin(61 * angle);
    return Math.hypot(x - 2000, y - 1500) < radius && Math.hypot(x - 1800, y - 1400) > 150;
  });
}

/** A thing with a rough contour, holes and crumbs everywhere. */
function frayed(): RunLengthMask {
  return where((x, y) => {
    const grain = Math.sin(x / 5.3) * Math.sin(y / 4.1) + Math.sin(x / 17 + y / 23) + Math.sin((x * y) / 9000);
    return Math.hypot(x - 2000, y - 1500) < 1300 + 120 * grain && grain > -0.9;
  });
}

function where(test: (x: number, y: number) => boolean): RunLengthMask {
  const bytes = new Uint8Array(HEIGHT * WIDTH);
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) if (test(x, y)) bytes[y * WIDTH + x] = 1;
  return fromBitmap(bytes, HEIGHT, WIDTH);
}

function shortest(rounds: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

function ms(time: number): string {
  return `${time.toFixed(2)} ms`;
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(34) + cells.map((cell) => cell.padStart(9)).join('');
}
