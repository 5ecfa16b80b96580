import { expect, it } from 'vitest';
import { Random } from '../../core/datasets/random.ts';
import type { DrawingDesk } from './testing/drawingDesk.ts';
import { openDesk } from './testing/drawingDesk.ts';
import { PlainMask } from './testing/plainMask.ts';

const [width, height] = [44, 33];

type Step = (desk: DrawingDesk, model: PlainMask, random: Random) => void;

/** A place off the grid on which distances could be equal. */
function place(random: Random): { x: number; y: number } {
  return { x: random.share() * (width + 8) - 4, y: random.share() * (height + 8) - 4 };
}

function strokeOf(desk: DrawingDesk, random: Random): { x: number; y: number }[] {
  desk.drawing.brushRadius = 1 + Math.round(8 * random.share()) / 2;
  return Array.from({ length: 1 + random.below(4) }, () => place(random));
}

const stroke: Step = (desk, model, random) => {
  const erases = random.below(2) === 0;
  const alt = random.below(3) === 0;
  desk.use(erases ? 'eraser' : 'brush');
  const places = strokeOf(desk, random);
  desk.drag(
    places.map(({ x, y }) => [x, y]),
    { alt },
  );
  model.stroke(places, desk.drawing.brushRadius, erases === alt ? 1 : 0);
};

const strokeTakenBack: Step = (desk, _, random) => {
  desk.use('brush');
  const places = strokeOf(desk, random);
  for (const [i, { x, y }] of places.entries()) desk.send(i === 0 ? 'down' : 'move', x, y);
  expect(desk.drawing.act('mask.undo')).toBe(true);
  desk.send('move', 9, 9);
  desk.send('up', 9, 9);
};

const rectangle: Step = (desk, model, random) => {
  desk.use('box');
  const [a, b] = [place(random), place(random)];
  const shift = random.below(2) === 0;
  desk.drag(
    [
      [a.x, a.y],
      [b.x, b.y],
    ],
    { alt: true, shift },
  );
  const clip = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const left = clip(Math.floor(Math.min(a.x, b.x)), width);
  const right = clip(Math.ceil(Math.max(a.x, b.x)), width);
  const top = clip(Math.floor(Math.min(a.y, b.y)), height);
  const bottom = clip(Math.ceil(Math.max(a.y, b.y)), height);
  if (right - left >= 2 && bottom - top >= 2) model.rectangle(left, top, right, bottom, shift ? 0 : 1);
};

/** The scale is so large that no click is near a point or a line. */
const polygon: Step = (desk, model, random) => {
  desk.use('polygon');
  const points = Array.from({ length: 3 + random.below(4) }, () => place(random));
  const cuts = random.below(3) === 0;
  for (const [i, { x, y }] of points.entries()) desk.click(x, y, { alt: cuts && i === 0, scale: 1e6 });
  if (random.below(3) === 0) {
    expect(desk.drawing.act('mask.undo')).toBe(true);
    expect(desk.drawing.act('mask.redo')).toBe(true);
  }
  desk.press('Enter');
  model.ring(points, cuts ? 0 : 1);
};

const fill: Step = (desk, model, random) => {
  desk.use('fill');
  const [x, y] = [random.below(width), random.below(height)];
  const alt = random.below(4) === 0;
  desk.click(x + 0.3, y + 0.7, { alt });
  model.fill(x, y, alt);
};

const whole: Step = (desk, model, random) => {
  const coarse = random.below(4) === 0;
  const by = coarse ? 5 : 1;
  switch (random.below(5)) {
    case 0:
      desk.drawing.act('mask.grow', { coarse });
      model.spread(by, 1);
      break;
    case 1:
      desk.drawing.act('mask.shrink', { coarse });
      model.spread(by, 0);
      break;
    case 2:
      desk.drawing.act('mask.fillHoles');
      model.fillHoles();
      break;
    default:
      desk.drawing.act('mask.invert');
      model.invert();
  }
};

const undo: Step = (desk, model, random) => {
  for (let i = random.below(4); i >= 0; i--) expect(desk.drawing.act('mask.undo')).toBe(model.undo());
};

const redo: Step = (desk, model, random) => {
  for (let i = random.below(4); i >= 0; i--) expect(desk.drawing.act('mask.redo')).toBe(model.redo());
};

const steps: readonly Step[] = [
  stroke,
  stroke,
  stroke,
  strokeTakenBack,
  rectangle,
  polygon,
  fill,
  whole,
  undo,
  undo,
  redo,
];

it.each([1, 2, 3])('a thousand steps at random do what they would do to a plain bitmap (seed %i)', (seed) => {
  const random = new Random(seed, 'steps');
  const desk = openDesk();
  const model = new PlainMask(width, height);
  desk.begin(Array.from({ length: height }, () => '.'.repeat(width)));
  let changes = 0;
  let before = model.counts;
  for (let i = 0; i < 1000; i++) {
    const step = random.below(steps.length);
    steps[step]!(desk, model, random);
    expect(desk.drawing.result()!.counts, `step ${i}, kind ${step}`).toBe(model.counts);
    expect(desk.drawing.state.area).toBe(model.area);
    if (model.counts !== before) changes++;
    before = model.counts;
  }
  expect(changes).toBeGreaterThan(500);
});
