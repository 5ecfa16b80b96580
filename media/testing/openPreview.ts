/** Opens the preview's page, with an extension behind it that answers every request. */
import type { Browser, Page } from 'playwright-core';
import { type Answer, type FromPreview, type ToPreview, toPage } from '../protocol.ts';
import { openPage, type PageBundle } from './openPage.ts';
import type { ThemeName } from './themes.ts';

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

export async function openPreview(
  browser: Browser,
  bundle: PageBundle,
  options: OpenOptions = {},
): Promise<OpenPreview> {
  const { theme = 'dark', width = 520, height = 900, scale = 1, state } = options;
  const { page, complaints } = await openPage(browser, bundle, {
    title: 'Preview',
    ...{ theme, width, height, scale, state, host },
  });
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

/** Answers every request of the page. */
const host = `
    window.posted = [];
    window.answers = {};
    window.receive = ({ id, params }) => {
      window.posted.push(structuredClone(params));
      if (params.type === 'focus') window.lastFocus = params;
      if (params.type === 'hover') window.lastHover = params;
      const result = window.answers[params.type] ?? { ok: true };
      window.postMessage({ id, sender: { type: 'extension' }, receiver: { type: 'webview' }, result }, '*');
    };`;
