import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/**
 * Runs the suites beside this file; VS Code calls it inside the extension host, Electron's on the desktop and Node's under
 * the web workbench. Rejects where a test failed or none passed. `USCDF_TEST_GREP` chooses tests by name.
 */
export async function run(): Promise<void> {
  const mark = process.env.USCDF_TEST_MARK ?? '';
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log('%s', mark + line);
  };
  const grep = process.env.USCDF_TEST_GREP;
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000, slow: 2_000, ...(grep ? { grep } : {}) });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  for (const name of files.sort()) mocha.addFile(join(__dirname, name));

  const counts = await new Promise<Counts>((done) => {
    const failures: string[] = [];
    const runner = mocha.run(() => {
      const { passes: passed = 0, failures: failed = 0, pending: skipped = 0 } = runner.stats ?? {};
      done({ passed, failed, skipped, failures });
    });
    runner.on('fail', (test, error) =>
      failures.push(`${test.fullTitle()}: ${String(error?.message).split('\n', 1)[0]}`),
    );
  });
  const results = process.env.USCDF_TEST_RESULTS;
  if (results) writeFileSync(results, JSON.stringify(counts));
  if (counts.failed > 0 || counts.passed === 0) throw new Error(`${counts.failed} failed, ${counts.passed} passed`);
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}
