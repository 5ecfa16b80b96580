import { describe, expect, test } from 'vitest';
import { maskColor } from '../core/masks/palette.ts';
import { chromiumPath } from './testing/openPage.ts';
import {
  asSource,
  bowl,
  cat,
  draft,
  floor,
  Harness,
  halfway,
  photograph,
  place,
  plain,
  record,
} from './testing/previewHarness.ts';
import type { ThemeName } from './testing/themes.ts';

const [question, answer] = record.turns;

if (chromiumPath === undefined) {
  console.warn('SKIPPED: the preview page was not tested. No Chromium at CHROMIUM_PATH or /usr/bin/chromium.');
}

describe.skipIf(chromiumPath === undefined)('the preview page', () => {
  const h = new Harness();
  const setOpacity = (value: number): Promise<void> => h.page.page.locator('#opacity').fill(String(value));

  test('masks are painted over the photograph in their own colours', async () => {
    await h.show();
    const tinted = [await h.colorAt(cat), await h.colorAt(bowl), await h.colorAt(floor)];
    await setOpacity(0);
    await h.nextFrame();
    const bare = [await h.colorAt(cat), await h.colorAt(bowl), await h.colorAt(floor)];
    for (const [place, mask] of [0, 2].entries()) {
      const blended = maskColor(mask).rgb.map((value, k) => 0.45 * value + 0.55 * bare[place]![k]!);
      for (const k of [0, 1, 2]) expect(Math.abs(tinted[place]![k]! - blended[k]!)).toBeLessThan(3);
    }
    expect(tinted[2]).toEqual(bare[2]);
  });

  test('a highlight lights one mask, darkens the rest and marks the phrase', async () => {
    await h.show();
    const before = [await h.colorAt(cat), await h.colorAt(floor)];
    await h.page.send({ type: 'highlight', phrase: 0 });
    await h.nextFrame();
    const during = [await h.colorAt(cat), await h.colorAt(floor)];
    expect(during[0]).toEqual(before[0]);
    for (const k of [0, 1, 2]) expect(during[1]![k]).toBeLessThan(0.7 * before[1]![k]!);
    expect(await h.activePhrases()).toEqual(['0']);
    expect(await h.page.page.getAttribute('body', 'data-active-phrase')).toBe('0');
    await h.page.send({ type: 'highlight', phrase: undefined });
    await h.nextFrame();
    expect([await h.colorAt(cat), await h.colorAt(floor)]).toEqual(before);
    expect(await h.activePhrases()).toEqual([]);
    expect(await h.page.page.getAttribute('body', 'data-active-phrase')).toBe('');
    expect(await h.taken()).toEqual([]);
  });

  test('a click on a mask selects its phrase and says which it is', async () => {
    await h.show();
    await h.page.page.mouse.click(...(await h.pointAt(bowl)));
    expect(await h.taken()).toEqual([{ type: 'select', phrase: 2 }]);
    expect(await h.activePhrases()).toEqual(['2']);
    expect(await h.text('[aria-live]')).toBe('phrase 3 of 4, the blue bowl, 3.7 % of the image');
    await h.page.page.mouse.click(...(await h.pointAt(floor)));
    expect(await h.activePhrases()).toEqual([]);
    expect(await h.taken()).toEqual([]);
  });

  test('hovering a mask shows its phrase, hovering a phrase lights its mask', async () => {
    await h.show();
    const before = await h.colorAt(cat);
    await h.page.page.mouse.move(...(await h.pointAt(cat)));
    expect(await h.text('#hover-label')).toBe('the white cat · 18 %');
    expect(await h.page.page.locator('[data-phrase="0"]').getAttribute('class')).toContain('is-hovered');
    await h.page.page.mouse.move(...(await h.pointAt(floor)));
    expect(await h.page.page.locator('#hover-label').isVisible()).toBe(false);
    await h.page.send({ type: 'highlight', phrase: 1 });
    await h.nextFrame();
    expect(await h.colorAt(cat)).not.toEqual(before);
    await h.page.page.hover('[data-phrase="0"]');
    await h.nextFrame();
    expect(await h.page.page.locator('[data-mask="0"]').getAttribute('class')).toContain('is-hovered');
    expect(await h.taken()).toEqual([]);
  });

  test('the extension hears which phrase the pointer rests on, and when it leaves', async () => {
    await h.show();
    const restsOn = async (phrase: number | undefined): Promise<void> => {
      const hovered = phrase === undefined ? { type: 'hover' } : { type: 'hover', phrase };
      await expect.poll(() => h.page.hovered()).toEqual(hovered);
    };
    await h.page.page.mouse.move(...(await h.pointAt(cat)));
    await restsOn(0);
    await h.page.page.mouse.move(...(await h.pointAt(floor)));
    await restsOn(undefined);
    await h.page.page.hover('#masks [data-mask="2"]');
    await restsOn(2);
    // A draft's phrases have no place in the text.
    await h.page.send({ type: 'draft', draft });
    await restsOn(undefined);
    await h.page.page.mouse.move(...(await h.pointAt(cat)));
    await h.page.page.waitForTimeout(150);
    await restsOn(undefined);
  });

  test('phrases, masks and picture can be used with keys alone', async () => {
    await h.show();
    await h.page.page.focus('[data-phrase="0"]');
    await h.press('Enter');
    await h.press('ArrowRight');
    await h.press(' ');
    await h.press('Tab');
    await h.press('Enter');
    expect(await h.taken()).toEqual([0, 1, 2].map((phrase) => ({ type: 'select', phrase })));
    await h.page.page.focus('[data-mask="2"] .row-main');
    await h.press('ArrowDown');
    await h.press('Enter');
    expect(await h.taken()).toEqual([{ type: 'select', phrase: 3 }]);
    expect(await h.page.page.locator('[data-mask="3"] .row-main').getAttribute('aria-pressed')).toBe('true');
    await h.page.page.focus('#picture');
    await h.press('Escape');
    await h.press('ArrowRight');
    await h.press('ArrowRight');
    expect(await h.text('[aria-live]')).toBe('phrase 2 of 4, the parakeet, 1.6 % of the image');
    await h.press('Enter');
    expect(await h.taken()).toEqual([{ type: 'select', phrase: 1 }]);
  });

  test('the picture zooms at the pointer, pans, goes to a mask out of sight and comes back', async () => {
    await h.show();
    const [x, y] = await h.pointAt(cat);
    const before = await h.colorAt(floor);
    await h.page.page.mouse.move(x, y);
    await h.page.page.keyboard.down('Control');
    for (let turn = 0; turn < 4; turn++) await h.page.page.mouse.wheel(0, -100);
    await h.page.page.keyboard.up('Control');
    await h.nextFrame();
    expect(await h.text('.zoom-level')).toMatch(/^3\d\d %$/);
    expect(await h.colorAt(floor)).not.toEqual(before);
    await h.page.page.mouse.click(x, y);
    expect(await h.taken()).toEqual([{ type: 'select', phrase: 0 }]);
    const zoomed = await h.page.page.evaluate('window.state.view.x');
    await h.page.page.mouse.down();
    await h.page.page.mouse.move(x - 80, y, { steps: 4 });
    await h.page.page.mouse.up();
    expect(await h.page.page.evaluate('window.state.view.x')).toBeGreaterThan(zoomed as number);
    expect(await h.taken()).toEqual([]);
    const panned = await h.page.page.evaluate('window.state.view.x');
    await h.page.send({ type: 'highlight', phrase: 1 });
    expect(await h.page.page.evaluate('window.state.view.x')).toBeGreaterThan(panned as number);
    await h.page.page.click('#view-fit');
    expect(await h.text('.zoom-level')).toBe('Fit');
  });

  test('typing in the record keeps zoom, selection and focus; another record starts anew', async () => {
    await h.show();
    await h.page.page.click('#view-zoomIn');
    await h.page.page.focus('[data-phrase="1"]');
    await h.press('Enter');
    await h.page.send({ type: 'show', record: { ...record, errors: 1 }, place });
    await h.page.painted();
    expect(await h.text('.zoom-level')).toMatch(/^1\d\d %$/);
    expect(await h.activePhrases()).toEqual(['1']);
    expect(await h.page.page.evaluate('document.activeElement.dataset.phrase')).toBe('1');
    await h.page.send({ type: 'show', record: { ...record, id: 'other' }, place });
    expect(await h.text('.zoom-level')).toBe('Fit');
    expect(await h.activePhrases()).toEqual([]);
  });

  test('a page that is opened again shows what it showed', async () => {
    await h.show();
    await h.page.page.click('#view-numbers');
    await h.page.page.click('#view-zoomIn');
    await h.page.page.click('[data-phrase="2"]');
    const state = await h.page.page.evaluate('window.state');
    await h.page.page.close();
    await h.show(record, { state });
    expect(await h.text('.zoom-level')).toMatch(/^1\d\d %$/);
    expect(await h.isOn('#view-numbers')).toBe(false);
    expect(await h.activePhrases()).toEqual(['2']);
  });

  test('a draft stands apart from the file until it is decided', async () => {
    await h.show();
    expect(await h.page.page.locator('#draft').isVisible()).toBe(false);
    await h.page.page.click('#draft-button');
    expect(await h.taken()).toEqual([{ type: 'requestDraft' }]);
    await h.page.send({ type: 'draft', draft });
    await h.page.painted();
    expect(await h.text('#draft')).toContain('Draft by coco80. Nothing is in the file yet.');
    expect(await h.text('#draft')).toContain('Look at mask 3.');
    expect(await h.text('h1')).toBe('drafted');
    await h.page.send({ type: 'highlight', phrase: 1 });
    await h.page.send({ type: 'show', record, place });
    await h.page.page.click('[data-phrase="0"]');
    expect(await h.activePhrases()).toEqual(['0']);
    expect(await h.text('h1')).toBe('drafted');
    expect(await h.taken()).toEqual([]);
    await h.page.page.click('#accept');
    expect(await h.page.page.getAttribute('#reject', 'aria-disabled')).toBe('true');
    expect(await h.taken()).toEqual([{ type: 'acceptDraft' }]);
    await h.page.send({ type: 'draftClosed' });
    expect(await h.page.page.locator('#draft').isVisible()).toBe(false);
    expect(await h.text('h1')).toBe('cat-and-parakeet');
    await h.page.send({ type: 'draft', draft });
    await h.page.page.click('#reject');
    expect(await h.taken()).toEqual([{ type: 'rejectDraft' }]);
  });

  test('what is missing is said: a mask, a phrase, a readable mask, an absent referent', async () => {
    await h.show(halfway);
    expect(await h.text('[data-phrase="4"]')).toContain('no mask');
    expect(await h.text('[data-mask="2"]')).toMatch(/mask 3,?\s+no phrase/);
    expect(await h.text('[data-mask="3"]')).toContain('cut off');
    expect(await h.page.page.locator('.caption .absent').allInnerTexts()).toEqual([expect.stringContaining('the dog')]);
    expect(await h.text('.negatives')).toBe('the dog');
    await h.page.page.mouse.click(...(await h.pointAt(bowl)));
    expect(await h.taken()).toEqual([]);
    expect(await h.text('[aria-live]')).toBe('mask 3 of 4, no phrase, 3.7 % of the image');
    await h.page.page.click('[data-phrase="4"]');
    expect(await h.taken()).toEqual([{ type: 'select', phrase: 4 }]);
  });

  test('without a photograph the masks stand on a plain ground, and the page says so', async () => {
    await h.show(plain);
    expect(await h.text('.picture-note')).toContain('images/cat-and-parakeet.jpg cannot be shown here');
    const [red, , blue] = await h.colorAt(cat);
    expect(blue! - red!).toBeGreaterThan(50);
    expect(await h.taken()).toEqual([]);
  });

  test('a photograph that does not load is reported once', async () => {
    await h.show({ ...record, imageSource: 'data:image/jpeg;base64,AAAA' });
    expect(await h.taken()).toEqual([{ type: 'imageFailed' }]);
    expect(await h.text('.picture-note')).toContain('did not load');
    await h.page.send({
      type: 'show',
      record: { ...record, imageSource: 'data:image/jpeg;base64,AAAA', errors: 3 },
      place,
    });
    expect(await h.taken()).toEqual([]);
  });

  test('a photograph keeps the orientation of its pixels, in which its masks are drawn', async () => {
    await h.show();
    await setOpacity(0);
    await h.nextFrame();
    const upright = await h.colorAt(bowl);
    // An EXIF segment that asks for a quarter turn (orientation 6), right after the start marker.
    const exif = '4578696600004d4d002a0000000800010112000300000001000600000000000000';
    const segment = Buffer.from(`ffe1${(exif.length / 2 + 2).toString(16).padStart(4, '0')}${exif}`, 'hex');
    const turned = Buffer.concat([photograph.subarray(0, 2), segment, photograph.subarray(2)]);
    await h.page.send({ type: 'show', record: { ...record, imageSource: asSource(turned) }, place });
    await h.page.painted();
    const box = (await h.page.page.locator('#picture').boundingBox())!;
    expect(box.width / box.height).toBeCloseTo(640 / 480, 1);
    expect(await h.colorAt(bowl)).toEqual(upright);
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
    await h.show({ ...record, id: hostile, task: hostile, turns, masks, negatives: [hostile] });
    await h.page.page.mouse.move(...(await h.pointAt(cat)));
    expect(await h.text('h1')).toBe(hostile);
    expect(await h.text('#hover-label')).toContain(hostile);
    expect(await h.page.page.locator('body img').count()).toBe(1);
    expect(await h.page.page.locator('body script').count()).toBe(0);
    expect(await h.page.page.title()).toBe('Preview');
    await h.page.send({ type: 'empty', message: hostile });
    expect(await h.text('#empty')).toBe(hostile);
  });

  test.each<[ThemeName, number]>([
    ['dark', 380],
    ['light', 380],
    ['highContrast', 380],
    ['light', 900],
    ['dark', 1400],
  ])('nothing runs over the edge: %s, %i px', async (theme, width) => {
    await h.show(halfway, { theme, width, height: 700 });
    await h.page.send({ type: 'draft', draft: { ...draft, record: { ...halfway, id: 'draft-'.repeat(30) } } });
    await h.page.painted();
    const over = await h.page.page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((node) => !node.closest('.visually-hidden, .photographs, [aria-live]'))
        .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 0.5)
        .map((node) => node.outerHTML.slice(0, 80)),
    );
    expect(over).toEqual([]);
    expect(await h.page.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test.each([520, 900])('a highlighted phrase is scrolled into sight, %i px', async (width) => {
    const filler = { kind: 'text', text: 'Many words and more. '.repeat(200) } as const;
    const turns = [question!, { role: 'gpt', parts: answer!.parts.flatMap((part) => [part, filler]) } as const];
    await h.show({ ...record, turns }, { width, height: 800 });
    for (const phrase of [3, 0, 2, 1]) {
      await h.page.send({ type: 'highlight', phrase });
      const seen = await h.page.page.evaluate((index) => {
        const node = document.querySelector(`[data-phrase="${index}"]`)!;
        const { left, top, height } = node.getClientRects()[0]!;
        return node.contains(document.elementFromPoint(left + 6, top + height / 2));
      }, phrase);
      expect(seen, `phrase ${phrase}`).toBe(true);
    }
  });
});
