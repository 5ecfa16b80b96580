/** Opens the page of the mask editor alone in a headless Chromium. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { bundleForPage } from '../../testing/openPage.ts';
import type { HarnessWindow } from './harnessPage.ts';

export interface OpenHarness {
  readonly page: Page;
  /** Runs a function in the page on what it offers. */
  ask<Argument, Result>(
    what: (harness: HarnessWindow, argument: Argument) => Result,
    argument?: Argument,
  ): Promise<Result>;
  /** Resolves when what was drawn is painted. */
  painted(): Promise<void>;
  /** The colour at a place of the stage when it is painted. */
  colourAt(x: number, y: number): Promise<readonly number[]>;
  /** Presses at the first place, moves through the others in steps, lets go at the last; places on the stage. */
  drag(places: readonly (readonly [x: number, y: number])[], steps?: number): Promise<void>;
  readonly complaints: readonly string[];
}

const html = '<!DOCTYPE html><title>Mask editor</title><link rel="icon" href="data:,"><body></body>';

export async function bundleHarness(): Promise<string> {
  const [script] = await bundleForPage([fileURLToPath(new URL('harnessPage.ts', import.meta.url))]);
  return script!.text;
}

export async function openHarness(browser: Browser, script: string, ratio = 1): Promise<OpenHarness> {
  const page = await browser.newPage({ viewport: { width: 800, height: 600 }, deviceScaleFactor: ratio });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  // A secure address: elsewhere pointer events do not tell the places between two frames.
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto('https://drawing.test/');
  await page.addScriptTag({ content: script });
  const painted = () =>
    page.evaluate<void>('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return {
    page,
    complaints,
    painted,
    ask: (what, argument) =>
      page.evaluate(`(${String(what)})(window.harness, ${JSON.stringify(argument) ?? 'undefined'})`),
    colourAt: async (x, y) => {
      await painted();
      return page.evaluate<readonly number[]>(`window.harness.colourAt(${x}, ${y})`);
    },
    drag: async (places, steps = 4) => {
      await page.mouse.move(...places[0]!);
      await page.mouse.down();
      for (const place of places.slice(1)) await page.mouse.move(...place, { steps });
      await page.mouse.up();
    },
  };
}
