import { encode } from 'jpeg-js';
import type { PreviewMask } from '../../core/language/previewModel.ts';
import { encodeCounts, fromBitmap } from '../../core/masks/runLengthMask.ts';
import type { ShownRecord } from '../../media/protocol.ts';
import { bundlePage, chromiumPath, launchChromium } from '../../media/testing/openPage.ts';
import { type OpenPreview, openPreview } from '../../media/testing/openPreview.ts';

const [WIDTH, HEIGHT] = [4000, 3000];
const MASKS = 100;
/** A frame at 60 a second, and what scripts may take of it. */
const [FRAME_MS, BAR_MS] = [1000 / 60, 8];
const STEPS = 90;

/**
 * Script time of the preview page on a 12-megapixel photograph with 100 masks, by the browser's own tracing: what the main thread
 * spends in scripts a frame while a highlight moves, the picture is panned, and zoomed. Processor time of that thread, so that other
 * work on the machine does not count. Chromium runs without a GPU here: what a GPU would draw is drawn by that thread instead, and
 * counts wherever a script waits for it.
 */
export async function run(): Promise<void> {
  if (chromiumPath === undefined) throw new Error('No Chromium at CHROMIUM_PATH or /usr/bin/chromium.');
  const browser = await launchChromium();
  try {
    const preview = await openPreview(browser, await bundlePage('preview'), { width: 1400, height: 900 });
    const record = shownRecord();
    const start = performance.now();
    const place = { records: 1, version: 1, editable: true, prompts: true } as const;
    await preview.send({ type: 'show', record, place });
    await preview.painted();
    console.log(`${WIDTH} × ${HEIGHT}, ${MASKS} masks: first shown after ${(performance.now() - start).toFixed(0)} ms`);
    const trace = async (name: string, work: () => Promise<void>): Promise<void> => {
      await settled(preview);
      await browser.startTracing(preview.page, { categories: ['devtools.timeline'] });
      await work();
      await settled(preview);
      report(name, scriptFrames(JSON.parse((await browser.stopTracing()).toString())));
    };
    await trace('highlight', async () => {
      for (let step = 0; step < STEPS; step++) await preview.send({ type: 'highlight', phrase: (step * 37) % MASKS });
      await preview.send({ type: 'highlight', phrase: undefined });
    });
    const box = (await preview.page.locator('#picture').boundingBox())!;
    const { mouse, keyboard } = preview.page;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await mouse.move(middle.x, middle.y);
    await trace('zoom', async () => {
      await keyboard.down('Control');
      for (let step = 0; step < STEPS; step++) await mouse.wheel(0, step < STEPS / 2 ? -12 : 12);
      await keyboard.up('Control');
    });
    for (const zoom of [3, 12]) {
      await preview.send({ type: 'act', action: 'view.fit' });
      for (let reached = 1; reached < zoom; reached *= 1.5) await preview.send({ type: 'act', action: 'view.zoomIn' });
      await trace(`pan at ${zoom}×`, async () => {
        await mouse.move(middle.x, middle.y);
        await mouse.down({ button: 'middle' });
        for (let step = 0; step < STEPS; step++) {
          const turn = (2 * Math.PI * step) / STEPS;
          await mouse.move(middle.x + 300 * Math.sin(turn), middle.y + 200 * Math.sin(2 * turn));
        }
        await mouse.up({ button: 'middle' });
      });
    }
    if (preview.complaints.length > 0) throw new Error(preview.complaints.join('\n'));
  } finally {
    await browser.close();
  }
}

