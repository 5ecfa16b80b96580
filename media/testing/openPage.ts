/** Opens a built page in a headless Chromium, under the extension's content security policy and with a stand-in for VS Code. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type ThemeName, themes } from './themes.ts';

export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
);

export function launchChromium(): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
}

export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** What the extension's build makes of files for a page. */
export async function bundleForPage(entryPoints: string[]): Promise<readonly OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints,
    outdir: 'out',
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles;
}

/** A page's files as the extension's build makes them. */
export async function bundlePage(name: 'preview' | 'browser'): Promise<PageBundle> {
  const outputFiles = await bundleForPage([pathOf(`../${name}.ts`), pathOf(`../${name}.css`)]);
  const textOf = (extension: string): string => {
    const file = outputFiles.find(({ path }) => path.endsWith(extension));
    if (file === undefined) throw new Error(`esbuild wrote no ${extension} of the page ${name}.`);
    return file.text;
  };
  return { script: textOf('.js'), style: textOf('.css') };
}

export interface PageSetting {
  readonly title: string;
  readonly theme: ThemeName;
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  /** What `getState` gives at start. */
  readonly state: unknown;
  /** Script that defines `window.receive`, which gets every message of the page. */
  readonly host: string;
  /** Done before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Files by their path, beside the page's own. */
  readonly files?: Readonly<Record<string, ServedFile>>;
}

export interface ServedFile {
  readonly contentType: string;
  readonly body?: string;
  readonly path?: string;
}

export interface OpenPage {
  readonly page: Page;
  /** Everything that the browser complained about: violations of the policy, exceptions, console errors. */
  readonly complaints: readonly string[];
}

const codicons = pathOf('../../node_modules/@vscode/codicons/dist');
const origin = 'http://page.test';
const nonce = 'dGVzdC1ub25jZQ';
const policy = `default-src 'none'; img-src ${origin} blob: data:; style-src ${origin}; script-src 'nonce-${nonce}'; font-src ${origin}`;
const htmlOf = (title: string) => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>${title}</title>
<link rel="stylesheet" href="codicon.css" id="vscode-codicon-stylesheet"><link rel="stylesheet" href="page.css"></head><body>
<script nonce="${nonce}" src="host.js"></script><script nonce="${nonce}" src="page.js"></script></body></html>`;

export async function openPage(browser: Browser, bundle: PageBundle, setting: PageSetting): Promise<OpenPage> {
  const { title, width, height, scale = 1, prepare } = setting;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const files: Record<string, ServedFile> = {
    '/': { contentType: 'text/html', body: htmlOf(title) },
    '/host.js': { contentType: 'text/javascript', body: hostScript(setting) },
    '/page.js': { contentType: 'text/javascript', body: bundle.script },
    '/page.css': { contentType: 'text/css', body: bundle.style },
    '/codicon.css': { contentType: 'text/css', path: `${codicons}/codicon.css` },
    '/codicon.ttf': { contentType: 'font/ttf', path: `${codicons}/codicon.ttf` },
    ...setting.files,
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    await (file === undefined ? route.fulfill({ status: 404, body: '' }) : route.fulfill(file));
  });
  await prepare?.(page);
  await page.goto(`${origin}/`);
  return { page, complaints };
}

export function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** What stands for VS Code in the page: its API and its theme. */
function hostScript({ theme, state, host }: PageSetting): string {
  const { bodyClass, variables } = themes[theme];
  return `${host}
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.receive(message),
      getState: () => window.state,
      setState: (state) => { window.state = structuredClone(state); },
    });
    window.state = ${JSON.stringify(state) ?? 'undefined'};
    document.body.className = ${JSON.stringify(bodyClass)};
    for (const [name, value] of Object.entries(${JSON.stringify(variables)}))
      document.documentElement.style.setProperty('--vscode-' + name, value);`;
}
