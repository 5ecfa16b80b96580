import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { maskColor } from '../core/masks/palette.ts';
import type { ShownDraft, ShownRecord } from './protocol.ts';
import {
  bundlePreview,
  chromiumPath,
  launchChromium,
  type OpenOptions,
  type OpenPreview,
  openPreview,
} from './testing/openPreview.ts';
import type { ThemeName } from './testing/themes.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../test/fixtures/preview/${name}`, import.meta.url));
const photograph = fixture('cat-and-parakeet.jpg');
const asSource = (jpeg: Buffer): string => `data:image/jpeg;base64,${jpeg.toString('base64')}`;
const plain: ShownRecord = JSON.parse(fixture('cat-and-parakeet.json').toString());
const record: ShownRecord = { ...plain, imageSource: asSource(photograph) };
const [question, answer] = record.turns;

/** A record as it is halfway through being written: a phrase without a mask, a mask without a phrase, one that is cut off. */
const halfway: ShownRecord = {
  ...record,
  id: 'a-long-record-identifier-without-any-space-from-a-real-dataset-000000196393',
  errors: 12,
  turns: [
    question!,
    {
      role: 'gpt',
      parts: [...answer!.parts, { kind: 'phrase', text: 'a spoon whose phrase is long enough to break', phrase: 4 }],
    },
  ],
  masks: [
    ...record.masks.slice(0, 2),
    { size: record.masks[2]!.size, counts: record.masks[2]!.counts, color: 2, label: 'mask 3', area: 11435 },
    { ...record.masks[3]!, counts: record.masks[3]!.counts.slice(0, -2) },
  ],
};
const draft: ShownDraft = { record: { ...record, id: 'drafted' }, model: 'coco80', notes: ['Look at mask 3.'] };

if (chromiumPath === undefined) {
  console.warn('SKIPPED: the preview page was not tested. No Chromium at CHROMIUM_PATH or /usr/bin/chromium.');
}

