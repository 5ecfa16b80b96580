import { isAbsolute } from 'node:path';
import * as z from 'zod';

/** What a task or key binding asks to have labelled. Paths are absolute. */
export interface GivenRequest {
  /** Records with masks, or images. */
  readonly inputs: readonly string[];
  /** The `.uscdf.jsonl` that the drafts are added to. */
  readonly output: string;
  /** The server of the settings, or the local model. */
  readonly provider: 'server' | 'local';
}

const path = z.string().refine(isAbsolute);
const schema = z.object({
  inputs: z.array(path).min(1).readonly(),
  output: path,
  provider: z.enum(['server', 'local']),
});

/** `undefined` for anything that is no request. */
export function readGiven(value: unknown): GivenRequest | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
