import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { decode } from 'fast-png';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BrowseView } from '../core/browsing/view.ts';
import { WHOLE_FILE } from '../core/browsing/view.ts';
import { toCompressed } from '../core/masks/maskValue.ts';
import { maskColor } from '../core/masks/palette.ts';
import { maskWhere } from '../core/testing/maskArbitraries.ts';
import type { FromBrowser, ShownRow } from './browserProtocol.ts';
import { type BrowserOptions, type OpenBrowser, openBrowser, selectionOf, stateOf } from './testing/openBrowser.ts';
import { bundlePage, chromiumPath, launchChromium, type PageBundle } from './testing/openPage.ts';
import { type ThemeName, themes } from './testing/themes.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The left half of the thumbnail. */
const half = toCompressed(maskWhere(168, 224, (x) => x < 112)).counts;

function row(place: number): ShownRow {
  return {
    record: place,
    file: '/data/train.uscdf.jsonl',
    line: place,
    id: `record-${place}`,
    task: 'gcg',
    image: 'photo.jpg',
    imageSource: place % 2 === 0 ? 'photo.jpg' : 'missing.jpg',
    parts: [{ text: 'Here is ' }, { text: 'the white cat', phrase: true, color: 0 }, { text: '.' }],
    size: [168, 224],
    masks: [{ counts: half, color: 0 }],
    maskCount: 1,
    phraseCount: 1,
    negatives: 1,
    review: place % 5 === 0 ? 'draft' : 'none',
    findings: place % 3 === 0 ? [{ code: 'mask-count', severity: 'error', message: 'One mask is missing.' }] : [],
    findingCount: place % 3 === 0 ? 1 : 0,
    errors: place % 3 === 0 ? 1 : 0,
    warnings: 0,
  };
}

if (chromiumPath === undefined) {
  console.warn('SKIPPED: the browser page was not tested. No Chromium at CHROMIUM_PATH or /usr/bin/chromium.');
}

