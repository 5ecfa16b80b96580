// Runs the same suites in desktop VS Code, which @vscode/test-electron downloads: `npm run test:electron`. On Linux without
// a display start it with `xvfb-run -a`.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { buildSuites } from './harness/buildSuites.mjs';
import { freshResults, readResults, sentence } from './harness/results.mjs';
import { openSession, packagedExtension } from './harness/session.mjs';

const results = freshResults('desktop');
const testsPath = await buildSuites();
const executable = process.env.USCDF_TEST_EXECUTABLE ?? (await download());
const session = openSession();
const folders = [`--user-data-dir=${session.dataDir}`, `--extensions-dir=${session.extensionsDir}`];
const [cli, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
const shell = process.platform === 'win32';
const install = ['--install-extension', packagedExtension(), '--force'];
execFileSync(cli, [...cliArgs, ...folders, ...install], { stdio: 'inherit', shell });
try {
  await runTests({
    vscodeExecutablePath: executable,
    reuseMachineInstall: true,
    extensionDevelopmentPath: fileURLToPath(new URL('./driver', import.meta.url)),
    extensionTestsPath: testsPath,
    extensionTestsEnv: { USCDF_TEST_RESULTS: results },
    launchArgs: [session.workspace, ...folders, '--disable-workspace-trust', '--skip-welcome'],
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await session.remove();
}
const counts = readResults(results);
console.log(counts ? sentence(counts) : 'The suites died before they could count.');
if (!counts || counts.passed === 0) process.exitCode = 1;

async function download() {
  try {
    return await downloadAndUnzipVSCode({ version: 'stable', timeout: 30_000 });
  } catch (error) {
    console.error(
      `NOT RUN: desktop VS Code could not be downloaded (${error instanceof Error ? error.message : error}).`,
    );
    console.error('This needs update.code.visualstudio.com, or USCDF_TEST_EXECUTABLE naming an installed VS Code.');
    console.error('The same suites run without it on the web workbench: `npm test`.');
    process.exit(1);
  }
}
