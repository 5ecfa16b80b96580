/** What the preview page's tests have in common: a real photograph's record, and a page that is used as a person uses it. */
import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Answer, FromPreview, ShownDraft, ShownPlace, ShownRecord } from '../protocol.ts';
import { bundlePage, chromiumPath, launchChromium, type PageBundle } from './openPage.ts';
import { type OpenOptions, type OpenPreview, openPreview } from './openPreview.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../test/fixtures/preview/${name}`, import.meta.url));

export const photograph = fixture('cat-and-parakeet.jpg');
export const asSource = (jpeg: Buffer): string => `data:image/jpeg;base64,${jpeg.toString('base64')}`;
/** Without a photograph that the page could show. */
export const plain: ShownRecord = JSON.parse(fixture('cat-and-parakeet.json').toString());
export const record: ShownRecord = { ...plain, imageSource: asSource(photograph) };
const [question, answer] = record.turns;

/** A record as it is halfway through being written: a phrase without a mask, a mask without a phrase, one that is cut off. */
export const halfway: ShownRecord = {
  ...record,
  id: 'a-long-record-identifier-without-any-space-from-a-real-dataset-000000196393',
  errors: 12,
  turns: [
    question!,
    {
      role: 'gpt',
      parts: [
        ...answer!.parts,
        { kind: 'phrase', text: 'a spoon whose phrase is long enough to break', phrase: 4, lacks: 'mask' },
      ],
    },
  ],
  masks: [
    ...record.masks.slice(0, 2),
    { size: record.masks[2]!.size, counts: record.masks[2]!.counts, color: 2, label: 'mask 3', area: 11435 },
    { ...record.masks[3]!, counts: record.masks[3]!.counts.slice(0, -2) },
  ],
};
export const draft: ShownDraft = { record: { ...record, id: 'drafted' }, model: 'coco80', notes: ['Look at mask 3.'] };
/** A file of five records that may be changed, and a model that can be asked. */
export const place: ShownPlace = { records: 5, version: 7, editable: true, prompts: true };

// Inside the cat, the blue bowl and the floor, away from edges and numbers; pixels of the photograph.
export const cat = [60, 220] as const;
export const bowl = [200, 345] as const;
export const floor = [380, 430] as const;

type Pixel = readonly [x: number, y: number];
type Shape = Extract<FromPreview, { type: 'shape' }>;

/** A page for each test, closed after it; every test fails where the browser complained of anything. */
export class Harness {
  page!: OpenPreview;
  #browser!: Browser;
  #bundle!: PageBundle;

  constructor() {
    if (chromiumPath === undefined) return;
    beforeAll(async () => {
      [this.#browser, this.#bundle] = await Promise.all([launchChromium(), bundlePage('preview')]);
    });
    afterAll(() => this.#browser.close());
    afterEach(async () => {
      expect(this.page.complaints).toEqual([]);
      await this.page.page.close();
    });
  }

  async open(options: OpenOptions = {}): Promise<void> {
    this.page = await openPreview(this.#browser, this.#bundle, options);
    expect(await this.taken()).toEqual([{ type: 'ready' }]);
  }

  async show(shown: ShownRecord = record, options: OpenOptions = {}, at: ShownPlace = place): Promise<void> {
    await this.open(options);
    await this.page.send({ type: 'show', record: shown, place: at });
    await this.page.painted();
  }

  taken(): Promise<FromPreview[]> {
    return this.page.taken();
  }

  /** What the browser complained of so far. */
  takeComplaints(): string[] {
    return (this.page.complaints as string[]).splice(0);
  }

  /** The shape edits sent since the last look at what the page sent. */
  async shapes(): Promise<Shape[]> {
    return (await this.taken()).filter((message) => message.type === 'shape');
  }

  answer(type: FromPreview['type'], given: Answer): Promise<void> {
    return this.page.answer(type, given);
  }

  /** A command of the editor. */
  act(action: Extract<Parameters<OpenPreview['send']>[0], { type: 'act' }>['action']): Promise<void> {
    return this.page.send({ type: 'act', action });
  }

  /** Where a pixel of the photograph, 640 × 480, stands on the whole picture. */
  async pointAt([x, y]: Pixel): Promise<[number, number]> {
    const box = (await this.page.page.locator('#picture').boundingBox())!;
    return [box.x + (x / 640) * box.width, box.y + (y / 480) * box.height];
  }

  /** The colour on the screen at a pixel of the photograph. */
  async colorAt(pixel: Pixel): Promise<number[]> {
    return this.colorOnScreen(await this.pointAt(pixel));
  }

  async colorOnScreen([left, top]: Pixel): Promise<number[]> {
    const clip = { x: Math.floor(left), y: Math.floor(top), width: 1, height: 1 };
    return [...decode(await this.page.page.screenshot({ clip })).data.slice(0, 3)].map(Number);
  }

  async click(pixel: Pixel, options: { readonly button?: 'left' | 'right' | 'middle' } = {}): Promise<void> {
    await this.page.page.mouse.click(...(await this.pointAt(pixel)), options);
  }

  async drag(from: Pixel, to: Pixel, button: 'left' | 'middle' | 'right' = 'left'): Promise<void> {
    const { mouse } = this.page.page;
    await mouse.move(...(await this.pointAt(from)));
    await mouse.down({ button });
    await mouse.move(...(await this.pointAt(to)), { steps: 6 });
    await mouse.up({ button });
    await this.nextFrame();
  }

  press(key: string): Promise<void> {
    return this.page.page.keyboard.press(key);
  }

  async text(selector: string): Promise<string> {
    return (await this.page.page.locator(selector).allInnerTexts()).join('\n');
  }

  isVisible(selector: string): Promise<boolean> {
    return this.page.page.locator(selector).isVisible();
  }

  isOn(selector: string): Promise<boolean> {
    return this.page.page.locator(selector).evaluate((node) => (node as HTMLInputElement).checked);
  }

  activePhrases(): Promise<(string | null)[]> {
    return this.page.page.$$eval('.caption [data-phrase].is-active', (nodes) =>
      nodes.map((node) => node.getAttribute('data-phrase')),
    );
  }

  said(): Promise<string> {
    return this.text('[aria-live]');
  }

  nextFrame(): Promise<void> {
    return this.page.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  /** Selects words of the answer as a drag over them does. */
  selectWords(words: string): Promise<void> {
    return this.page.page.evaluate((wanted) => {
      for (const node of document.querySelectorAll('.caption [data-from]')) {
        const text = node.firstChild;
        const start = text?.textContent?.indexOf(wanted) ?? -1;
        if (text === null || start < 0) continue;
        const range = document.createRange();
        range.setStart(text, start);
        range.setEnd(text, start + wanted.length);
        window.getSelection()?.removeAllRanges();
        window.getSelection()?.addRange(range);
      }
    }, words);
  }
}
