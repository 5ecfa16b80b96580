/** Opens the dataset browser's page, with a dataset of any size behind it that answers as the extension does. */
import type { Browser, Page } from 'playwright-core';
import type { BrowseState, Selection } from '../../core/browsing/browseState.ts';
import type { FromBrowser, ShownRow, ToBrowser } from '../browserProtocol.ts';
import { toBrowser } from '../browserProtocol.ts';
import { openPage, type PageBundle, pathOf } from './openPage.ts';
import type { ThemeName } from './themes.ts';

export interface OpenBrowser {
  readonly page: Page;
  /** What the page sent since the last call. */
  taken(): Promise<FromBrowser[]>;
  /** Resolves when the page has handled the message. */
  send(message: ToBrowser): Promise<void>;
  /** Everything that the browser complained about: violations of the policy, exceptions, console errors. */
  readonly complaints: readonly string[];
}

export interface BrowserOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What `getState` gives at start. */
  readonly state?: unknown;
  /** Rows that are sent where they are wanted; without it nothing is answered. */
  readonly row?: (place: number) => ShownRow;
}

export async function openBrowser(
  browser: Browser,
  bundle: PageBundle,
  options: BrowserOptions = {},
): Promise<OpenBrowser> {
  const { theme = 'dark', width = 1_000, height = 800, state, row } = options;
  const photograph = pathOf('../../test/fixtures/preview/cat-and-parakeet.jpg');
  const { page, complaints } = await openPage(browser, bundle, {
    title: 'Dataset Browser',
    ...{ theme, width, height, state, host },
    files: { '/photo.jpg': { contentType: 'image/jpeg', path: photograph } },
    prepare: (opening) =>
      opening.exposeFunction('rowsOf', (from: number, to: number) =>
        row === undefined ? [] : Array.from({ length: to - from }, (_, i) => row(from + i)),
      ),
  });
  while (!(await page.evaluate("window.posted.some(({ type }) => type === 'ready')")));
  return {
    page,
    complaints,
    taken: () => page.evaluate('window.posted.splice(0)'),
    send: (message) =>
      page.evaluate(
        (data) =>
          new Promise<void>((done) => {
            window.postMessage(data, '*');
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)));
          }),
        { method: toBrowser.method, sender: { type: 'extension' }, receiver: { type: 'webview' }, params: message },
      ),
  };
}

/** A dataset that is read to its end. */
export function stateOf(records: number, more: Partial<BrowseState> = {}): BrowseState {
  const zeros = (count: number) => Array.from({ length: count }, () => 0);
  return {
    path: '/data/train.uscdf.jsonl',
    name: 'train.uscdf.jsonl',
    files: 1,
    records,
    counted: true,
    known: records,
    all: {
      records,
      tasks: [0, 0, 0, 0, 0, records, 0, 0, 0],
      review: [records, 0, 0, 0],
      masks: [0, 0, records, ...zeros(9)],
      phrases: [0, 0, records, ...zeros(9)],
      areas: [0, 0, records, records, 0, 0, 0],
      denying: Math.floor(records / 4),
      findings: [5, ...zeros(39)],
      withErrors: 5,
      withFindings: 5,
    },
    problems: [],
    ...more,
  };
}

export function selectionOf(count: number, number = 1): Selection {
  return { number, count, complete: true };
}

/** Sends the rows that are wanted. */
const host = `
    window.posted = [];
    const answer = async ({ selection, stretches }) => {
      for (const [from, to] of stretches) {
        const rows = await window.rowsOf(from, to);
        if (rows.length === 0) continue;
        const params = { type: 'rows', selection, from, rows };
        window.postMessage({ method: '${toBrowser.method}', sender: { type: 'extension' }, receiver: { type: 'webview' }, params }, '*');
      }
    };
    window.receive = ({ params }) => {
      window.posted.push(structuredClone(params));
      if (params.type === 'want') void answer(params);
    };`;
