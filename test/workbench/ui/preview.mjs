import { decode } from 'fast-png';
import { until } from '../harness/wait.mjs';

/** @typedef {import('./workbench.mjs').Workbench} Workbench */

/** The preview beside the text: its picture, its phrases, its draft bar. */
export class Preview {
  /** @param {Workbench} workbench */
  constructor(workbench) {
    const frame = workbench.webview;
    this.body = frame.locator('body');
    this.picture = frame.locator('canvas#picture');
    this.draft = frame.locator('#draft');
    this.accept = frame.locator('#accept');
    this.reject = frame.locator('#reject');
    this.editDraft = frame.locator('#edit-draft');
    this.nextDraft = frame.locator('#next-draft');
    this.previousDraft = frame.locator('#previous-draft');
    this.record = frame.locator('.record-id');
    this.next = frame.locator('#next-record');
    this.previous = frame.locator('#previous-record');
    this.phrase = (index) => frame.locator(`[data-phrase="${index}"]`).first();
  }

  /** Shows the preview of the record at the cursor and waits until it is painted. */
  static async show(workbench) {
    await workbench.runCommand('USCDF: Show Preview');
    const preview = new Preview(workbench);
    await preview.painted();
    return preview;
  }

  /** Waits until the bar of the draft holds a text. */
  async draftSays(text) {
    await this.draft.filter({ hasText: text }).waitFor({ timeout: 20_000 });
  }

  async painted() {
    await until('the preview is painted', async () => (await this.body.getAttribute('data-ready')) === 'true');
  }

  /** Waits until a reference and its prediction are painted over each other. */
  async compared() {
    await this.body.locator('.turn .speaker', { hasText: 'Prediction' }).waitFor({ timeout: 20_000 });
    await this.painted();
  }

  /** The number of the phrase that is lit. */
  active() {
    return this.body.getAttribute('data-active-phrase');
  }

  /** Waits until exactly the phrase `index` is lit. */
  async lit(index) {
    await until(`the preview lights phrase ${index}`, async () => (await this.active()) === String(index));
    await until(`phrase ${index} is marked`, async () => /\bis-active\b/.test(await this.classOf(index)));
  }

  /** Clicks on a pixel of the photograph, which the canvas shows whole and centred. */
  async clickPixel(x, y, { width, height }) {
    const box = await this.picture.boundingBox();
    const scale = Math.min(box.width / width, box.height / height);
    const position = { x: box.width / 2 + (x - width / 2) * scale, y: box.height / 2 + (y - height / 2) * scale };
    await this.picture.click({ position });
  }

  async classOf(index) {
    return (await this.phrase(index).getAttribute('class')) ?? '';
  }

  /**
   * The picture as it is on the screen. A screenshot and not the canvas's own pixels: a photograph from another origin
   * locks those.
   */
  async pixels() {
    const { width, height, data, channels } = decode(await this.picture.screenshot());
    return { width, height, data, channels };
  }
}

/** The share of pixels, 0 to 1, that differ clearly between two pictures of one size. */
export function differingShare(one, other) {
  if (one.width !== other.width || one.height !== other.height) throw new Error('The pictures differ in size.');
  let differing = 0;
  for (let pixel = 0; pixel < one.width * one.height; pixel++) {
    if (distance(one, other, pixel) > 24) differing++;
  }
  return differing / (one.width * one.height);
}

/** How many colours a picture has, counted in steps of 16: a photograph has hundreds, a blank canvas a few. */
export function colourCount({ width, height, data, channels }) {
  const colours = new Set();
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = [0, 1, 2].map((c) => data[pixel * channels + c] >> 4);
    colours.add((red << 8) | (green << 4) | blue);
  }
  return colours.size;
}

function distance(one, other, pixel) {
  const difference = (c) => Math.abs(one.data[pixel * one.channels + c] - other.data[pixel * other.channels + c]);
  return difference(0) + difference(1) + difference(2);
}
