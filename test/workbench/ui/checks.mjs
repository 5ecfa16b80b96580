import { join } from 'node:path';

/**
 * @typedef {object} Stage what a check is given
 * @property {import('./workbench.mjs').Workbench} workbench
 * @property {{dataDir: string, extensionsDir: string, workspace: string}} session
 */

/** @type {{name: string, run: (stage: Stage) => Promise<void>}[]} */
const checks = [];

/**
 * Adds a named check. It begins with no editor open and the workspace as the fixtures are; what it throws is its failure.
 *
 * @param {string} name
 * @param {(stage: Stage) => Promise<void>} run
 */
export function check(name, run) {
  checks.push({ name, run });
}

/**
 * Runs all checks one after the other in one window, with a picture of each one's end in `screenshots`.
 *
 * @param {Stage} stage
 * @param {{screenshots: string, restore: () => void, only?: string | undefined}} options
 * @returns {Promise<import('../harness/results.mjs').Counts>}
 */
export async function runChecks(stage, { screenshots, restore, only = '' }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const chosen = checks.filter(({ name }) => name.includes(only));
  for (const { name, run } of chosen) {
    const start = Date.now();
    const failure = await within(90_000, name, run(stage)).then(() => undefined, asError);
    counts[failure ? 'failed' : 'passed']++;
    console.log(`  ${failure ? '✖' : '✔'} ${name} (${Date.now() - start} ms)`);
    if (failure) console.log(`${failure.stack}\n`);
    await stage.workbench.page.screenshot({ path: join(screenshots, `${fileName(name)}.png`) });
    await stage.workbench.tidy().catch((error) => console.log(`    could not tidy up after it: ${error.message}`));
    restore();
  }
  return counts;
}

async function within(timeoutMs, name, work) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`“${name}” took more than ${timeoutMs / 1000} s.`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function asError(thrown) {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function fileName(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
