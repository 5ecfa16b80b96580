/** Checks what comes from the report page: a webview is input like any other. */
import * as z from 'zod';
import type { FromReport } from '../../media/reportProtocol.ts';

const fromReport = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), list: z.enum(['worst', 'problems']), index: z.number().int().min(0) }),
  z.object({ type: z.literal('save') }),
]);

/** The message, or `undefined` for anything that is none. */
export function readFromReport(message: unknown): FromReport | undefined {
  const parsed = fromReport.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
