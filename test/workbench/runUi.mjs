// Drives VS Code's page as a person does, against the packaged extension: what the suites inside the extension host cannot
// see. `node test/workbench/runUi.mjs WORDS` runs the checks whose name holds the words.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './harness/browser.mjs';
import { installVSCode } from './harness/installVSCode.mjs';
import { freshResults, sentence, writeResults } from './harness/results.mjs';
import { installExtension, startServer } from './harness/server.mjs';
import { openSession, packagedExtension } from './harness/session.mjs';
import { runChecks } from './ui/checks.mjs';
// In this order: a file that was last open in the mask editor opens there again.
import './ui/text.checks.mjs';
import './ui/preview.checks.mjs';
import './ui/draft.checks.mjs';
import './ui/evaluate.checks.mjs';
import './ui/inText.checks.mjs';
import './ui/browser.checks.mjs';
import './ui/masks.checks.mjs';
import { Workbench } from './ui/workbench.mjs';

const results = freshResults('ui');
const screenshots = fileURLToPath(new URL('../../out/screenshots', import.meta.url));
mkdirSync(screenshots, { recursive: true });
const vscode = installVSCode();
const session = openSession();
installExtension(vscode, { vsix: packagedExtension(), ...session });
const server = await startServer({ vscode, ...session });
const browser = await openBrowser(server);
try {
  console.log(`VS Code ${vscode.vscode}, web workbench, ${server.url}`);
  const workbench = await Workbench.open(browser.page, server, session.workspace);
  const only = process.argv.slice(2).join(' ');
  const counts = await runChecks({ workbench, session }, { screenshots, restore: session.restore, only });
  writeResults(results, counts);
  console.log(sentence(counts));
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
} catch (error) {
  await browser.page.screenshot({ path: join(screenshots, 'ui-failed.png') }).catch(() => {});
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.stop();
  if (process.exitCode === 0) await session.remove();
  else console.log(`Logs: ${join(session.dataDir, 'data', 'logs')}; pictures: ${screenshots}`);
}
