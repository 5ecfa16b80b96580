/** Opens the built page in a headless Chromium, under the extension's content security policy and with a stand-in for VS Code. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { FromPreview, ToPreview } from '../protocol.ts';
import { type ThemeName, themes } from './themes.ts';

export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
);

export interface OpenPreview {
  readonly page: Page;
  /** What the page posted so far, and nothing before the last call. */
  taken(): Promise<FromPreview[]>;
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
    entryPoints: [fileURLToPath(new URL('../preview.ts', import.meta.url))],
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

const origin = 'http://preview.test';
const nonce = 'dGVzdC1ub25jZQ';
const policy = `default-src 'none'; img-src ${origin} blob: data:; style-src ${origin}; script-src 'nonce-${nonce}'; font-src ${origin}`;
const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Preview</title>
<link rel="stylesheet" href="preview.css"></head><body>
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
    '/preview.css': { contentType: 'text/css', path: fileURLToPath(new URL('../preview.css', import.meta.url)) },
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    await (file === undefined ? route.fulfill({ status: 404, body: '' }) : route.fulfill(file));
  });
  await page.goto(`${origin}/`);
  return {
    page,
    complaints,
    taken: () => page.evaluate('window.posted.splice(0)'),
    send: (message) =>
      page.evaluate(
        (data) =>
          new Promise<void>((done) => {
            window.addEventListener('message', () => requestAnimationFrame(() => requestAnimationFrame(() => done())), {
              once: true,
            });
            window.postMessage(data, '*');
          }),
        message,
      ),
    painted: async () => {
      await page.waitForSelector('body[data-ready="true"]', { timeout: 20_000 });
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    },
  };
}

/** What stands for VS Code in the page: its API and its theme. */
function hostScript(theme: ThemeName, state: unknown): string {
  const { bodyClass, variables } = themes[theme];
  return `
    window.posted = [];
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.posted.push(structuredClone(message)),
      getState: () => window.state,
      setState: (state) => { window.state = structuredClone(state); },
    });
    window.state = ${JSON.stringify(state) ?? 'undefined'};
    document.body.className = ${JSON.stringify(bodyClass)};
    for (const [name, value] of Object.entries(${JSON.stringify(variables)}))
      document.documentElement.style.setProperty('--vscode-' + name, value);`;
}
