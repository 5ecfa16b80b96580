/** Opens the built page in a headless Chromium, under the extension's content security policy and with a stand-in for VS Code. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Answer, type FromPreview, type ToPreview, toPage } from '../protocol.ts';
import { type ThemeName, themes } from './themes.ts';

export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
);

export interface OpenPreview {
  readonly page: Page;
  /** What the page sent since the last call, without its reports of the focus and of what the pointer is over. */
  taken(): Promise<FromPreview[]>;
  /** The last report of what the pointer is over. */
  hovered(): Promise<Extract<FromPreview, { type: 'hover' }> | undefined>;
  /** The last report of the focus. */
  focus(): Promise<Extract<FromPreview, { type: 'focus' }> | undefined>;
  /** What the extension answers to messages of this type from now on; `{ ok: true }` where nothing was said. */
  answer(type: FromPreview['type'], answer: Answer): Promise<void>;
  /** Resolves when the page has handled the message. */
  send(message: ToPreview): Promise<void>;
  /** Resolves when photograph and masks are painted. */
  painted(): Promise<void>;
  /** Everything that the browser complained about: violations of the policy, exceptions, console errors. */
  readonly complaints: readonly string[];
}

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** What `getState` gives at start. */
  readonly state?: unknown;
}

export function launchChromium(): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
}

/** The page's script as the extension's build makes it. */
export async function bundlePreview(): Promise<string> {
  const result = await build({
    entryPoints: [pathOf('../preview.ts')],
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
const origin = 'http://preview.test';
const nonce = 'dGVzdC1ub25jZQ';
const policy = `default-src 'none'; img-src ${origin} blob: data:; style-src ${origin}; script-src 'nonce-${nonce}'; font-src ${origin}`;
const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Preview</title>
<link rel="stylesheet" href="codicon.css" id="vscode-codicon-stylesheet"><link rel="stylesheet" href="preview.css"></head><body>
<script nonce="${nonce}" src="host.js"></script><script nonce="${nonce}" src="preview.js"></script></body></html>`;

export async function openPreview(browser: Browser, script: string, options: OpenOptions = {}): Promise<OpenPreview> {
  const { theme = 'dark', width = 520, height = 900, scale = 1, state } = options;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const files: Record<string, { contentType: string; body?: string; path?: string }> = {
    '/': { contentType: 'text/html', body: html },
    '/host.js': { contentType: 'text/javascript', body: hostScript(theme, state) },
    '/preview.js': { contentType: 'text/javascript', body: script },
    '/preview.css': { contentType: 'text/css', path: pathOf('../preview.css') },
    '/codicon.css': { contentType: 'text/css', path: `${codicons}/codicon.css` },
    '/codicon.ttf': { contentType: 'font/ttf', path: `${codicons}/codicon.ttf` },
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    await (file === undefined ? route.fulfill({ status: 404, body: '' }) : route.fulfill(file));
  });
  await page.goto(`${origin}/`);
  return {
    page,
    complaints,
    taken: () =>
      page.evaluate("window.posted.splice(0).filter((message) => !['focus', 'hover'].includes(message.type))"),
    hovered: () => page.evaluate('window.lastHover'),
    focus: () => page.evaluate('window.lastFocus'),
    answer: (type, answer) => page.evaluate(`window.answers[${JSON.stringify(type)}] = ${JSON.stringify(answer)}`),
    send: (message) =>
      page.evaluate(
        (data) =>
          new Promise<void>((done) => {
            const heard = ({ data: own }: MessageEvent): void => {
              if (own.method === undefined) return;
              window.removeEventListener('message', heard);
              requestAnimationFrame(() => requestAnimationFrame(() => done()));
            };
            window.addEventListener('message', heard);
            window.postMessage(data, '*');
          }),
        { method: toPage.method, sender: { type: 'extension' }, receiver: { type: 'webview' }, params: message },
      ),
    painted: async () => {
      await page.waitForSelector('body[data-ready="true"]', { timeout: 20_000 });
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    },
  };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** What stands for VS Code in the page: its API, its theme, and an extension that answers every request of the page. */
function hostScript(theme: ThemeName, state: unknown): string {
  const { bodyClass, variables } = themes[theme];
  return `
    window.posted = [];
    window.answers = {};
    const receive = ({ id, params }) => {
      window.posted.push(structuredClone(params));
      if (params.type === 'focus') window.lastFocus = params;
      if (params.type === 'hover') window.lastHover = params;
      const result = window.answers[params.type] ?? { ok: true };
      window.postMessage({ id, sender: { type: 'extension' }, receiver: { type: 'webview' }, result }, '*');
    };
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => receive(message),
      getState: () => window.state,
      setState: (state) => { window.state = structuredClone(state); },
    });
    window.state = ${JSON.stringify(state) ?? 'undefined'};
    document.body.className = ${JSON.stringify(bodyClass)};
    for (const [name, value] of Object.entries(${JSON.stringify(variables)}))
      document.documentElement.style.setProperty('--vscode-' + name, value);`;
}