describe.skipIf(chromiumPath === undefined)('the preview page', () => {
  let browser: Browser;
  let script: string;
  let preview: OpenPreview;

  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundlePreview()]);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    expect(preview.complaints).toEqual([]);
    await preview.page.close();
  });

  const open = async (options: OpenOptions = {}): Promise<OpenPreview> => {
    preview = await openPreview(browser, script, options);
    expect(await preview.taken()).toEqual([{ type: 'ready' }]);
    return preview;
  };
  const show = async (shown: ShownRecord = record, options: OpenOptions = {}): Promise<OpenPreview> => {
    await open(options);
    await preview.send({ type: 'show', record: shown });
    await preview.painted();
    return preview;
  };
  const pointAt = async (x: number, y: number): Promise<[number, number]> => {
    const box = (await preview.page.locator('#picture').boundingBox())!;
    return [box.x + (x / 640) * box.width, box.y + (y / 480) * box.height];
  };
  /** The colour on the screen at a pixel of the photograph, 640 × 480. */
  const colorAt = async (x: number, y: number): Promise<number[]> => {
    const [left, top] = await pointAt(x, y);
    const clip = { x: Math.floor(left), y: Math.floor(top), width: 1, height: 1 };
    return [...decode(await preview.page.screenshot({ clip })).data.slice(0, 3)].map(Number);
  };
  const activePhrases = (): Promise<(string | null)[]> =>
    preview.page.$$eval('[data-phrase].is-active', (nodes) => nodes.map((node) => node.getAttribute('data-phrase')));
  const text = async (selector: string): Promise<string> =>
    (await preview.page.locator(selector).allInnerTexts()).join('\n');
  const press = (key: string): Promise<void> => preview.page.keyboard.press(key);
  const setOpacity = (value: number): Promise<void> => preview.page.locator('#opacity').fill(String(value));
  const nextFrame = (): Promise<void> =>
    preview.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

  // Inside the cat, the blue bowl and the floor, away from edges and numbers.
  const cat = [60, 220] as const;
  const bowl = [200, 345] as const;
  const floor = [380, 430] as const;

  test('masks are painted over the photograph in their own colours', async () => {
    await show();
    const tinted = [await colorAt(...cat), await colorAt(...bowl), await colorAt(...floor)];
    await setOpacity(0);
    await nextFrame();
    const bare = [await colorAt(...cat), await colorAt(...bowl), await colorAt(...floor)];
    for (const [place, mask] of [0, 2].entries()) {
      const blended = maskColor(mask).rgb.map((value, k) => 0.45 * value + 0.55 * bare[place]![k]!);
      for (const k of [0, 1, 2]) expect(Math.abs(tinted[place]![k]! - blended[k]!)).toBeLessThan(3);
    }
    expect(tinted[2]).toEqual(bare[2]);
  });

  test('a highlight lights one mask, darkens the rest and marks the phrase', async () => {
    await show();
    const before = [await colorAt(...cat), await colorAt(...floor)];
    await preview.send({ type: 'highlight', phrase: 0 });
    await nextFrame();
    const during = [await colorAt(...cat), await colorAt(...floor)];
    expect(during[0]).toEqual(before[0]);
    for (const k of [0, 1, 2]) expect(during[1]![k]).toBeLessThan(0.7 * before[1]![k]!);
    expect(await activePhrases()).toEqual(['0']);
    expect(await preview.page.getAttribute('body', 'data-active-phrase')).toBe('0');
    await preview.send({ type: 'highlight', phrase: undefined });
    await nextFrame();
    expect([await colorAt(...cat), await colorAt(...floor)]).toEqual(before);
    expect(await activePhrases()).toEqual([]);
    expect(await preview.page.getAttribute('body', 'data-active-phrase')).toBe('');
    expect(await preview.taken()).toEqual([]);
  });

  test('a click on a mask selects its phrase and says which it is', async () => {
    await show();
    await preview.page.mouse.click(...(await pointAt(...bowl)));
    expect(await preview.taken()).toEqual([{ type: 'select', phrase: 2 }]);
    expect(await activePhrases()).toEqual(['2']);
    expect(await text('[aria-live]')).toBe('phrase 3 of 4, the blue bowl, 3.7 % of the image');
    await preview.page.mouse.click(...(await pointAt(...floor)));
    expect(await activePhrases()).toEqual([]);
    expect(await preview.taken()).toEqual([]);
  });

  test('hovering a mask shows its phrase, hovering a phrase lights its mask', async () => {
    await show();
    const before = await colorAt(...cat);
    await preview.page.mouse.move(...(await pointAt(...cat)));
    expect(await text('#hover-label')).toBe('the white cat · 18 %');
    expect(await preview.page.locator('[data-phrase="0"]').getAttribute('class')).toContain('is-hovered');
    await preview.page.mouse.move(...(await pointAt(...floor)));
    expect(await preview.page.locator('#hover-label').isVisible()).toBe(false);
    await preview.send({ type: 'highlight', phrase: 1 });
    await nextFrame();
    expect(await colorAt(...cat)).not.toEqual(before);
    await preview.page.hover('[data-phrase="0"]');
    await nextFrame();
    expect(await preview.page.locator('[data-mask="0"]').getAttribute('class')).toContain('is-hovered');
    expect(await preview.taken()).toEqual([]);
  });

  test('phrases, masks and picture can be used with keys alone', async () => {
    await show();
    await preview.page.focus('[data-phrase="0"]');
    await press('Enter');
    await press('ArrowRight');
    await press(' ');
    await press('Tab');
    await press('Enter');
    expect(await preview.taken()).toEqual([0, 1, 2].map((phrase) => ({ type: 'select', phrase })));
    await preview.page.focus('[data-mask="2"]');
    await press('ArrowDown');
    await press('Enter');
    expect(await preview.taken()).toEqual([{ type: 'select', phrase: 3 }]);
    expect(await preview.page.locator('[data-mask="3"]').getAttribute('aria-selected')).toBe('true');
    await preview.page.focus('#picture');
    await press('Escape');
    await press('ArrowRight');
    await press('ArrowRight');
    expect(await text('[aria-live]')).toBe('phrase 2 of 4, the parakeet, 1.6 % of the image');
    await press('Enter');
    expect(await preview.taken()).toEqual([{ type: 'select', phrase: 1 }]);
  });

  test('the picture zooms at the pointer, pans, goes to a mask out of sight and comes back', async () => {
    await show();
    const [x, y] = await pointAt(...cat);
    const before = await colorAt(...floor);
    await preview.page.mouse.move(x, y);
    await preview.page.keyboard.down('Control');
    for (let turn = 0; turn < 4; turn++) await preview.page.mouse.wheel(0, -100);
    await preview.page.keyboard.up('Control');
    await nextFrame();
    expect(await text('.zoom-level')).toBe('5.0×');
    expect(await colorAt(...floor)).not.toEqual(before);
    await preview.page.mouse.click(x, y);
    expect(await preview.taken()).toEqual([{ type: 'select', phrase: 0 }]);
    const zoomed = await preview.page.evaluate('window.state.view.x');
    await preview.page.mouse.down();
    await preview.page.mouse.move(x - 80, y, { steps: 4 });
    await preview.page.mouse.up();
    expect(await preview.page.evaluate('window.state.view.x')).toBeGreaterThan(zoomed as number);
    expect(await preview.taken()).toEqual([]);
    const panned = await preview.page.evaluate('window.state.view.x');
    await preview.send({ type: 'highlight', phrase: 1 });
    expect(await preview.page.evaluate('window.state.view.x')).toBeGreaterThan(panned as number);
    await preview.page.click('#zoom-reset');
    expect(await text('.zoom-level')).toBe('Fit');
  });

  test('typing in the record keeps zoom, selection and focus; another record starts anew', async () => {
    await show();
    await preview.page.click('#zoom-in');
    await preview.page.focus('[data-phrase="1"]');
    await press('Enter');
    await preview.send({ type: 'show', record: { ...record, errors: 1 } });
    await preview.painted();
    expect(await text('.zoom-level')).toBe('1.5×');
    expect(await activePhrases()).toEqual(['1']);
    expect(await preview.page.evaluate('document.activeElement.dataset.phrase')).toBe('1');
    await preview.send({ type: 'show', record: { ...record, id: 'other' } });
    expect(await text('.zoom-level')).toBe('Fit');
    expect(await activePhrases()).toEqual([]);
  });

  test('a page that is opened again shows what it showed', async () => {
    await show();
    await preview.page.click('#numbers');
    await preview.page.click('#zoom-in');
    await preview.page.click('[data-phrase="2"]');
    const state = await preview.page.evaluate('window.state');
    await preview.page.close();
    await show(record, { state });
    expect(await text('.zoom-level')).toBe('1.5×');
    expect(await preview.page.getAttribute('#numbers', 'aria-pressed')).toBe('false');
    expect(await activePhrases()).toEqual(['2']);
  });

  test('a draft stands apart from the file until it is decided', async () => {
    await show();
    expect(await preview.page.locator('#draft').isVisible()).toBe(false);
    await preview.page.click('#draft-button');
    expect(await preview.taken()).toEqual([{ type: 'requestDraft' }]);
    await preview.send({ type: 'draft', draft });
    await preview.painted();
    expect(await text('#draft')).toContain('Draft by coco80. Nothing is in the file yet.');
    expect(await text('#draft')).toContain('Look at mask 3.');
    expect(await text('h1')).toBe('drafted');
    await preview.send({ type: 'highlight', phrase: 1 });
    await preview.send({ type: 'show', record });
    await preview.page.click('[data-phrase="0"]');
    expect(await activePhrases()).toEqual(['0']);
    expect(await text('h1')).toBe('drafted');
    expect(await preview.taken()).toEqual([]);
    await preview.page.click('#accept');
    expect(await preview.page.locator('#reject').isDisabled()).toBe(true);
    expect(await preview.taken()).toEqual([{ type: 'acceptDraft' }]);
    await preview.send({ type: 'draftClosed' });
    expect(await preview.page.locator('#draft').isVisible()).toBe(false);
    expect(await text('h1')).toBe('cat-and-parakeet');
    await preview.send({ type: 'draft', draft });
    await preview.page.click('#reject');
    expect(await preview.taken()).toEqual([{ type: 'rejectDraft' }]);
  });

  test('what is missing is said: a mask, a phrase, a readable mask, an absent referent', async () => {
    await show(halfway);
    expect(await text('[data-phrase="4"]')).toContain('no mask');
    expect(await text('[data-mask="2"]')).toMatch(/mask 3\s+no phrase/);
    expect(await text('[data-mask="3"]')).toContain('cut off');
    expect(await preview.page.locator('.caption .absent').allInnerTexts()).toEqual([
      expect.stringContaining('the dog'),
    ]);
    expect(await text('.negatives')).toBe('the dog');
    await preview.page.mouse.click(...(await pointAt(...bowl)));
    expect(await preview.taken()).toEqual([]);
    expect(await text('[aria-live]')).toBe('mask 3 of 4, no phrase, 3.7 % of the image');
    await preview.page.click('[data-phrase="4"]');
    expect(await preview.taken()).toEqual([{ type: 'select', phrase: 4 }]);
  });

  test('without a photograph the masks stand on a plain ground, and the page says so', async () => {
    await show(plain);
    expect(await text('.picture-note')).toContain('images/cat-and-parakeet.jpg cannot be shown here');
    const [red, , blue] = await colorAt(...cat);
    expect(blue! - red!).toBeGreaterThan(50);
    expect(await preview.taken()).toEqual([]);
  });

  test('a photograph that does not load is reported once', async () => {
    await show({ ...record, imageSource: 'data:image/jpeg;base64,AAAA' });
    expect(await preview.taken()).toEqual([{ type: 'imageFailed' }]);
    expect(await text('.picture-note')).toContain('did not load');
    await preview.send({ type: 'show', record: { ...record, imageSource: 'data:image/jpeg;base64,AAAA', errors: 3 } });
    expect(await preview.taken()).toEqual([]);
  });

  test('a photograph keeps the orientation of its pixels, in which its masks are drawn', async () => {
    await show();
    await setOpacity(0);
    await nextFrame();
    const upright = await colorAt(...bowl);
    // An EXIF segment that asks for a quarter turn (orientation 6), right after the start marker.
    const exif = '4578696600004d4d002a0000000800010112000300000001000600000000000000';
    const segment = Buffer.from(`ffe1${(exif.length / 2 + 2).toString(16).padStart(4, '0')}${exif}`, 'hex');
    const turned = Buffer.concat([photograph.subarray(0, 2), segment, photograph.subarray(2)]);
    await preview.send({ type: 'show', record: { ...record, imageSource: asSource(turned) } });
    await preview.painted();
    const box = (await preview.page.locator('#picture').boundingBox())!;
    expect(box.width / box.height).toBeCloseTo(640 / 480, 1);
    expect(await colorAt(...bowl)).toEqual(upright);
  });

  test('text that looks like markup stays text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const parts = [
      { kind: 'phrase', text: hostile, phrase: 0, mask: 0 } as const,
      { kind: 'text', text: hostile } as const,
    ];
    const masks = [
      { ...record.masks[0]!, label: hostile },
      { ...record.masks[1]!, problem: hostile },
    ];
    const turns = [{ role: 'gpt', parts } as const];
    await show({ ...record, id: hostile, task: hostile, turns, masks, negatives: [hostile] });
    await preview.page.mouse.move(...(await pointAt(...cat)));
    expect(await text('h1')).toBe(hostile);
    expect(await text('#hover-label')).toContain(hostile);
    expect(await preview.page.locator('body img').count()).toBe(1);
    expect(await preview.page.locator('body script').count()).toBe(0);
    expect(await preview.page.title()).toBe('Preview');
    await preview.send({ type: 'empty', message: hostile });
    expect(await text('#empty')).toBe(hostile);
  });

  test.each<[ThemeName, number]>([
    ['dark', 380],
    ['light', 380],
    ['highContrast', 380],
    ['light', 900],
    ['dark', 1400],
  ])('nothing runs over the edge: %s, %i px', async (theme, width) => {
    await show(halfway, { theme, width, height: 700 });
    await preview.send({ type: 'draft', draft: { ...draft, record: { ...halfway, id: 'draft-'.repeat(30) } } });
    await preview.painted();
    const over = await preview.page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((node) => !node.closest('.visually-hidden, .photographs, [aria-live]'))
        .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 0.5)
        .map((node) => node.outerHTML.slice(0, 80)),
    );
    expect(over).toEqual([]);
    expect(await preview.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test.each([520, 900])('a highlighted phrase is scrolled into sight, %i px', async (width) => {
    const filler = { kind: 'text', text: 'Many words and more. '.repeat(200) } as const;
    const turns = [question!, { role: 'gpt', parts: answer!.parts.flatMap((part) => [part, filler]) } as const];
    await show({ ...record, turns }, { width, height: 800 });
    for (const phrase of [3, 0, 2, 1]) {
      await preview.send({ type: 'highlight', phrase });
      const seen = await preview.page.evaluate((index) => {
        const node = document.querySelector(`[data-phrase="${index}"]`)!;
        const { left, top, height } = node.getClientRects()[0]!;
        return node.contains(document.elementFromPoint(left + 6, top + height / 2));
      }, phrase);
      expect(seen, `phrase ${phrase}`).toBe(true);
    }
  });

  test('every control has a name', async () => {
    await show(halfway);
    const names = await preview.page.evaluate(() =>
      [
        ...document.querySelectorAll<HTMLElement>(
          'button, input, canvas, [role="button"], [role="option"], [role="listbox"]',
        ),
      ]
        .map((node) => node.getAttribute('aria-label') ?? node.textContent)
        .map((name) => name.trim()),
    );
    expect(names.length).toBeGreaterThan(15);
    expect(names).not.toContain('');
  });
});
