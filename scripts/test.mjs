// `npm test`: everything from a fresh clone, on one machine, with no network but the npm registry. Each stage runs even
// where an earlier one failed, as far as it can; the last line sums up. Only node: modules are needed to start it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from '../test/workbench/harness/dependencies.mjs';
import { npmEnvironment } from '../test/workbench/harness/npm.mjs';
import { freshResults, readResults, sentence } from '../test/workbench/harness/results.mjs';
import { ensureChromium } from './chromium.mjs';

/** @typedef {import('../test/workbench/harness/results.mjs').Counts} Counts */

const root = fileURLToPath(new URL('..', import.meta.url));
const nothing = { passed: 0, failed: 0, skipped: 0 };
const onePassed = { ...nothing, passed: 1 };
const oneFailed = { ...nothing, failed: 1 };

/** @type {{name: string, seconds: number, counts: Counts}[]} */
const stages = [];
/** What failed, a line each: the summary says it again, because a log is often cut to its end. @type {string[]} */
const failures = [];

if (!prepare('install', ensureDependencies)) finish();
prepare('chromium', () => {
  process.env.CHROMIUM_PATH = ensureChromium();
});
const built = prepare('build', () => mustRun(['scripts/build.mjs']));
for (const name of checkScripts()) stage(name, () => (npmRun(name) ? onePassed : oneFailed));
stage('unit and integration tests', vitest);
const packed = built && prepare('package', () => mustRun(['scripts/package.mjs', '--no-build']));
stage('suites in the extension host', () => workbench(packed, 'suites', 'test/workbench/runSuites.mjs'));
stage('checks of the user interface', () => workbench(packed, 'ui', 'test/workbench/runUi.mjs'));
finish();

/** Runs a stage that tests: prints its name, counts and time. What it throws, and nothing counted, are failures. */
function stage(name, run) {
  return timed(name, () => {
    const counts = run();
    if (counts.passed + counts.failed === 0) throw new Error('Nothing was tested here.');
    return counts;
  });
}

/** Runs a stage that prepares others: it counts only where it fails. Returns whether it worked. */
function prepare(name, run) {
  const { failed } = timed(name, () => {
    run();
    return nothing;
  });
  return failed === 0;
}

function timed(name, run) {
  console.log(`\n━━ ${name}`);
  const start = Date.now();
  let counts;
  try {
    counts = run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    counts = { ...oneFailed, failures: [`${name}: ${error instanceof Error ? error.message : error}`] };
  }
  const seconds = (Date.now() - start) / 1000;
  stages.push({ name, seconds, counts });
  failures.push(...(counts.failures ?? []));
  console.log(`━━ ${name}: ${resultOf(counts)}, ${seconds.toFixed(1)} s`);
  return counts;
}

function resultOf(counts) {
  return counts === nothing ? 'done' : sentence(counts);
}

/** The checks that package.json names, `check:…`, each a stage of its own. */
function checkScripts() {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const single = Object.keys(scripts).filter((name) => name.startsWith('check:'));
  return single.length > 0 ? single : ['check'];
}

/** @returns {Counts} */
function vitest() {
  const file = freshResults('vitest');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const passed = node(['node_modules/vitest/vitest.mjs', 'run', ...reporters]);
  if (!existsSync(file)) throw new Error('vitest died before it could count.');
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOf),
  };
  return withExit(counts, passed);
}

/** The failed tests of a file, each with the first line of why; the file itself where it could not be loaded. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [`${file}: ${firstLine(message)}`];
  return failed.map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

function firstLine(message = '') {
  return message.split('\n', 1)[0].slice(0, 300);
}

/** @returns {Counts} */
function workbench(packed, results, script) {
  if (!packed) throw new Error('NOT RUN: there is no package to test, see above.');
  const file = freshResults(results);
  const passed = node([script]);
  const counts = readResults(file);
  if (!counts) throw new Error(`${script} died before it could count.`);
  return withExit(counts, passed);
}

/** A runner may fail without a failed test: a file that does not load, an error after the last test. */
function withExit(counts, passed) {
  return passed || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function mustRun(args) {
  if (!node(args)) throw new Error(`node ${args.join(' ')} failed, see above.`);
}

function node(args) {
  return spawnSync(process.execPath, args, { cwd: root, env: npmEnvironment(), stdio: 'inherit' }).status === 0;
}

function npmRun(script) {
  const windows = process.platform === 'win32';
  const options = { cwd: root, env: npmEnvironment(), stdio: 'inherit', shell: windows };
  return spawnSync(windows ? 'npm.cmd' : 'npm', ['run', '--silent', script], options).status === 0;
}

function finish() {
  console.log('\n━━ Summary');
  const total = { ...nothing };
  for (const { name, seconds, counts } of stages) {
    for (const key of Object.keys(total)) total[key] += counts[key];
    const sign = counts.failed > 0 ? '✖' : '✔';
    console.log(`${sign} ${name.padEnd(32)} ${seconds.toFixed(1).padStart(6)} s  ${resultOf(counts)}`);
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
  console.log(`\n${sentence(total)}`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
}
