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
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const chosen = checks.filter(({ name }) => name.includes(only));
  const attempt = async ({ name, run }, picture) => {
    const start = Date.now();
    const failure = await within(90_000, name, run(stage)).then(() => undefined, asError);
    console.log(`  ${failure ? '✖' : '✔'} ${name} (${Date.now() - start} ms)`);
    if (failure) console.log(`${failure.stack}\n`);
    await stage.workbench.page.screenshot({ path: join(screenshots, `${picture}.png`) });
    await stage.workbench.tidy().catch((error) => console.log(`    could not tidy up after it: ${error.message}`));
    restore();
    return failure;
  };
  for (const one of chosen) {
    // Keys and clicks race with a window that a busy machine holds up, as a person's would, who then does it again. What is wrong for good fails twice.
    const first = await attempt(one, fileName(one.name));
    const failure = first && (await attempt(one, `${fileName(one.name)}-again`));
    counts[failure ? 'failed' : 'passed']++;
    if (failure) counts.failures.push(`${one.name}: ${failure.message.split('\n', 1)[0]}`);
    else if (first) console.log(`  PASSED AT THE SECOND TRY ONLY: ${one.name}`);
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
