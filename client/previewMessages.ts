/** Checks what comes from the preview page: a webview is input like any other. */
import * as z from 'zod';
import type { FromPreview } from '../media/protocol.ts';

const fromPreview = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('select'), phrase: z.number().int().min(0) }),
  z.object({ type: z.literal('imageFailed') }),
  z.object({ type: z.literal('requestDraft') }),
  z.object({ type: z.literal('acceptDraft') }),
  z.object({ type: z.literal('rejectDraft') }),
]);

/** The message, or `undefined` for anything that is none. */
export function readFromPreview(message: unknown): FromPreview | undefined {
  const parsed = fromPreview.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
