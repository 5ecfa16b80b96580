import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { npmEnvironment } from './npm.mjs';

/**
 * @typedef {object} VSCodeServer
 * @property {string} url the workbench's address
 * @property {string} authority host and port
 * @property {() => Promise<void>} stop
 */

// The web workbench's defaults differ from the desktop's here and there (autosave!), and nothing may pop up over a test.
const settings = {
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'files.simpleDialog.enable': true,
  'window.dialogStyle': 'custom',
  'chat.disableAIFeatures': true,
  'chat.agent.enabled': false,
  'chat.commandCenter.enabled': false,
  'editor.hover.delay': 100,
  'editor.wordWrap': 'on', // text beyond the window's edge cannot be pointed at
  'editor.minimap.enabled': false,
  'editor.cursorBlinking': 'solid',
};

/**
 * Starts VS Code's server on a free port of 127.0.0.1.
 *
 * @param {object} options
 * @param {{root: string, node: string}} options.vscode from `installVSCode`
 * @param {string} options.dataDir user data, settings and logs
 * @param {string} options.extensionsDir
 * @param {Record<string, unknown>} [options.settings] user settings besides the tests' own
 * @param {Record<string, string>} [options.env] reaches the extension host
 * @param {number} [options.port]
 * @returns {Promise<VSCodeServer>}
 */
export async function startServer({ vscode, dataDir, extensionsDir, settings: more = {}, env = {}, port = 0 }) {
  writeSettings(dataDir, more);
  // Where the folder is missing the scan fails, and the extension under test is silently absent.
  mkdirSync(extensionsDir, { recursive: true });
  const folders = ['--server-data-dir', dataDir, '--extensions-dir', extensionsDir];
  const address = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  // Without the smoke test driver newer versions ignore the page's request to run an extension's tests.
  const manner = ['--accept-server-license-terms', '--telemetry-level', 'off', '--enable-smoke-test-driver'];
  const child = spawn(vscode.node, [serverMain(vscode), ...folders, ...address, ...manner], {
    env: { ...serverEnvironment(dataDir), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const listening = await listeningPort(child, join(dataDir, 'server.log'));
  const authority = `127.0.0.1:${listening}`;
  return { url: `http://${authority}/`, authority, stop: () => stop(child) };
}

/**
 * Installs a packaged extension as a user's `code --install-extension` does.
 *
 * @param {{root: string, node: string}} vscode
 * @param {{vsix: string, dataDir: string, extensionsDir: string}} what
 */
export function installExtension(vscode, { vsix, dataDir, extensionsDir }) {
  if (!existsSync(vsix)) throw new Error(`${vsix} is not there: run \`npm run package\` first.`);
  mkdirSync(extensionsDir, { recursive: true });
  const folders = ['--server-data-dir', dataDir, '--extensions-dir', extensionsDir];
  const args = [serverMain(vscode), '--install-extension', vsix, '--force', ...folders];
  const printed = execFileSync(vscode.node, args, { env: serverEnvironment(dataDir), encoding: 'utf8' });
  if (!printed.includes('successfully installed')) throw new Error(`VS Code did not install ${vsix}:\n${printed}`);
}

/**
 * The workbench's address for a folder. `payload` is VS Code's own way to hand the page start-up wishes.
 *
 * @param {VSCodeServer} server
 * @param {string} folder
 * @param {readonly (readonly [string, string])[]} [payload]
 * @returns {string}
 */
export function workbenchUrl(server, folder, payload = []) {
  const url = new URL(server.url);
  url.searchParams.set('folder', slashed(folder));
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.toString();
}

/** A file's address as the workbench of `server` names it. */
export function remoteUri(server, path) {
  return `vscode-remote://${server.authority}${encodeURI(slashed(resolve(path)))}`;
}

function writeSettings(dataDir, more) {
  const user = join(dataDir, 'data', 'User');
  mkdirSync(user, { recursive: true });
  mkdirSync(join(dataDir, 'data', 'logs'), { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ ...settings, ...more }, undefined, 2));
}

function serverMain(vscode) {
  return join(vscode.root, 'out', 'server-main.js');
}

function serverEnvironment(dataDir) {
  // An empty gallery address: unset, the workbench would ask the public one. The sockets go under XDG_RUNTIME_DIR.
  const env = { ...npmEnvironment(), EXTENSIONS_GALLERY: '{"serviceUrl":""}', XDG_RUNTIME_DIR: dataDir };
  const strangers = ['CODE_SERVER_PARENT_PID', 'VSCODE_IPC_HOOK_CLI', 'VSCODE_NLS_CONFIG', 'ELECTRON_RUN_AS_NODE'];
  for (const name of [...strangers, 'NODE_OPTIONS']) delete env[name];
  return env;
}

function listeningPort(child, log) {
  return new Promise((done, fail) => {
    let printed = '';
    const giveUp = (why) => fail(new Error(`VS Code's server ${why}.\n${printed}`));
    const timer = setTimeout(() => giveUp('did not start within 60 s'), 60_000);
    const read = (chunk) => {
      printed += chunk;
      appendLog(log, chunk);
      const port = /Extension host agent listening on (\d+)/.exec(printed)?.[1];
      if (!port) return;
      clearTimeout(timer);
      done(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      giveUp(`exited with ${code}`);
    });
  });
}

function appendLog(log, chunk) {
  try {
    appendFileSync(log, chunk);
  } catch {
    // The server still speaks while its data folder is being removed.
  }
}

// The exit code says nothing: this server may crash in a native module at exit, after all results are in.
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

function slashed(path) {
  const forward = path.replaceAll('\\', '/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}
