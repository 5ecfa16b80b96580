import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from './actions.ts';
import { PAGE_ACTIONS } from './protocol.ts';
import { chromiumPath } from './testing/openPage.ts';
import { draft, Harness, halfway, place, record } from './testing/previewHarness.ts';
import { type ThemeName, themes } from './testing/themes.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How each state that a person meets is reached. */
const states: Readonly<Record<string, (h: Harness) => Promise<void>>> = {
  record: (h) => h.page.send({ type: 'highlight', phrase: 1 }),
  drawing: async (h) => {
    await h.page.send({ type: 'show', record, place });
    await h.page.send({ type: 'highlight', phrase: 1 });
    await h.act('mask.edit');
  },
  draft: async (h) => {
    await h.page.send({ type: 'draft', draft: { ...draft, current: halfway, waiting: { number: 2, of: 5 } } });
    await h.page.send({ type: 'queue', queue: { state: 'running', done: 1, failed: 0, total: 4, undecided: 1 } });
    await h.page.painted();
  },
  help: (h) => h.act('help'),
  name: async (h) => {
    await h.act('mask.new');
    await h.drag([300, 60], [360, 80]);
    await h.act('mask.save');
  },
  menu: (h) => h.page.page.click('[data-mask="0"] [data-button="row-menu"]'),
  empty: (h) => h.page.send({ type: 'empty', message: 'This file holds no record yet.' }),
};

