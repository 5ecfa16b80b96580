import { chromium } from 'playwright-core';
import { ensureChromium } from '../../../scripts/chromium.mjs';

// Root needs --no-sandbox; QUIC, updates and sync only look for a network that a test must not need.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/**
 * A headless Chromium with one page that reaches `server` and nothing else.
 *
 * @param {{authority: string}} server
 * @returns {Promise<{page: import('playwright-core').Page, external: string[], close: () => Promise<void>}>} `external`
 *   collects the addresses outside the server that the page asked for in vain
 */
export async function openBrowser(server) {
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: flags });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const external = [];
  const isOutside = (url) => url.protocol.startsWith('http') && url.host !== server.authority;
  await context.route(isOutside, (route) => {
    external.push(route.request().url());
    return route.abort();
  });
  return { page: await context.newPage(), external, close: () => browser.close() };
}
