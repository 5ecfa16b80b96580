/** Runs `uscdf evaluate` in a process of its own: neither its work nor its memory is the extension host's. */
import { type ChildProcess, fork } from 'node:child_process';
import * as z from 'zod';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import type { EvaluationRequest } from './request.ts';

export type EvaluationEnd =
  /** `remarks` is what the command complained about, one sentence or two each. */
  | { readonly kind: 'report'; readonly report: EvaluationReport; readonly remarks: readonly string[] }
  /** Before anything was scored. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export interface RunOptions {
  /** Of all references, so many are scored; or of all phrases, so many were looked at by a model, which comes first. */
  readonly onProgress: (done: number, total: number, unit: 'references' | 'phrases') => void;
  /** Asks for the report of what is scored so far. */
  readonly signal: AbortSignal;
  /** A command that has not stopped after this long is ended, with what it had. */
  readonly graceMs?: number;
}

const GRACE_MS = 5_000;
/** Characters; of a command that complains without end the first are kept. */
const MOST_REMARKS = 100_000;

/** What the command hears as "stop", and what it sends: see `cli/evaluate/parent.ts`. */
const STOP = 'stop';
const progressMessage = z.object({
  kind: z.literal('progress'),
  unit: z.enum(['references', 'phrases']).default('references'),
  done: z.number().min(0),
  total: z.number().min(0),
});

/** `command` is the built `dist/uscdf.cjs`. Never rejects. */
export function runEvaluation(
  command: string,
  request: EvaluationRequest,
  options: RunOptions,
): Promise<EvaluationEnd> {
  const { references, predictions, protocol, similarity } = request;
  const inputs = ['--references', ...references, '--predictions', ...predictions];
  const gate = similarity === undefined ? [] : ['--similarity', similarity];
  const child = fork(command, ['evaluate', ...inputs, '--protocol', protocol, ...gate, '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    // The extension host may be Electron, which is then asked to be Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  child.on('message', (message: unknown) => {
    const parsed = progressMessage.safeParse(message);
    if (parsed.success) options.onProgress(parsed.data.done, parsed.data.total, parsed.data.unit);
  });
  return ended(child, options);
}

function ended(child: ChildProcess, { signal, graceMs = GRACE_MS }: RunOptions): Promise<EvaluationEnd> {
  const output: string[] = [];
  let complaints = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (complaints.length < MOST_REMARKS) complaints += text;
  });
  let late: NodeJS.Timeout | undefined;
  const stop = () => {
    late = setTimeout(() => child.kill('SIGKILL'), graceMs);
    // One that has ended by itself meanwhile hears nothing.
    if (child.connected) child.send(STOP, () => undefined);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    const end = (outcome: EvaluationEnd) => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      resolve(outcome);
    };
    child.once('error', (error) => end(unstarted(error)));
    // After the last of its output, which `exit` may come before.
    child.once('close', (code, killedBy) =>
      end(outcomeOf(output.join(''), remarksOf(complaints), killedBy ?? code, signal.aborted)),
    );
  });
}

function unstarted(error: Error): EvaluationEnd {
  return {
    kind: 'failed',
    message: `The evaluation could not be started (${error.message}): try again, and install the extension anew if it stays.`,
  };
}

/** Also a command that ends with 2, or was stopped, has printed a report of what it could compute. */
function outcomeOf(
  output: string,
  remarks: readonly string[],
  end: number | string | null,
  cancelled: boolean,
): EvaluationEnd {
  const report = readReport(output);
  const isEmpty = report === undefined || report.counts.images === 0;
  if (cancelled && isEmpty) return { kind: 'cancelled' };
  if (report !== undefined) return { kind: 'report', report, remarks };
  if (remarks.length > 0 && end === 2) return { kind: 'failed', message: remarks.join(' ') };
  return {
    kind: 'failed',
    message:
      `The evaluation ended unexpectedly (${end ?? 'no reason is known'}), so that there is no report: evaluate fewer files at a time, for it may have run out of memory. ${remarks.join(' ')}`.trim(),
  };
}

function readReport(output: string): EvaluationReport | undefined {
  try {
    // The command is of the same build, so that what parses is whole and has the report's form.
    return JSON.parse(output) as EvaluationReport;
  } catch {
    return undefined;
  }
}

function remarksOf(complaints: string): readonly string[] {
  return complaints
    .split('\n')
    .map((line) => line.replace(/^uscdf(?: evaluate)?: /, '').trim())
    .filter((line) => line !== '');
}
