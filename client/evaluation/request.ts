import { isAbsolute } from 'node:path';
import * as z from 'zod';

/** What is compared with what. The paths are absolute, and there is at least one of each. */
export interface EvaluationRequest {
  readonly references: readonly string[];
  readonly predictions: readonly string[];
  readonly protocol: 'paper' | 'strict';
}

const paths = z.array(z.string().refine(isAbsolute)).min(1).readonly();
const requestSchema = z.object({
  references: paths,
  predictions: paths,
  protocol: z.enum(['paper', 'strict']).default('paper'),
});

/** What a key binding hands to the command, or what is remembered; `undefined` for anything that is no request. */
export function readRequest(value: unknown): EvaluationRequest | undefined {
  const parsed = requestSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
