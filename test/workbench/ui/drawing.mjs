import assert from 'node:assert/strict';
import { until } from '../harness/wait.mjs';
import { differingShare } from './preview.mjs';

/** @typedef {import('./workbench.mjs').Workbench} Workbench */
/** @typedef {import('./preview.mjs').Preview} Preview */
/** @typedef {{x: number, y: number}} Point in pixels of the photograph */

/** The mask tools of a preview, as a person uses them. */
export class Drawing {
  /**
   * @param {Workbench} workbench
   * @param {Preview} preview
   * @param {{width: number, height: number}} size the photograph's
   */
  constructor(workbench, preview, size) {
    this.workbench = workbench;
    this.preview = preview;
    this.size = size;
    const frame = workbench.webview;
    this.work = frame.locator('section.work');
    this.dialog = frame.locator('dialog');
    this.menu = frame.locator('#menu');
    this.row = (mask) => frame.locator(`#masks [data-mask="${mask}"]`);
    this.action = (name) => frame.locator(`[data-action="${name}"]`).first();
  }

  /** Presses a key where the picture has the focus. */
  async key(key) {
    await this.preview.picture.focus();
    await this.workbench.page.keyboard.press(key);
  }

  /** Chooses the mask at a pixel, and waits as long as a person does until keys mean the picture. @param {Point} point */
  async choose({ x, y }) {
    await this.preview.clickPixel(x, y, this.size);
    await this.workbench.page.waitForTimeout(400);
  }

  /** Takes the mask at a pixel into work: a click, then the key. @param {Point} point */
  async edit(point) {
    await this.choose(point);
    await this.begin('e');
  }

  /** Begins a mask by a key: `e` the chosen one, `n` a new one. */
  async begin(key) {
    await until('a mask is in work', async () => {
      if (await this.work.isVisible()) return true;
      await this.key(key);
      return this.work.isVisible();
    });
  }

  /** Takes a tool by its key and waits until its button is down. */
  async tool(name, key) {
    const button = this.action(`tool.${name}`);
    const isDown = async () =>
      (await button.getAttribute('aria-pressed')) === 'true' || (await button.getAttribute('checked')) !== null;
    await until(`the tool ${name} is taken`, async () => {
      await this.key(key);
      return isDown();
    });
  }

  /** Clicks on a pixel, slowly enough for the next click not to be a double one. @param {Point} point @param {object} [options] */
  async click(point, options = {}) {
    const [place] = await this.places([point]);
    await this.workbench.page.mouse.click(place.x, place.y, options);
    await this.workbench.page.waitForTimeout(400);
  }

  /** Rests the mouse on a pixel. @param {Point} point */
  async point(point) {
    const [place] = await this.places([point]);
    await this.workbench.page.mouse.move(place.x - 2, place.y);
    await this.workbench.page.mouse.move(place.x, place.y);
  }

  /** Where pixels stand in the window. @param {readonly Point[]} points */
  async places(points) {
    const box = await this.preview.picture.boundingBox();
    const scale = Math.min(box.width / this.size.width, box.height / this.size.height);
    return points.map(({ x, y }) => ({
      x: box.x + box.width / 2 + (x - this.size.width / 2) * scale,
      y: box.y + box.height / 2 + (y - this.size.height / 2) * scale,
    }));
  }

  /** Waits until the picture around a pixel is another than the `plain` one that was there; a model may take its time. */
  async masked(point, plain) {
    const share = async () => differingShare(plain, await this.around(point));
    await until(`${point.x}, ${point.y} is masked`, async () => (await share()) > 0.5, { timeoutMs: 60_000 });
  }

  /** Saves the new mask in work under a name, and waits until the file has taken it. */
  async saveAs(name) {
    await this.key('f');
    await this.dialog.waitFor();
    await this.workbench.page.keyboard.type(name);
    await this.workbench.page.keyboard.press('Enter');
    await this.work.waitFor({ state: 'hidden' });
    await this.changed();
  }

  /** Drags the mouse from pixel to pixel with the button down. @param {readonly Point[]} points */
  async drag(points) {
    const places = await this.places(points);
    const { mouse } = this.workbench.page;
    await mouse.move(places[0].x, places[0].y);
    await mouse.down();
    for (const { x, y } of places.slice(1)) await mouse.move(x, y, { steps: 8 });
    await mouse.up();
  }

  /** Saves the mask in work by its key, and waits until the file has taken it. */
  async save() {
    await this.key('f');
    await this.work.waitFor({ state: 'hidden' });
    await this.changed();
  }

  /** Saves by the button; resolves with the milliseconds from the click until the text, which was saved, has changed. */
  async timedSave() {
    const clicked = this.work.locator('#mask-save').evaluate(
      (button) =>
        new Promise((resolve) => {
          button.addEventListener('click', () => resolve(Date.now()), { capture: true, once: true });
        }),
    );
    const edited = this.workbench.page.evaluate(
      () =>
        new Promise((resolve) => {
          const observer = new MutationObserver(() => {
            if (document.querySelector('.tab.dirty') === null) return;
            observer.disconnect();
            resolve(Date.now());
          });
          observer.observe(document.body, { attributes: true, attributeFilter: ['class'], subtree: true });
        }),
    );
    await this.work.locator('#mask-save').click();
    await this.work.waitFor({ state: 'hidden' });
    return (await edited) - (await clicked);
  }

  /** Waits until the file has a change that is not saved. */
  async changed() {
    await this.workbench.page.locator('.tab.dirty').first().waitFor();
  }

  /** The colours around a pixel of the photograph, as they are on the screen. @param {Point} point */
  async around({ x, y }, side = 9) {
    const { width, height, data, channels } = await this.preview.pixels();
    const scale = Math.min(width / this.size.width, height / this.size.height);
    const left = Math.round(width / 2 + (x - this.size.width / 2) * scale - side / 2);
    const top = Math.round(height / 2 + (y - this.size.height / 2) * scale - side / 2);
    const part = new Uint8Array(side * side * channels);
    for (let row = 0; row < side; row++) {
      const from = ((top + row) * width + left) * channels;
      part.set(data.subarray(from, from + side * channels), row * side * channels);
    }
    return { width: side, height: side, data: part, channels };
  }
}

/**
 * Where the entry of a mask stands in a file's text: from its `{` to the end of its `}`.
 *
 * @returns {{start: number, end: number}}
 */
export function maskEntry(text, index) {
  let at = text.search(/"?masks"?:/);
  for (let passed = 0; ; passed++) {
    const start = text.indexOf('{', at);
    const end = text.indexOf('}', start) + 1;
    assert.ok(start >= 0 && end > start, `the file has no mask ${index}`);
    if (passed === index) return { start, end };
    at = end;
  }
}

/** Asserts that two texts are equal before and behind a part of the first, and differ in it. */
export function onlyDiffersIn(before, after, { start, end }) {
  assert.notEqual(after, before, 'nothing has changed');
  assert.equal(after.slice(0, start), before.slice(0, start), 'the text before the mask is as it was');
  const rest = before.slice(end);
  assert.equal(after.slice(after.length - rest.length), rest, 'the text behind the mask is as it was');
}
