import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Versions are fixed, so that the numbers that are compared do not change by themselves. */
const PACKAGES = ['pycocotools==2.0.10', 'pycocoevalcap==1.2', 'numpy>=2,<3', 'pillow>=10'];
const FOLDER = 'python-1';

/**
 * A Python that has the references of the metrics: `USCDF_BENCH_PYTHON`, or one of our own below the user's cache folder,
 * installed the first time (about 110 MB, most of it METEOR's table). Undefined, with the reason printed, where that fails.
 */
export function referencePython(): string | undefined {
  const named = process.env['USCDF_BENCH_PYTHON'];
  if (named !== undefined) return named;
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'uscdf-bench');
  const place = join(cache, FOLDER);
  const python = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python');
  const made = join(place, 'installed');
  if (existsSync(made)) return join(place, python);
  console.log(`Installing the reference into ${place}: ${PACKAGES.join(', ')} …`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const steps = [
    () => run('python3', ['-m', 'venv', place]),
    () => run(join(place, python), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]),
  ];
  for (const step of steps) {
    const { status, stderr, error } = step();
    if (status === 0) continue;
    console.log(`SKIPPED: the reference could not be installed.\n${(error?.message ?? stderr).trim()}`);
    return undefined;
  }
  // Only a folder that was finished is used again.
  mkdirSync(`${made}.part`);
  renameSync(`${made}.part`, made);
  return join(place, python);
}

/** Runs a program of the reference on one thread, as its users do. */
export function runReference(python: string, args: readonly string[]): SpawnSyncReturns<string> {
  const single = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return spawnSync(python, args, { encoding: 'utf8', env: { ...process.env, ...single }, maxBuffer: 2 ** 28 });
}

function run(program: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: 'utf8' });
}