describe.skipIf(chromiumPath === undefined)('the page of the dataset browser', () => {
  let browser: Browser;
  let bundle: PageBundle;
  let open: OpenBrowser;
  let axeRan = false;

  beforeAll(async () => {
    [browser, bundle] = await Promise.all([launchChromium(), bundlePage('browser')]);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    // A photograph that is not there is no fault of the page's.
    // Axe tries styles of its own, which the page's policy refuses.
    expect(
      open.complaints.filter((text) => !text.includes('404') && !(axeRan && text.includes('inline style'))),
    ).toEqual([]);
    axeRan = false;
    await open.page.close();
  });

  const show = async (records = 1_000, options: BrowserOptions = {}): Promise<OpenBrowser> => {
    open = await openBrowser(browser, bundle, { row, ...options });
    await open.send({ type: 'state', state: stateOf(records) });
    await open.send({ type: 'selection', selection: selectionOf(records) });
    return open;
  };
  /** Waits until an expression holds in the page, whose policy lets nothing else look at it. */
  const until = async (expression: string): Promise<void> => {
    await expect.poll(() => open.page.evaluate(expression), { timeout: 20_000 }).toBe(true);
  };
  const filled = () => open.page.waitForSelector('.cell[data-record] canvas[data-painted]');
  const ids = (): Promise<string[]> => open.page.locator('.cell .id').allInnerTexts();
  const activeId = (): Promise<string> => open.page.locator('.cell.is-active .id').innerText();
  const views = async (): Promise<readonly BrowseView[]> =>
    (await open.taken()).flatMap((message: FromBrowser) => (message.type === 'view' ? [message.view] : []));
  const press = (key: string): Promise<void> => open.page.keyboard.press(key);
  const choose = async (id: string, label: string | RegExp): Promise<void> => {
    await open.page.locator(`#${id}`).click();
    await open.page.locator(`#${id} li.option`, { hasText: label }).click();
  };

  test('asks for its dataset, and for the rows that are on the screen', async () => {
    open = await openBrowser(browser, bundle);
    const taken = await open.taken();
    expect(taken).toContainEqual({ type: 'ready', view: WHOLE_FILE });
    await open.send({ type: 'state', state: stateOf(1_000_000) });
    await open.send({ type: 'selection', selection: selectionOf(1_000_000) });
    await until("window.posted.some(({ type }) => type === 'want')");
    const [want] = (await open.taken()).filter(({ type }) => type === 'want');
    expect(want).toMatchObject({ selection: 1 });
    const { stretches } = want as Extract<FromBrowser, { type: 'want' }>;
    expect(stretches[0]![0]).toBe(0);
    expect(stretches.every(([, to]) => to < 100)).toBe(true);
    expect(await open.page.locator('.cell.is-waiting').count()).toBeGreaterThan(4);
    expect(await open.page.locator('#count').innerText()).toBe('1,000,000 records');
    expect(await open.page.locator('#records').getAttribute('aria-rowcount')).toBe('250000');
  });

  test('paints masks over photographs, and on a plain ground where there is none', async () => {
    await show(4);
    await filled();
    await until("document.querySelectorAll('canvas[data-painted]').length === 4");
    const painted = await open.page.$$eval('canvas', (nodes) => nodes.map((node) => node.dataset['painted']));
    expect(painted).toEqual(['yes', 'no', 'yes', 'no']);
    const picture = open.page.locator('canvas').nth(1);
    const png = decode(await picture.screenshot());
    const at = (x: number) => {
      const pixel = png.channels * (Math.floor(png.height / 2) * png.width + Math.floor(x * png.width));
      return [...png.data.slice(pixel, pixel + 3)].map(Number);
    };
    expect(at(0.3)).toEqual([...maskColor(0).rgb]);
    expect(at(0.7)).not.toEqual([...maskColor(0).rgb]);
    const error = open.page.locator('.badge.is-error').first();
    expect(await error.getAttribute('title')).toMatch(/mask-count/);
    expect(await error.textContent()).toMatch(/1 error: mask-count: One mask is missing\./);
    expect(await open.page.locator('.phrase').first().innerText()).toBe('the white cat');
  });

  test('scrolls a million records to the end, with nothing missing', async () => {
    await show(1_000_000);
    await filled();
    await open.page.locator('#records').focus();
    await press('End');
    await open.page.waitForSelector('.cell[data-record="999999"]');
    expect(await activeId()).toBe('record-999999');
    expect(await open.page.locator('#records').getAttribute('aria-activedescendant')).toBe('place-999999');
    expect(await open.page.locator('.cell').count()).toBeLessThan(100);
    // The bar in the middle shows the middle, and each place that is to be seen has its own record.
    await open.page.$eval('#records', (node) => {
      node.scrollTop = (node.scrollHeight - node.clientHeight) / 2;
    });
    await until("Math.abs(Number(document.querySelector('.cell[data-record]')?.dataset.record) - 500000) < 100");
    await until("document.querySelectorAll('.cell.is-waiting').length === 0");
    const shown = (await ids()).map((id) => Number(id.slice('record-'.length)));
    expect(shown).toEqual(shown.map((_, i) => shown[0]! + i));
    // A turn of the wheel goes on from there by what it turned, not by what it is of the bar.
    const top = () => open.page.$eval('.line', (node) => node.getBoundingClientRect().top);
    const [before, first] = [await top(), shown[0]!];
    await open.page.mouse.move(400, 500);
    await open.page.mouse.wheel(0, 100);
    await open.page.waitForTimeout(100);
    const moved = Number((await ids())[0]!.slice('record-'.length)) - first;
    expect((await top()) - before).toBeCloseTo(-100 + (262 * moved) / 4, 0);
  });

  test('leaves no gap while it is scrolled fast', async () => {
    await show(100_000);
    await filled();
    for (let i = 0; i < 20; i++) {
      await open.page.mouse.move(400, 500);
      await open.page.mouse.wheel(0, 1_500);
      // Every place on the screen has a cell at all times.
      const covered = await open.page.evaluate(() => {
        const box = document.querySelector('#records')!.getBoundingClientRect();
        const cells = [...document.querySelectorAll('.cell')].map((cell) => cell.getBoundingClientRect());
        return [0.1, 0.5, 0.9].every((part) => {
          const y = box.top + part * box.height;
          return cells.some(({ top, bottom }) => top - 14 <= y && bottom + 14 >= y);
        });
      });
      expect(covered).toBe(true);
    }
    await until("document.querySelectorAll('.cell.is-waiting').length === 0");
  });

  test('is used by keyboard alone', async () => {
    await show(1_000);
    await filled();
    await press('/');
    await open.page.keyboard.type('cat');
    await open.page.waitForTimeout(500);
    expect(await views()).toEqual([{ ...WHOLE_FILE, filter: { text: 'cat' } }]);
    await open.page.locator('#records').focus();
    await press('ArrowRight');
    await press('ArrowDown');
    expect(await activeId()).toBe('record-5');
    await press('PageDown');
    await press('PageUp');
    await press('ArrowLeft');
    await press('ArrowUp');
    expect(await activeId()).toBe('record-0');
    await press('ArrowRight');
    await press('Enter');
    expect((await open.taken()).filter(({ type }) => type === 'open')).toEqual([{ type: 'open', record: 1 }]);
    await press('End');
    await press('Home');
    expect(await activeId()).toBe('record-0');
  });

  test('a click opens the record', async () => {
    await show(100);
    await filled();
    await open.page.locator('.cell').nth(3).click();
    expect((await open.taken()).filter(({ type }) => type === 'open')).toEqual([{ type: 'open', record: 3 }]);
  });

  test('filters and sorts by what its fields say', async () => {
    await show(1_000);
    await open.taken();
    await choose('task', /\bgcg/);
    await choose('finding', /unclosed-tag \(5\)/);
    await open.page.locator('#least input').fill('2');
    await open.page.locator('#least input').press('Tab');
    await choose('sort', 'by masks');
    await open.page.locator('#descending').click();
    const all = await views();
    expect(all.at(-1)).toEqual({
      filter: { task: 'gcg', finding: 'unclosed-tag', masks: { least: 2 } },
      sort: 'masks',
      descending: true,
    });
    expect(await open.page.locator('#chips li').allInnerTexts()).toEqual([
      'task gcg',
      'unclosed-tag',
      '2 or more masks',
      'Clear all',
    ]);
    await open.page.locator('#chip-finding').click();
    expect((await views()).at(-1)!.filter).toEqual({ task: 'gcg', masks: { least: 2 } });
    await open.page.locator('#chip-all').click();
    expect((await views()).at(-1)!.filter).toEqual({});
    expect(await open.page.locator('#least input').inputValue()).toBe('');
  });

  test('shows the rows of another order in place of those before', async () => {
    await show(100);
    await filled();
    await open.send({ type: 'selection', selection: selectionOf(2, 7) });
    await until("document.querySelectorAll('.cell').length === 2");
    await open.send({ type: 'rows', selection: 7, from: 0, rows: [row(41), row(17)] });
    expect(await ids()).toEqual(['record-41', 'record-17']);
    // What was on the way for the order before is not shown any more.
    await open.send({ type: 'rows', selection: 1, from: 0, rows: [row(0), row(1)] });
    expect(await ids()).toEqual(['record-41', 'record-17']);
    await open.send({ type: 'selection', selection: selectionOf(0, 8) });
    expect(await open.page.locator('main > .empty').innerText()).toMatch(/remove a filter/);
  });

  test('shows statistics as plots and tables, whose bars filter', async () => {
    await show(1_000);
    await open.page.locator('#mode-statistics').click();
    expect(await open.taken()).toContainEqual({ type: 'statistics', wanted: true });
    await open.send({ type: 'statistics', summary: stateOf(1_000).all });
    expect(await open.page.locator('#statistics figure svg').count()).toBe(7);
    await open.page.locator('#statistics figure').nth(1).locator('rect.bar').nth(2).click();
    expect((await views()).at(-1)!.filter).toEqual({ masks: { least: 2, most: 2 } });
    const table = open.page.locator('#statistics figure').nth(3);
    await table.locator('summary').click();
    expect(await table.locator('td').allInnerTexts()).toEqual(['some', '250', 'none', '750']);
    await table.locator('button', { hasText: 'none' }).press('Enter');
    expect((await views()).at(-1)!.filter).toEqual({ masks: { least: 2, most: 2 }, denies: false });
    expect(await open.page.locator('#chips').innerText()).toMatch(/denies nothing/);
  });

  test('shows another picture where a record has become another one', async () => {
    await show(2);
    await until("document.querySelectorAll('canvas[data-painted]').length === 2");
    const colours = async () => decode(await open.page.locator('canvas').nth(1).screenshot()).data.join();
    const before = await colours();
    const same = row(1);
    const other: ShownRow = { ...row(1), masks: [{ counts: half, color: 3 }] };
    await open.send({ type: 'selection', selection: selectionOf(2, 2) });
    await open.send({ type: 'rows', selection: 2, from: 0, rows: [row(0), other] });
    await expect.poll(colours).not.toBe(before);
    await open.send({ type: 'rows', selection: 2, from: 0, rows: [row(0), same] });
    await expect.poll(colours).toBe(before);
  });

  test('says where a photograph is not, and why a record cannot be read', async () => {
    const { imageSource: _, ...unread } = row(0);
    const rows: readonly ShownRow[] = [
      row(0),
      row(1),
      { ...unread, image: 'https://example.org/a.jpg' },
      {
        ...unread,
        image: '',
        parts: [],
        findings: [{ code: 'syntax', severity: 'error', message: 'It ends too early.' }],
      },
      { ...row(4), parts: [{ text: 'Where is the dog?' }], isAsked: true },
    ];
    await show(rows.length, { row: (place) => rows[place]! });
    await until("document.querySelectorAll('canvas[data-painted]').length === 5");
    const seen = await open.page.$$eval('.missing', (nodes) =>
      nodes.filter((node) => getComputedStyle(node).display !== 'none').map((node) => node.textContent),
    );
    expect(seen).toEqual(['no photograph', 'not fetched']);
    expect((await open.page.locator('.caption').allInnerTexts()).slice(3)).toEqual([
      'It ends too early.',
      'Not answered: Where is the dog?',
    ]);
  });

  test('names the file of each record in a folder, and the line alone in a file', async () => {
    await show(2);
    await filled();
    const place = open.page.locator('.cell .head .quiet').first();
    expect(await place.innerText()).toBe('line 1');
    await open.page.close();
    open = await openBrowser(browser, bundle, { row });
    await open.send({ type: 'state', state: stateOf(2, { path: '/data', name: 'data', files: 2 }) });
    await open.send({ type: 'selection', selection: selectionOf(2) });
    await filled();
    expect(await open.page.locator('.cell .head .quiet').first().innerText()).toBe('train:1');
    expect(await open.page.locator('.cell .head .quiet').first().getAttribute('title')).toBe(
      '/data/train.uscdf.jsonl, line 1',
    );
  });

  test('shows whole lines of a caption, however long it is', async () => {
    const long = { ...row(0), parts: [{ text: 'the white cat on the mat '.repeat(20) }] };
    await show(1, { row: () => long });
    await filled();
    const [height, line] = await open.page.$eval('.caption', (node) => [
      node.getBoundingClientRect().height,
      Number.parseFloat(getComputedStyle(node).lineHeight),
    ]);
    expect(height! / line!).toBeCloseTo(3, 1);
    const [below, above] = await open.page.$eval('.cell', (cell) => [
      cell.getBoundingClientRect().bottom,
      cell.querySelector('.badges')!.getBoundingClientRect().bottom,
    ]);
    expect(below! - above!).toBeGreaterThanOrEqual(4);
  });

  test('stays where it is while the dataset is read anew', async () => {
    await show(10_000);
    await filled();
    await open.page.locator('#records').focus();
    await press('End');
    await open.page.waitForSelector('.cell[data-record="9999"].is-active');
    for (const count of [0, 40, 5_000]) {
      await open.send({ type: 'selection', selection: { number: 2, count, complete: false } });
      await open.page.waitForTimeout(50);
    }
    await open.send({ type: 'selection', selection: selectionOf(10_000, 2) });
    await open.page.waitForSelector('.cell[data-record="9999"].is-active');
    expect(await activeId()).toBe('record-9999');
    // Who has gone elsewhere meanwhile stays there.
    await open.send({ type: 'selection', selection: { number: 3, count: 400, complete: false } });
    await press('Home');
    await open.send({ type: 'selection', selection: selectionOf(10_000, 3) });
    await open.page.waitForSelector('.cell[data-record="0"].is-active');
    // Fewer records for good: the last one of them.
    await press('End');
    await open.send({ type: 'selection', selection: selectionOf(12, 4) });
    await until("document.querySelector('.cell.is-active')?.dataset.record === '11'");
  });

  test('the scroll bar of a long list keeps its length near the end', async () => {
    await show(1_000_000);
    await filled();
    const height = () => open.page.$eval('#records', (node) => node.scrollHeight);
    const before = await height();
    await open.page.locator('#records').focus();
    await press('End');
    await press('PageUp');
    await open.page.waitForTimeout(100);
    expect(await height()).toBe(before);
  });

  test('the records have the keys when the page is come back to', async () => {
    await show(100);
    await filled();
    await open.page.evaluate("document.activeElement.blur(); window.dispatchEvent(new Event('focus'))");
    await press('ArrowRight');
    await press('Enter');
    expect((await open.taken()).filter(({ type }) => type === 'open')).toEqual([{ type: 'open', record: 1 }]);
    // A field that has them keeps them.
    await press('/');
    await open.page.evaluate("window.dispatchEvent(new Event('focus'))");
    await open.page.keyboard.type('cat');
    expect(await open.page.locator('#text input').inputValue()).toBe('cat');
  });

  test('comes back as it was left', async () => {
    const state = {
      path: '/data/train.uscdf.jsonl',
      view: { filter: { task: 'gcg' }, sort: 'masks', descending: true },
      mode: 'list',
      place: 700,
    };
    await show(1_000, { state });
    expect(await open.taken()).toContainEqual({ type: 'ready', view: state.view });
    await open.page.waitForSelector('.cell[data-record="700"].is-active');
    expect(await open.page.locator('#records').getAttribute('class')).toContain('is-list');
    expect(await open.page.evaluate('window.state')).toEqual(state);
  });

  test('says what is wrong, and reads again', async () => {
    await show(10);
    await open.send({ type: 'state', state: stateOf(10, { problems: ['b.uscdf cannot be read.'] }) });
    expect(await open.page.locator('.notice').innerText()).toBe('b.uscdf cannot be read.');
    await open.send({ type: 'failed', message: 'Its process is gone.' });
    await open.taken();
    await open.page.locator('#again').click();
    const said = (await open.taken()).filter(({ type }) => type !== 'want');
    expect(said).toEqual([{ type: 'again' }, { type: 'ready', view: WHOLE_FILE }]);
  });

  test('tells screen readers how many there are', async () => {
    await show(1_000);
    await open.send({ type: 'selection', selection: selectionOf(12, 2) });
    await until("document.querySelector('[role=status]').textContent === '12 of 1,000 records shown.'");
  });

  test.each(Object.keys(themes) as ThemeName[])('has no serious fault that axe finds, theme %s', async (theme) => {
    await show(200, { theme });
    await filled();
    expect(open.complaints.filter((text) => !text.includes('404'))).toEqual([]);
    axeRan = true;
    await open.page.evaluate(axe);
    const faults = async () => {
      const { violations } = await open.page.evaluate<AxeResults>('axe.run(document)');
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
    };
    expect(await faults()).toEqual([]);
    await open.page.locator('#mode-statistics').click();
    await open.send({ type: 'statistics', summary: stateOf(200).all });
    expect(await faults()).toEqual([]);
  });
});
