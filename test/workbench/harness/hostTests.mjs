import { format } from 'node:util';
import { openBrowser } from './browser.mjs';
import { remoteUri, workbenchUrl } from './server.mjs';

/** Marks the lines of the suites among everything else that the extension host prints. Invisible where it leaks. */
export const outputMark = '\u2063';

/**
 * Runs `<testsPath>.run()` inside the extension host of `server`, as VS Code's own web integration tests are run.
 *
 * @param {import('./server.mjs').VSCodeServer} server
 * @param {object} what
 * @param {string} what.driver the folder of the extension that carries the tests
 * @param {string} what.testsPath a CommonJS module
 * @param {string} what.workspace
 * @param {string} what.screenshot where to leave a picture when the time is over
 * @param {number} what.timeoutMs
 * @returns {Promise<{code: number, reason?: string, workbenchLog: string[]}>} the exit code; what the workbench itself
 *   printed
 */
export async function runInExtensionHost(server, { driver, testsPath, workspace, screenshot, timeoutMs }) {
  const { page, close } = await openBrowser(server);
  const workbenchLog = [];
  try {
    const exit = new Promise((done) => {
      page.on('crash', () => done({ code: 1, reason: 'the page crashed' }));
      setTimeout(() => done({ code: 1, reason: `no end after ${timeoutMs / 1000} s` }), timeoutMs).unref();
      // These two are looked up by the workbench when the page loads, so they have to be there before.
      const ready = [
        page.exposeFunction('codeAutomationExit', (code) => done({ code })),
        page.exposeFunction('codeAutomationLog', (_level, args) => print(format(...args), workbenchLog)),
      ];
      const payload = [
        ['extensionDevelopmentPath', remoteUri(server, driver)],
        ['extensionTestsPath', remoteUri(server, testsPath)],
      ];
      Promise.all(ready)
        .then(() => page.goto(workbenchUrl(server, workspace, payload)))
        .catch((error) => done({ code: 1, reason: `the workbench did not load: ${error.message}` }));
    });
    const end = await exit;
    if (end.reason) await page.screenshot({ path: screenshot }).catch(() => {});
    return { ...end, workbenchLog };
  } finally {
    await close();
  }
}

function print(text, workbenchLog) {
  if (text.startsWith(outputMark)) console.log(text.replaceAll(outputMark, ''));
  else workbenchLog.push(text);
}
