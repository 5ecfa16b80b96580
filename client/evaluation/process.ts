/** Runs `uscdf evaluate` in a process of its own. */
import * as z from 'zod';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { runCommand } from '../commandProcess.ts';
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

/** What the command sends: see `cli/evaluate/parent.ts`. */
const progressMessage = z.object({
  kind: z.literal('progress'),
  unit: z.enum(['references', 'phrases']).default('references'),
  done: z.number().min(0),
  total: z.number().min(0),
});

/** `command` is the built `dist/uscdf.cjs`. Never rejects. */
export async function runEvaluation(
  command: string,
  request: EvaluationRequest,
  { onProgress, signal, graceMs }: RunOptions,
): Promise<EvaluationEnd> {
  const { references, predictions, protocol, similarity } = request;
  const inputs = ['--references', ...references, '--predictions', ...predictions];
  const gate = similarity === undefined ? [] : ['--similarity', similarity];
  const args = ['evaluate', ...inputs, '--protocol', protocol, ...gate, '--format', 'json'];
  const { output, remarks, end, error } = await runCommand(command, args, {
    signal,
    graceMs,
    onMessage(message) {
      const parsed = progressMessage.safeParse(message);
      if (parsed.success) onProgress(parsed.data.done, parsed.data.total, parsed.data.unit);
    },
  });
  return error === undefined ? outcomeOf(output, remarks, end, signal.aborted) : unstarted(error);
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
