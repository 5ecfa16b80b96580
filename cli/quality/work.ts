/** What the commands that look at whole datasets have in common: their inputs, how far they are, and how they are stopped. */
import { statSync } from 'node:fs';
import { fileKind } from '../../core/records/fileKind.ts';
import { Parent } from '../evaluate/parent.ts';
import { findInputs, USCDF_FILE } from '../inputs.ts';
import { LintProgress } from '../lint/progress.ts';

/** The exit codes of the commands. */
export const NOTHING_FOUND = 0;
export const FOUND = 1;
export const FAILED = 2;
const STOPPED = 130;

/** What a command tells while it works. */
export interface Watch {
  readonly signal: AbortSignal;
  /** So many bytes more are read. */
  read(bytes: number): void;
  /** Something could not be read; the command goes on and ends with 2. */
  fail(message: string): void;
}

/** The files that paths name, and a sentence for each path that names none. */
export function uscdfFiles(paths: readonly string[]): ReturnType<typeof findInputs> {
  return findInputs(paths, (name) => fileKind(name) !== undefined, USCDF_FILE);
}

export interface Job {
  /** The command's name, for its complaints. */
  readonly command: string;
  readonly paths: readonly (readonly string[])[];
  /** How often each file is read. */
  readonly passes?: number;
  /** Gets the files of each list of `paths`; gives the exit code. */
  work(files: readonly (readonly string[])[], watch: Watch): Promise<number>;
}

/** Runs a command over its files; resolves with its exit code. */
export async function runJob({ command, paths, passes = 1, work }: Job): Promise<number> {
  const found = paths.map(uscdfFiles);
  const complaints = found.flatMap((each) => each.complaints);
  for (const message of complaints) complain(command, message);
  if (found.some(({ files }) => files.length === 0)) return FAILED;
  const lists = found.map(({ files }) => files);
  const total = passes * lists.flat().reduce((sum, path) => sum + sizeOf(path), 0);
  const bar = new LintProgress(process.stderr, total);
  const stopper = new AbortController();
  const stop = () => stopper.abort();
  const parent = new Parent(stop);
  process.once('SIGINT', stop);
  let failed = complaints.length > 0;
  const watch: Watch = {
    signal: stopper.signal,
    read(bytes) {
      bar.add(bytes);
      parent.add(bytes, total);
    },
    fail(message) {
      failed = true;
      bar.clear();
      complain(command, message);
    },
  };
  try {
    const code = await work(lists, watch);
    bar.clear();
    if (stopper.signal.aborted) {
      complain(command, 'stopped before the end: run the same command again for all of it.');
      return STOPPED;
    }
    return failed ? FAILED : code;
  } finally {
    bar.clear();
    process.off('SIGINT', stop);
    parent.close();
  }
}

export function complain(command: string, message: string): void {
  process.stderr.write(`uscdf ${command}: ${message}\n`);
}

/** Says what is wrong with the options; the exit code. */
export function refuse(command: string, message: string): number {
  complain(command, message);
  return FAILED;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
