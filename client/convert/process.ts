/** Runs `uscdf convert` in a process of its own. */
import { readFile, rm } from 'node:fs/promises';
import * as z from 'zod';
import { type CommandEnd, runCommand } from '../commandProcess.ts';
import { type ConversionReport, readReport } from './report.ts';
import { type ConversionRequest, convertArguments } from './request.ts';

export type ConversionEnd =
  | { readonly kind: 'report'; readonly report: ConversionReport }
  /** Nothing was written. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export interface RunOptions {
  /** A file for the report; it stays when there is one. */
  readonly report: string;
  /** How much of the inputs is read, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Stops the conversion, so that nothing is written. */
  readonly signal: AbortSignal;
  /** A command that has not stopped after this long is ended. */
  readonly graceMs?: number;
}

const STOPPED = 130;

/** What the command sends: see `cli/evaluate/parent.ts`. */
const progressMessage = z.object({ kind: z.literal('progress'), done: z.number().min(0), total: z.number().gt(0) });

/** `command` is the built `dist/uscdf.cjs`. Never rejects. */
export async function runConversion(
  command: string,
  request: ConversionRequest,
  { report, onProgress, signal, graceMs }: RunOptions,
): Promise<ConversionEnd> {
  // That of an earlier conversion must not pass for this one's.
  await rm(report, { force: true }).catch(() => undefined);
  const ended = await runCommand(command, convertArguments(request, report), {
    signal,
    graceMs,
    onMessage(message) {
      const parsed = progressMessage.safeParse(message);
      if (parsed.success) onProgress(Math.min(1, parsed.data.done / parsed.data.total));
    },
  });
  const found = await readFile(report, 'utf8').then(readReport, () => undefined);
  if (found !== undefined) return { kind: 'report', report: found };
  if (ended.end === STOPPED || signal.aborted) return { kind: 'cancelled' };
  return { kind: 'failed', message: whyFailed(ended) };
}

function whyFailed({ end, remarks, error }: CommandEnd): string {
  if (error !== undefined)
    return `The conversion could not be started (${error.message}): try again, and install the extension anew if it stays.`;
  if (end === 2 && remarks.length > 0) return remarks.join(' ');
  return `The conversion ended unexpectedly (${end ?? 'no reason is known'}), so that nothing was written: convert fewer files at a time, for it may have run out of memory. ${remarks.join(' ')}`.trim();
}
