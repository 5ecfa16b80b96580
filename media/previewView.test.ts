import { describe, expect, test } from 'vitest';
import { maskColor } from '../core/masks/palette.ts';
import { chromiumPath } from './testing/openPage.ts';
import { bowl, cat, floor, Harness, place, record } from './testing/previewHarness.ts';

/** On the edge of a pattern's stripe or beside it: how many colours a row of the cat has. */
const rowOfCat = [40, 43, 46, 49, 52, 55, 58, 61].map((x) => [x, 230] as const);

describe.skipIf(chromiumPath === undefined)('the view of the preview page', () => {
  const h = new Harness();
  const close = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, k) => Math.abs(value - b[k]!)));

  test('zooms until single pixels can be told apart, with their borders', async () => {
    await h.show();
    await h.act('view.pixels');
    expect(await h.text('.zoom-level')).toBe('100 %');
    const box = (await h.page.page.locator('#picture').boundingBox())!;
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    for (let step = 0; step < 12; step++) await h.act('view.zoomIn');
    expect(await h.text('.zoom-level')).toBe('3200 %');
    // Whole pixels of 32 CSS pixels: along a row nothing but the grid's line differs within one of them.
    const colors: number[][] = [];
    for (let k = 0; k < 34; k++) colors.push(await h.colorOnScreen([middle[0] + k, middle[1] + 7]));
    const changes = colors.slice(1).filter((color, k) => close(color, colors[k]!) > 0).length;
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(4);
    await h.act('view.fit');
    expect(await h.text('.zoom-level')).toBe('Fit');
  });

  test('Space, the middle button and Shift with the wheel move the picture; nothing is chosen by it', async () => {
    await h.show();
    for (let step = 0; step < 3; step++) await h.act('view.zoomIn');
    const x = (): Promise<number> => h.page.page.evaluate('window.state.view.x');
    const before = await x();
    await h.drag([400, 200], [300, 200], 'middle');
    const afterMiddle = await x();
    expect(afterMiddle).toBeGreaterThan(before);
    await h.page.page.keyboard.down(' ');
    await h.drag([300, 200], [400, 200]);
    await h.page.page.keyboard.up(' ');
    const afterSpace = await x();
    expect(afterSpace).toBeLessThan(afterMiddle);
    await h.page.page.keyboard.down('Shift');
    await h.page.page.mouse.wheel(60, 0);
    await h.page.page.keyboard.up('Shift');
    await h.nextFrame();
    expect(await x()).toBeGreaterThan(afterSpace);
    expect(await h.activePhrases()).toEqual([]);
    expect(await h.taken()).toEqual([]);
  });

  test('a mask can be hidden, shown alone, and made stronger than the others', async () => {
    await h.show();
    const shown = [await h.colorAt(cat), await h.colorAt(bowl)];
    await h.page.page.click('[data-mask="0"] [data-button="eye"]');
    await h.nextFrame();
    expect(close(await h.colorAt(cat), shown[0]!)).toBeGreaterThan(20);
    expect(await h.colorAt(bowl)).toEqual(shown[1]);
    const row = h.page.page.getByRole('button', { name: '1, the white cat, 18 % of the image, hidden', exact: true });
    expect(await row.count()).toBe(1);
    expect(await h.said()).toBe('Mask 1 hidden.');
    await h.click(cat);
    expect(await h.activePhrases()).toEqual([]);
    await h.page.page.click('[data-mask="0"] [data-button="eye"]', { modifiers: ['Alt'] });
    await h.nextFrame();
    expect(await h.colorAt(cat)).toEqual(shown[0]);
    expect(close(await h.colorAt(bowl), shown[1]!)).toBeGreaterThan(20);
    await h.page.page.click('[data-mask="0"] [data-button="eye"]', { modifiers: ['Alt'] });
    await h.click(cat);
    await h.page.page.locator('#own-opacity').fill('100');
    await h.press('Escape');
    await h.page.page.focus('#picture');
    await h.press('Escape');
    await h.page.page.mouse.move(2, 2);
    await h.nextFrame();
    expect(close(await h.colorAt(cat), [...maskColor(0).rgb])).toBeLessThan(3);
    expect(await h.colorAt(bowl)).toEqual(shown[1]);
  });

  test('with the others hidden only the chosen mask is left', async () => {
    await h.show();
    const bare = await h.colorAt(floor);
    const [before, other] = [await h.colorAt(cat), await h.colorAt(bowl)];
    await h.act('view.hideOthers');
    await h.page.send({ type: 'highlight', phrase: 0 });
    await h.nextFrame();
    expect(await h.colorAt(cat)).toEqual(before);
    expect(await h.colorAt(bowl)).not.toEqual(other);
    await h.page.send({ type: 'highlight', phrase: undefined });
    await h.nextFrame();
    expect([await h.colorAt(bowl), await h.colorAt(floor)]).toEqual([other, bare]);
  });

  test('patterns lie on the masks and on every swatch', async () => {
    await h.show(record, { state: { opacity: 1, outlines: false, numbers: false } });
    const flat = new Set<string>();
    for (const pixel of rowOfCat) flat.add(String(await h.colorAt(pixel)));
    expect(flat.size).toBe(1);
    await h.act('view.patterns');
    await h.nextFrame();
    const striped = new Set<string>();
    for (const pixel of rowOfCat) striped.add(String(await h.colorAt(pixel)));
    expect(striped.size).toBeGreaterThan(1);
    await h.page.page.waitForSelector('#masks .swatch[style*="--pattern"]');
    const patterns = await h.page.page.$$eval('#masks .swatch', (nodes) =>
      nodes.map((node) => getComputedStyle(node).backgroundImage),
    );
    expect(new Set(patterns).size).toBe(4);
    expect(patterns.every((pattern) => pattern.startsWith('url("data:image/png'))).toBe(true);
    expect(await h.said()).toBe('Patterns on.');
  });

  test('words at the masks and a legend are shown, and remembered', async () => {
    await h.show();
    const before = await h.page.page.locator('#picture').screenshot();
    await h.page.page.click('#view-labels');
    await h.page.page.click('#view-legend');
    await h.nextFrame();
    expect(Buffer.compare(await h.page.page.locator('#picture').screenshot(), before)).not.toBe(0);
    expect((await h.text('.legend')).replace(/\s+/g, ' ')).toBe(
      '1 the white cat 2 the parakeet 3 the blue bowl 4 the white ramekin',
    );
    expect(await h.page.page.evaluate('[window.state.labels, window.state.legend]')).toEqual([true, true]);
  });

  test('side by side the picture is bare at the left, and both halves move together', async () => {
    await h.show(record, { width: 900 });
    await h.act('view.split');
    await h.nextFrame();
    const left = (await h.page.page.locator('.pane.is-bare').boundingBox())!;
    const right = (await h.page.page.locator('#picture').boundingBox())!;
    expect(Math.abs(left.width - right.width)).toBeLessThan(1);
    const at = (box: typeof left, [x, y]: readonly [number, number]): [number, number] => [
      box.x + (x / 640) * box.width,
      box.y + (y / 480) * box.height,
    ];
    expect(close(await h.colorOnScreen(at(left, floor)), await h.colorOnScreen(at(right, floor)))).toBeLessThan(12);
    expect(close(await h.colorOnScreen(at(left, cat)), await h.colorOnScreen(at(right, cat)))).toBeGreaterThan(20);
    await h.page.page.mouse.move(...at(left, cat));
    await h.page.page.keyboard.down('Control');
    await h.page.page.mouse.wheel(0, -100);
    await h.page.page.keyboard.up('Control');
    await h.nextFrame();
    const moved = await h.page.page.$$eval('.photographs img', (nodes) =>
      nodes.map((node) => (node as HTMLElement).style.transform),
    );
    expect(moved).toHaveLength(2);
    expect(moved[0]).toBe(moved[1]);
    await h.page.page.click('#plain-ground');
    await h.act('view.fit');
    await h.nextFrame();
    expect(close(await h.colorOnScreen(at(left, floor)), await h.colorOnScreen(at(right, floor)))).toBeGreaterThan(20);
  });

  test('one record after another, by buttons and by number', async () => {
    await h.show({ ...record, index: 1 }, {}, { ...place, records: 4502 });
    expect(await h.text('.of-records')).toBe('of 4,502');
    await h.page.page.click('#next-record');
    await h.page.page.click('#previous-record');
    await h.page.page.locator('#record-number input').fill('17');
    await h.press('Enter');
    await h.page.page.locator('#record-number input').fill('99999');
    await h.press('Tab');
    expect(await h.taken()).toEqual([
      { type: 'step', by: 1 },
      { type: 'step', by: -1 },
      { type: 'goTo', record: 16 },
      { type: 'goTo', record: 4501 },
    ]);
  });
});
