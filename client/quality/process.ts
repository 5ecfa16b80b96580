/** Runs the commands that look at whole datasets, in a process of their own. */
import * as z from 'zod';
import { runCommand } from '../commandProcess.ts';

export type QualityCommand = 'stats' | 'duplicates';

export type QualityEnd =
  /** The result as text; `remarks` is what the command complained about. */
  | { readonly kind: 'text'; readonly text: string; readonly remarks: readonly string[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export interface QualityOptions {
  /** How much of the files is read, 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** What the command sends: see `cli/evaluate/parent.ts`. */
const progressMessage = z.object({ kind: z.literal('progress'), done: z.number().min(0), total: z.number().min(0) });

/**
 * @param program The built `dist/uscdf.cjs`.
 * @param paths Absolute. Never rejects.
 */
export async function runQuality(
  program: string,
  command: QualityCommand,
  paths: readonly string[],
  { onProgress, signal }: QualityOptions,
): Promise<QualityEnd> {
  const { output, remarks, end, error } = await runCommand(program, [command, ...paths], {
    signal,
    onMessage(message) {
      const parsed = progressMessage.safeParse(message);
      if (parsed.success && parsed.data.total > 0) onProgress(Math.min(1, parsed.data.done / parsed.data.total));
    },
  });
  if (signal.aborted) return { kind: 'cancelled' };
  if (output !== '') return { kind: 'text', text: output, remarks };
  if (error !== undefined)
    return {
      kind: 'failed',
      message: `The command could not be started (${error.message}): try again, and install the extension anew if it stays.`,
    };
  return {
    kind: 'failed',
    message:
      remarks.length > 0
        ? remarks.join(' ')
        : `The command ended unexpectedly (${end ?? 'no reason is known'}): look at fewer files at a time, for it may have run out of memory.`,
  };
}