function settled(preview: OpenPreview): Promise<void> {
  return preview.page.evaluate('new Promise((done) => setTimeout(done, 300))');
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  /** Microseconds, by the clock and of the thread's processor time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

/** Events that are scripts at work; one inside another counts once. */
const SCRIPTS = new Set([
  ...['FunctionCall', 'EvaluateScript', 'FireAnimationFrame', 'EventDispatch', 'TimerFire', 'RunMicrotasks'],
  ...['ResizeObserverCallback', 'v8.callFunction'],
]);

/** Milliseconds of scripts on the page's main thread, frame by frame: a frame ends with its animation callbacks. */
function scriptFrames({ traceEvents }: { readonly traceEvents: readonly TraceEvent[] }): readonly number[] {
  const frames = traceEvents.filter((event) => event.name === 'FireAnimationFrame');
  const thread = mostCommon(frames.map((event) => `${event.pid} ${event.tid}`));
  const scripts = traceEvents
    .filter((event) => SCRIPTS.has(event.name) && event.ph === 'X' && `${event.pid} ${event.tid}` === thread)
    .sort((a, b) => a.ts - b.ts);
  const times: number[] = [];
  let sum = 0;
  let covered = 0;
  for (const { ts, dur = 0, tdur = dur, name } of scripts) {
    // What begins inside another ends inside it.
    if (ts >= covered) sum += tdur;
    covered = Math.max(covered, ts + dur);
    if (name !== 'FireAnimationFrame') continue;
    times.push(sum / 1000);
    sum = 0;
  }
  return times;
}

function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function report(name: string, frames: readonly number[]): void {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const [median, p95, most] = [at(0.5), at(0.95), at(1)];
  console.log(
    `${name.padEnd(12)} ${frames.length} frames  script a frame: median ${median.toFixed(2)} ms  p95 ${p95.toFixed(2)} ms  ` +
      `most ${most.toFixed(2)} ms  p95 to ${BAR_MS} ms: ${(p95 / BAR_MS).toFixed(2)}  p95 to a frame: ${(p95 / FRAME_MS).toFixed(2)}`,
  );
}

function shownRecord(): ShownRecord {
  const masks = makeMasks();
  const parts = masks.flatMap((_, phrase) => [
    { kind: 'text' as const, text: ', ' },
    { kind: 'phrase' as const, text: `thing ${phrase + 1}`, phrase, mask: phrase },
  ]);
  const imageSource = `data:image/jpeg;base64,${photograph().toString('base64')}`;
  const turns = [{ role: 'gpt' as const, parts }];
  return {
    id: 'large',
    index: 0,
    image: 'large.jpg',
    turns,
    masks,
    negatives: [],
    errors: 0,
    warnings: 0,
    imageSource,
  };
}

function photograph(): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * 4);
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    data[4 * pixel] = (x >> 4) ^ (y >> 5);
    data[4 * pixel + 1] = 128 + 60 * Math.sin(x / 90) * Math.cos(y / 70);
    data[4 * pixel + 2] = (x + y) >> 5;
    data[4 * pixel + 3] = 255;
  }
  return encode({ data, width: WIDTH, height: HEIGHT }, 80).data;
}

/** Blobs of many sizes with ragged edges, as outlines of real things have. */
function makeMasks(): PreviewMask[] {
  const random = seeded(17);
  const bitmap = new Uint8Array(WIDTH * HEIGHT);
  return Array.from({ length: MASKS }, (_, index): PreviewMask => {
    const radius = 60 + 500 * random() ** 2;
    const [centreX, centreY] = [random() * WIDTH, random() * HEIGHT];
    const [lobes, depth] = [3 + Math.floor(9 * random()), 0.1 + 0.3 * random()];
    bitmap.fill(0);
    for (let y = Math.max(0, Math.floor(centreY - 1.5 * radius)); y < Math.min(HEIGHT, centreY + 1.5 * radius); y++) {
      for (let x = Math.max(0, Math.floor(centreX - 1.5 * radius)); x < Math.min(WIDTH, centreX + 1.5 * radius); x++) {
        const angle = Math.atan2(y - centreY, x - centreX);
        const edge = radius * (1 + depth * Math.sin(lobes * angle)) + 2 * random();
        if (Math.hypot(x - centreX, y - centreY) < edge) bitmap[y * WIDTH + x] = 1;
      }
    }
    const counts = encodeCounts(fromBitmap(bitmap, HEIGHT, WIDTH).counts);
    const area = bitmap.reduce((sum, value) => sum + value, 0);
    return { size: [HEIGHT, WIDTH], counts, color: index, label: `thing ${index + 1}`, phrase: index, area };
  });
}

/** Numbers from 0 to 1, the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
