import * as z from 'zod';
import type { DraftErrorCode } from '../errors.ts';

/** Messages between the command and the process that embeds phrases. Both sides check what they receive. */

export type ToEmbedder =
  | { readonly kind: 'open'; readonly bundle: string }
  | { readonly kind: 'embed'; readonly texts: readonly string[] };

export type FromEmbedder =
  | { readonly kind: 'opened'; readonly model: EmbedderName; readonly width: number }
  | { readonly kind: 'vectors'; readonly vectors: Float32Array }
  | { readonly kind: 'failure'; readonly code: DraftErrorCode | 'unexpected'; readonly message: string };

/** What a report says of a model. */
export interface EmbedderName {
  readonly name: string;
  readonly version: string;
  readonly pooling: string;
  /** SHA-256 of the graph. */
  readonly sha256: string;
}

const toEmbedder = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), bundle: z.string().min(1).max(32_768) }),
  z.strictObject({ kind: z.literal('embed'), texts: z.array(z.string().max(1_000_000)).max(100_000) }),
]);

const fromEmbedder = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opened'),
    model: z.strictObject({ name: z.string(), version: z.string(), pooling: z.string(), sha256: z.string() }),
    width: z.number().int().min(1).max(100_000),
  }),
  z.strictObject({ kind: z.literal('vectors'), vectors: z.instanceof(Float32Array) }),
  z.strictObject({ kind: z.literal('failure'), code: z.string(), message: z.string().max(100_000) }),
]);

/** A message to the embedder, or `undefined` where it is none. */
export function readToEmbedder(message: unknown): ToEmbedder | undefined {
  const parsed = toEmbedder.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** A message from the embedder, or `undefined` where it is none. */
export function readFromEmbedder(message: unknown): FromEmbedder | undefined {
  const parsed = fromEmbedder.safeParse(message);
  return parsed.success ? (parsed.data as FromEmbedder) : undefined;
}