describe.skipIf(chromiumPath === undefined)('the preview page for everyone', () => {
  const h = new Harness();

  test.each(Object.keys(themes) as ThemeName[])('axe finds nothing serious: %s', async (theme) => {
    const all: string[] = [];
    for (const [name, reach] of Object.entries(states)) {
      if (name !== 'record') await h.page.page.close();
      await h.show(halfway, { theme, state: { patterns: true, legend: true } });
      await reach(h);
      expect(h.takeComplaints(), name).toEqual([]);
      await h.page.page.evaluate(axe);
      const found: string[] =
        await h.page.page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary)))`);
      // It tries styles of its own, which the page's policy refuses.
      expect(h.takeComplaints().filter((complaint) => !complaint.includes('inline style'))).toEqual([]);
      all.push(...found.map((each) => `${name}: ${each}`));
    }
    expect(all).toEqual([]);
  });

  test('the extension hears where the focus is', async () => {
    await h.show();
    await h.page.page.focus('#picture');
    await h.nextFrame();
    expect(await h.page.focus()).toEqual({ type: 'focus', on: 'picture', drawing: false });
    await h.page.page.focus('#record-number input');
    await h.nextFrame();
    expect((await h.page.focus())?.on).toBe('field');
    await h.page.page.focus('#opacity');
    await h.nextFrame();
    expect((await h.page.focus())?.on).toBe('picture');
    await h.act('help');
    expect((await h.page.focus())?.on).toBe('elsewhere');
    await h.press('Escape');
    await h.page.page.focus('#picture');
    await h.act('mask.new');
    expect(await h.page.focus()).toEqual({ type: 'focus', on: 'picture', drawing: true });
  });

  test('the help sheet lists every action with its keys, and opens the editor’s own list', async () => {
    await h.show();
    await h.page.page.click('#help');
    const sheet = await h.text('#help-sheet');
    for (const action of PAGE_ACTIONS) expect(sheet).toContain(ACTIONS[action].title);
    await h.page.page.click('#change-keys');
    expect(await h.taken()).toEqual([{ type: 'openKeys' }]);
    expect(await h.isVisible('#help-sheet')).toBe(false);
  });

  test('no two actions share a key', () => {
    const keys = Object.values(ACTIONS).flatMap((entry) => entry.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a mask is drawn, saved and named with keys alone', async () => {
    await h.show();
    await h.page.page.focus('#picture');
    await h.act('mask.new');
    await h.press('Enter');
    for (let step = 0; step < 6; step++) await h.press('Shift+ArrowRight');
    await h.press('Enter');
    await h.taken();
    await h.act('mask.save');
    await h.page.page.keyboard.type('a tile');
    await h.press('Enter');
    await h.page.page.waitForSelector('.work', { state: 'hidden' });
    expect(await h.shapes()).toMatchObject([{ edit: { kind: 'nameMask', name: 'a tile' } }]);
    expect(await h.page.page.evaluate('document.activeElement.id')).toBe('picture');
  });

  test('the focus comes back to where it was, and at first to the picture', async () => {
    await h.show();
    const { page } = h.page;
    // The editor hands the focus back so: to the window, with the body in it.
    const handBack = (): Promise<void> =>
      page.evaluate(() => {
        (document.activeElement as HTMLElement | null)?.blur();
        window.dispatchEvent(new FocusEvent('focus'));
      });
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
    await handBack();
    await expect.poll(focused).toBe('picture');
    await page.focus('#opacity');
    await handBack();
    await expect.poll(focused).toBe('opacity');
  });

  test('a phrase is deleted with keys alone', async () => {
    await h.show();
    await h.page.send({ type: 'highlight', phrase: 1 });
    await h.page.page.focus('#picture');
    await h.act('phrase.remove');
    await expect.poll(() => h.page.page.evaluate(() => document.activeElement?.id)).toBe('remove-words');
    await h.press('Space');
    await h.taken();
    await h.press('Enter');
    expect(await h.shapes()).toMatchObject([
      { edit: { kind: 'removePhrase', phrase: 1, words: 'keep', mask: 'remove' } },
    ]);
    expect(await h.page.page.evaluate(() => document.activeElement?.id)).toBe('picture');
  });

  test('the mask list and its menus are used with keys alone', async () => {
    await h.show();
    await h.page.page.focus('[data-mask="0"] .row-main');
    await h.press('ArrowDown');
    await h.press('ArrowRight');
    await h.press('Enter');
    expect(await h.said()).toBe('Mask 2 hidden.');
    expect(await h.page.page.evaluate('document.activeElement.dataset.button')).toBe('eye');
    await h.press('ArrowLeft');
    await h.press('Shift+F10');
    await h.press('End');
    await h.press('Enter');
    expect(await h.text('#delete-phrase h2')).toBe('Delete “the parakeet”');
    await h.press('Escape');
    expect(await h.page.page.evaluate('document.activeElement.className')).toBe('row-main');
    expect(await h.shapes()).toEqual([]);
  });

  test('a command speaks of the row that has the focus, not of what was chosen before', async () => {
    await h.show();
    await h.page.send({ type: 'highlight', phrase: 0 });
    await h.page.page.focus('[data-mask="0"] .row-main');
    await h.press('ArrowDown');
    await h.act('mask.hide');
    expect(await h.said()).toBe('Mask 2 hidden.');
    await h.act('phrase.remove');
    expect(await h.text('#delete-phrase h2')).toBe('Delete “the parakeet”');
  });

  test('a toolbar is one stop of the Tab key, and the arrow keys go through it', async () => {
    await h.show();
    const inner =
      "document.activeElement?.id + (document.activeElement?.shadowRoot?.activeElement == null ? ' outer' : '')";
    await h.page.page.evaluate("document.querySelector('#view-outlines').shadowRoot.querySelector('button').focus()");
    await h.press('ArrowRight');
    expect(await h.page.page.evaluate(inner)).toBe('view-numbers');
    await h.press('Enter');
    expect(await h.isOn('#view-numbers')).toBe(false);
    await h.press('End');
    expect(await h.page.page.evaluate(inner)).toBe('view-pixels');
    await h.press('Tab');
    expect(await h.page.page.evaluate("document.activeElement.closest('#view')")).toBe(null);
  });

  test('nothing moves for those who ask for less motion', async () => {
    await h.show();
    const animated = (): Promise<number> =>
      h.page.page.evaluate(
        () =>
          [...document.querySelectorAll('.phrase, .mask')].filter(
            (node) => getComputedStyle(node).transitionDuration !== '0s',
          ).length,
      );
    expect(await animated()).toBeGreaterThan(0);
    await h.page.page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    expect(await animated()).toBe(0);
    await h.page.page.evaluate("document.body.classList.remove('vscode-reduce-motion')");
    await h.page.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await animated()).toBe(0);
  });
});
