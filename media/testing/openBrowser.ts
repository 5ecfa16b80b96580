/** Opens the dataset browser's page in a headless Chromium, with a dataset of any size behind it that answers as the extension does. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { BrowseState, Selection } from '../../core/browsing/browseState.ts';
import type { FromBrowser, ShownRow, ToBrowser } from '../browserProtocol.ts';
import { toBrowser } from '../browserProtocol.ts';
import { type ThemeName, themes } from './themes.ts';

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

/** The page's script as the extension's build makes it. */
export async function bundleBrowser(): Promise<string> {
  const result = await build({
    entryPoints: [pathOf('../browser.ts')],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild wrote no file.');
  return file.text;
}

const codicons = pathOf('../../node_modules/@vscode/codicons/dist');
const origin = 'http://browser.test';
const nonce = 'dGVzdC1ub25jZQ';
const policy = `default-src 'none'; img-src ${origin} blob: data:; style-src ${origin}; script-src 'nonce-${nonce}'; font-src ${origin}`;
const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Dataset Browser</title>
<link rel="stylesheet" href="codicon.css" id="vscode-codicon-stylesheet"><link rel="stylesheet" href="browser.css"></head><body>
<script nonce="${nonce}" src="host.js"></script><script nonce="${nonce}" src="browser.js"></script></body></html>`;

export async function openBrowser(
  browser: Browser,
  script: string,
  options: BrowserOptions = {},
): Promise<OpenBrowser> {
  const { theme = 'dark', width = 1_000, height = 800, state, row } = options;
  const page = await browser.newPage({ viewport: { width, height } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const files: Record<string, { contentType: string; body?: string; path?: string }> = {
    '/': { contentType: 'text/html', body: html },
    '/host.js': { contentType: 'text/javascript', body: hostScript(theme, state) },
    '/browser.js': { contentType: 'text/javascript', body: script },
    '/browser.css': { contentType: 'text/css', path: pathOf('../browser.css') },
    '/codicon.css': { contentType: 'text/css', path: `${codicons}/codicon.css` },
    '/codicon.ttf': { contentType: 'font/ttf', path: `${codicons}/codicon.ttf` },
    '/photo.jpg': { contentType: 'image/jpeg', path: pathOf('../../test/fixtures/preview/cat-and-parakeet.jpg') },
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    await (file === undefined ? route.fulfill({ status: 404, body: '' }) : route.fulfill(file));
  });
  await page.exposeFunction('rowsOf', (from: number, to: number) =>
    row === undefined ? [] : Array.from({ length: to - from }, (_, i) => row(from + i)),
  );
  await page.goto(`${origin}/`);
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

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** What stands for VS Code in the page: its API, its theme, and an extension that sends the rows that are wanted. */
function hostScript(theme: ThemeName, state: unknown): string {
  const { bodyClass, variables } = themes[theme];
  return `
    window.posted = [];
    const answer = async ({ selection, stretches }) => {
      for (const [from, to] of stretches) {
        const rows = await window.rowsOf(from, to);
        if (rows.length === 0) continue;
        const params = { type: 'rows', selection, from, rows };
        window.postMessage({ method: '${toBrowser.method}', sender: { type: 'extension' }, receiver: { type: 'webview' }, params }, '*');
      }
    };
    window.acquireVsCodeApi = () => ({
      postMessage: ({ params }) => {
        window.posted.push(structuredClone(params));
        if (params.type === 'want') void answer(params);
      },
      getState: () => window.state,
      setState: (state) => { window.state = structuredClone(state); },
    });
    window.state = ${JSON.stringify(state) ?? 'undefined'};
    document.body.className = ${JSON.stringify(bodyClass)};
    for (const [name, value] of Object.entries(${JSON.stringify(variables)}))
      document.documentElement.style.setProperty('--vscode-' + name, value);`;
}
