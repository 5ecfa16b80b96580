// Runs the suites inside the extension host of VS Code's web workbench, against the packaged extension.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSuites } from './harness/buildSuites.mjs';
import { outputMark, runInExtensionHost } from './harness/hostTests.mjs';
import { installVSCode } from './harness/installVSCode.mjs';
import { freshResults, readResults, sentence } from './harness/results.mjs';
import { installExtension, startServer } from './harness/server.mjs';
import { openSession, packagedExtension } from './harness/session.mjs';

const results = freshResults('suites');
const testsPath = await buildSuites();
const vscode = installVSCode();
const session = openSession();
installExtension(vscode, { vsix: packagedExtension(), ...session });
const env = { USCDF_TEST_MARK: outputMark, USCDF_TEST_RESULTS: results };
const server = await startServer({ vscode, ...session, env });
try {
  console.log(`VS Code ${vscode.vscode}, web workbench, ${server.url}`);
  const end = await runInExtensionHost(server, {
    driver: fileURLToPath(new URL('./driver', import.meta.url)),
    testsPath,
    workspace: session.workspace,
    screenshot: fileURLToPath(new URL('../../out/screenshots/suites-failed.png', import.meta.url)),
    timeoutMs: 300_000,
  });
  const counts = readResults(results);
  if (!counts || end.reason || process.env.USCDF_TEST_VERBOSE) console.log(end.workbenchLog.join('\n'));
  if (end.reason) console.error(`The suites did not finish: ${end.reason}.`);
  console.log(counts ? sentence(counts) : 'The suites died before they could count.');
  process.exitCode = end.code === 0 && counts ? 0 : 1;
} finally {
  await server.stop();
  if (process.exitCode === 0) await session.remove();
  else console.log(`Logs: ${join(session.dataDir, 'data', 'logs')} and ${join(session.dataDir, 'server.log')}`);
}
