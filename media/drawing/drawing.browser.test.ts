import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../core/datasets/random.ts';
import { readMask, toCompressed } from '../../core/masks/maskValue.ts';
import { area, encodeCounts, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { maskWhere, pixelReader } from '../../core/testing/maskArbitraries.ts';
import { chromiumPath, launchChromium } from '../testing/openPage.ts';
import { bundleHarness, type OpenHarness, openHarness } from './testing/openHarness.ts';

const size = { width: 200, height: 150 };
/** The photograph's pixels are squares of four CSS pixels, and its corner is off the stage's by a little. */
const placement = { left: 3, top: 5, scale: 4 };

/** Where a pixel's middle is on the stage. */
const onStage = (x: number, y: number): [number, number] => [3 + 4 * (x + 0.5), 5 + 4 * (y + 0.5)];

/** Orange, the mask's colour, over a ground of black: between the two. */
const inMask = (colour: readonly number[]): boolean =>
  colour[0]! > 80 && colour[0]! > 1.4 * colour[1]! && colour[2]! < 40;
const isGround = (colour: readonly number[]): boolean => colour.every((value) => value < 12);

async function resultOf(harness: OpenHarness): Promise<RunLengthMask> {
  const reading = readMask(await harness.ask(({ drawing }) => drawing.result()));
  if (!reading.ok) throw new Error(reading.message);
  return reading.mask;
}

describe.skipIf(chromiumPath === undefined)('the mask editor in a browser', () => {
  let browser: Browser;
  let script: string;
  let open: OpenHarness | undefined;

  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundleHarness()]);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    expect(open?.complaints).toEqual([]);
    await open?.page.close();
  });

  async function opened(start?: RunLengthMask, ratio = 1): Promise<OpenHarness> {
    open = await openHarness(browser, script, ratio);
    await open.ask(({ begin }, [of, counts, at]) => begin(of, counts, at, '#000000'), [
      size,
      start === undefined ? '' : encodeCounts(start.counts),
      placement,
    ] as const);
    return open;
  }

  it('paints a stroke of the mouse where it was drawn, and undo takes it away', async () => {
    const harness = await opened();
    await harness.ask(({ drawing }) => {
      drawing.tool = 'brush';
      drawing.brushRadius = 6;
    });
    await harness.drag([onStage(20, 30), onStage(120, 30), onStage(120, 100)]);
    await harness.page.mouse.move(...onStage(180, 10));
    for (const [x, y] of [
      [20, 30],
      [70, 30],
      [118, 30],
      [120, 60],
      [120, 100],
    ] as const) {
      expect(inMask(await harness.colourAt(...onStage(x, y))), `${x}, ${y}`).toBe(true);
    }
    for (const [x, y] of [
      [70, 40],
      [70, 20],
      [140, 100],
      [5, 5],
    ] as const) {
      expect(isGround(await harness.colourAt(...onStage(x, y))), `${x}, ${y}`).toBe(true);
    }
    const at = pixelReader(await resultOf(harness));
    expect([at(70, 30), at(70, 35), at(70, 38), at(120, 80)]).toEqual([true, true, false, true]);
    await harness.ask(({ drawing }) => drawing.act('mask.undo'));
    expect(isGround(await harness.colourAt(...onStage(70, 30)))).toBe(true);
  });

  it('draws the contour as a light line with the colour in it, on any ground', async () => {
    const square = maskWhere(size.height, size.width, (x, y) => x >= 50 && x < 100 && y >= 40 && y < 90);
    const harness = await opened(square);
    const [x, y] = [3 + 4 * 50, onStage(0, 60)[1]];
    const across = await Promise.all([-4, -2, -1, 0, 1, 2, 8].map((off) => harness.colourAt(x + off, y)));
    expect(isGround(across[0]!)).toBe(true);
    expect(across.some(([red, green, blue]) => red! > 180 && green! > 150 && blue! > 120)).toBe(true);
    const [middle] = [across[3]!];
    expect(middle[0]).toBeGreaterThan(200);
    expect(middle[2]).toBeLessThan(120);
    expect(inMask(across[6]!)).toBe(true);
  });

  it('shows the same mask wherever it is moved to and however far one zooms out', async () => {
    const rings = maskWhere(size.height, size.width, (x, y) => Math.floor(Math.hypot(x - 100, y - 75) / 20) % 2 === 1);
    const harness = await opened(rings, 2);
    const at = pixelReader(rings);
    for (const where of [
      placement,
      { left: -120.4, top: -60.7, scale: 6.3 },
      { left: 40, top: 30, scale: 1.5 },
      { left: 9.5, top: 8.5, scale: 20 },
    ]) {
      await harness.ask(({ place }, to) => place(to), where);
      let seen = 0;
      for (const [x, y] of [
        [100, 75],
        [130, 75],
        [150, 75],
        [100, 105],
        [75, 75],
        [10, 6],
        [30, 75],
      ] as const) {
        const [left, top] = [where.left + where.scale * (x + 0.5), where.top + where.scale * (y + 0.5)];
        if (left < 2 || top < 2 || left > 798 || top > 598) continue;
        const colour = await harness.colourAt(left, top);
        expect(at(x, y) ? inMask(colour) : isGround(colour), `${x}, ${y} at ${where.scale}: ${colour}`).toBe(true);
        seen++;
      }
      expect(seen).toBeGreaterThan(0);
    }
  });

  it('a polygon is clicked, closed by a double click, and one of its points is dragged', async () => {
    const harness = await opened();
    await harness.ask(({ drawing }) => {
      drawing.tool = 'polygon';
    });
    const corners = [
      [20, 20],
      [80, 20],
      [80, 80],
      [20, 80],
    ] as const;
    for (const [x, y] of corners.slice(0, 3)) await harness.page.mouse.click(3 + 4 * x, 5 + 4 * y);
    await harness.page.mouse.dblclick(3 + 4 * 20, 5 + 4 * 80);
    expect(area(await resultOf(harness))).toBe(3600);
    expect(inMask(await harness.colourAt(...onStage(50, 40)))).toBe(true);
    await harness.drag([
      [3 + 4 * 80, 5 + 4 * 80],
      [3 + 4 * 110, 5 + 4 * 110],
    ]);
    expect(inMask(await harness.colourAt(...onStage(88, 86)))).toBe(true);
    await harness.page.mouse.click(3 + 4 * 110, 5 + 4 * 110, { button: 'right' });
    expect(isGround(await harness.colourAt(...onStage(66, 66)))).toBe(true);
    expect(inMask(await harness.colourAt(...onStage(34, 34)))).toBe(true);
  });

  it('points ask the model: the plus is seen, and its answer', async () => {
    const harness = await opened();
    const answer = toCompressed(maskWhere(size.height, size.width, (x, y) => x >= 60 && x < 120 && y >= 40 && y < 110));
    await harness.ask((window, drawn) => {
      window.answer = { ok: true, drawn, score: 0.9 };
      window.drawing.tool = 'points';
    }, answer);
    await harness.page.mouse.click(...onStage(90, 70));
    expect(inMask(await harness.colourAt(...onStage(70, 50)))).toBe(true);
    const [x, y] = onStage(90, 70);
    expect(await harness.colourAt(x, y)).toEqual([255, 255, 255]);
    expect(await harness.colourAt(x + 3, y + 3)).toEqual([240, 132, 0]);
    await harness.page.mouse.click(...onStage(140, 70), { button: 'right' });
    expect((await harness.ask(({ said }) => said)).at(-1)).toContain('4,200 pixels, score 0.90');
  });

  it('is drawn with the keyboard, its cursor in black and white', async () => {
    const harness = await opened();
    await harness.ask(({ drawing }) => {
      drawing.tool = 'brush';
      drawing.brushRadius = 3;
    });
    for (const key of [
      'Enter',
      'Shift+ArrowRight',
      'Shift+ArrowRight',
      'Shift+ArrowDown',
      'Enter',
      'Shift+ArrowLeft',
    ]) {
      await harness.page.keyboard.press(key);
    }
    expect(inMask(await harness.colourAt(...onStage(105, 75)))).toBe(true);
    expect(inMask(await harness.colourAt(...onStage(120, 80)))).toBe(true);
    const [x, y] = onStage(110, 85);
    expect(await harness.colourAt(x + 18, y)).not.toEqual([255, 255, 255]);
    expect(await harness.colourAt(x + 10, y)).toEqual([255, 255, 255]);
    const beside = await harness.colourAt(x + 9, y + 2);
    expect(Math.max(...beside)).toBeLessThan(140);
  });

  it('after many strokes, zooms and undos shows what a fresh editor shows', async () => {
    const harness = await opened();
    const random = new Random(5, 'strokes');
    const large = { width: 1500, height: 1100 };
    const view = { left: 10.3, top: 7.8, scale: 0.51 };
    await harness.ask(({ begin }, [of, at]) => begin(of, '', at, '#203040'), [large, view] as const);
    for (let i = 0; i < 25; i++) {
      const radius = 2 + random.below(90);
      await harness.ask(
        ({ drawing }, [tool, size]) => {
          drawing.tool = tool;
          drawing.brushRadius = size;
        },
        [random.below(3) === 0 ? 'eraser' : 'brush', radius] as const,
      );
      const place = (): [number, number] => [random.below(800), random.below(600)];
      await harness.drag([place(), place(), place()], 3);
      if (random.below(5) === 0) await harness.ask(({ drawing }) => drawing.act('mask.undo'));
      if (random.below(5) === 0) await harness.ask(({ place }) => place({ left: -300, top: -200, scale: 1.7 }));
      await harness.painted();
      await harness.ask(({ place }, to) => place(to), view);
    }
    const picture = async (): Promise<string> => {
      await harness.ask(({ drawing }) => {
        drawing.tool = 'look';
      });
      await harness.painted();
      return harness.page.evaluate<string>("document.querySelector('canvas').toDataURL()");
    };
    const grown = await picture();
    const { counts } = (await harness.ask(({ drawing }) => drawing.result()))!;
    await harness.ask(
      ({ drawing, begin }, [of, runs, at]) => {
        drawing.end();
        begin(of, runs, at, '#203040');
      },
      [large, counts, view] as const,
    );
    expect(grown === (await picture())).toBe(true);
    expect(area(await resultOf(harness))).toBeGreaterThan(10_000);
  });

  it('on 12 megapixels a frame of a stroke takes a few milliseconds of script', async () => {
    const harness = await opened();
    const large = { width: 4000, height: 3000 };
    const start = maskWhere(
      3000,
      4000,
      (x, y) => Math.hypot(x - 2000, y - 1500) < 1200 + 40 * Math.sin(x / 30) * Math.sin(y / 27),
    );
    await harness.ask(
      ({ begin, drawing }, [of, counts]) => {
        begin(of, counts, { left: 0, top: 0, scale: 0.2 }, '#000000');
        drawing.tool = 'eraser';
        drawing.brushRadius = 200;
      },
      [large, encodeCounts(start.counts)] as const,
    );
    await harness.painted();
    await harness.ask(({ timesTaken }) => timesTaken());
    await harness.drag(
      [
        [100, 100],
        [700, 500],
        [100, 500],
        [400, 50],
      ],
      20,
    );
    await harness.painted();
    const { frames, pointers } = await harness.ask(({ timesTaken }) => timesTaken());
    const middle = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;
    console.log(
      `script a frame: median ${middle(frames).toFixed(2)} ms of ${frames.length}; a pointer event: ${middle(pointers).toFixed(2)} ms of ${pointers.length}`,
    );
    expect(frames.length).toBeGreaterThan(5);
    // The bar is 8 ms; a machine that does other things meanwhile takes several times as long.
    expect(middle(frames) + middle(pointers)).toBeLessThan(24);
  });
});
