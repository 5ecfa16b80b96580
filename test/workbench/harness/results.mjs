import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What a stage of the tests counted. Written as JSON, so that `npm test` can add up what separate processes found.
 *
 * `failures` says a line of each that failed.
 *
 * @typedef {{passed: number, failed: number, skipped: number, failures?: string[]}} Counts
 */

const folder = fileURLToPath(new URL('../../../out/test/results', import.meta.url));

/** The file a stage leaves its counts in; an earlier run's is removed. */
export function freshResults(stage) {
  const file = join(folder, `${stage}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  return file;
}

/** @param {string} file @param {Counts} counts */
export function writeResults(file, counts) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(counts)}\n`);
}

/** @returns {Counts | undefined} nothing where the stage died before it could count */
export function readResults(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** @param {Counts} counts */
export function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
