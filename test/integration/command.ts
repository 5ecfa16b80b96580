/** Runs the built command, `dist/uscdf.cjs`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReportedFinding, Summary } from '../../cli/reporters/reporter.ts';

export const COMMAND = fileURLToPath(new URL('../../dist/uscdf.cjs', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function uscdf(
  args: readonly string[],
  options: {
    readonly input?: string | Buffer;
    readonly cwd?: string;
    readonly timeout?: number;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    ...options,
  });
  return { code: status, stdout, stderr };
}

export interface LintOutput {
  readonly version: number;
  readonly summary: Summary;
  readonly findings: readonly ReportedFinding[];
}

export function lintJson(
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string } = {},
): LintOutput {
  const { stdout, stderr } = uscdf(['lint', '--format', 'json', ...args], options);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as LintOutput;
}
