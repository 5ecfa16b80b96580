import { isAbsolute } from 'node:path';
import * as z from 'zod';

/** What is compared with what. The paths of files are absolute, and there is at least one of each. */
export interface EvaluationRequest {
  readonly references: readonly string[];
  readonly predictions: readonly string[];
  readonly protocol: 'paper' | 'strict';
  /** How alike phrases are, as the command's `--similarity` names it; without it, as the settings say. */
  readonly similarity?: string | undefined;
}

const paths = z.array(z.string().refine(isAbsolute)).min(1).readonly();
const requestSchema = z.object({
  references: paths,
  predictions: paths,
  protocol: z.enum(['paper', 'strict']).default('paper'),
  // An option would be one of the command's own.
  similarity: z.string().min(1).max(4096).regex(/^[^-]/).optional(),
});

/** What a key binding hands to the command, or what is remembered; `undefined` for anything that is no request. */
export function readRequest(value: unknown): EvaluationRequest | undefined {
  const parsed = requestSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
