/** Runs a job in a process of its own: whatever a file does to it, the server goes on answering the editor. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, JobEvent } from './messages.ts';

/** How a job ended; a job that failed names the file it was at, if it was at one. */
export type JobEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string; readonly path: string | undefined };

export interface RunningJob {
  /** Never rejects. */
  readonly end: Promise<JobEnd>;
  /** Ends the process at once, whatever it is at; no event follows. */
  cancel(): void;
}

/** More memory than this, in MB, is not taken from the machine for checks in the background. */
const MAX_HEAP_MB = 2_048;

export function runJob(
  job: Job,
  onEvent: (event: JobEvent) => void,
  { heapMb = MAX_HEAP_MB, program = new URL('./checker.cjs', import.meta.url) } = {},
): RunningJob {
  const child = fork(fileURLToPath(program), {
    // Findings travel as they are, maps included.
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${heapMb}`],
    // The editor listens on this process's own output.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let path: string | undefined;
  let cancelled = false;
  child.on('message', (event: JobEvent) => {
    if (cancelled) return;
    if (event.kind === 'begin') path = event.path;
    else if (event.kind === 'report') path = undefined;
    onEvent(event);
  });
  const end = new Promise<JobEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'failed', message: error.message, path }));
    // After the last message, which `exit` may come before.
    child.once('close', (code, signal) => {
      if (cancelled) resolve({ kind: 'cancelled' });
      else if (code === 0) resolve({ kind: 'done' });
      else resolve({ kind: 'failed', message: `The checking process ended with ${signal ?? code}.`, path });
    });
  });
  child.send(job, (error) => {
    // One that died before it was asked says so by its end.
    if (error !== null) child.kill('SIGKILL');
  });
  return {
    end,
    cancel() {
      cancelled = true;
      child.kill('SIGKILL');
    },
  };
}
