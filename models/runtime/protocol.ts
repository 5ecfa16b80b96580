import * as z from 'zod';
import {
  DRAFT_PLACES,
  DRAFT_STAGES,
  DRAFT_TASKS,
  type Draft,
  type DraftProgress,
  type DraftRequest,
  type EncodedImage,
  type EncodeRequest,
  EXECUTION_DEVICES,
  type PromptedMask,
  type SegmentRequest,
} from './draft.ts';
import type { DraftErrorCode } from './errors.ts';

/**
 * Every message between the host (extension or command) and the worker process. Both sides check what they receive:
 * the worker holds native code that ran on a file from elsewhere, the host holds the user's editor.
 */

export type ToWorker =
  | { readonly kind: 'draft'; readonly id: number; readonly request: DraftRequest }
  | { readonly kind: 'segment'; readonly id: number; readonly request: SegmentRequest }
  | { readonly kind: 'encode'; readonly id: number; readonly request: EncodeRequest }
  /** The photograph of the request that comes next: it may be read while this one is worked on. Not answered. */
  | { readonly kind: 'prepare'; readonly image: string }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: DraftProgress }
  | { readonly kind: 'draft'; readonly id: number; readonly draft: Draft }
  | { readonly kind: 'mask'; readonly id: number; readonly mask: PromptedMask }
  | { readonly kind: 'encoded'; readonly id: number; readonly encoded: EncodedImage }
  | { readonly kind: 'failure'; readonly id: number; readonly code: DraftErrorCode; readonly message: string }
  | { readonly kind: 'log'; readonly text: string };

const id = z.number().int().min(0);
const path = z.string().min(1).max(32_768);
const share = z.number().min(0).max(1);
const pixels = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31);
const milliseconds = z.number().min(0);
const sentence = z.string().max(10_000);

const request = z.strictObject({
  bundle: path,
  image: path,
  task: z.enum(DRAFT_TASKS),
  prompt: z.string().max(10_000).exactOptional(),
  device: z.enum(['auto', ...EXECUTION_DEVICES]).exactOptional(),
  server: z.string().max(2000).exactOptional(),
  scoreThreshold: share.exactOptional(),
});

const encodeRequest = request.pick({ bundle: true, image: true, device: true, server: true });

/** On the photograph or near it; the model clips. */
const coordinate = z.number().min(-65_536).max(65_536);

const segmentRequest = z.strictObject({
  bundle: path,
  image: path,
  points: z
    .array(z.strictObject({ x: coordinate, y: coordinate, positive: z.boolean() }))
    .max(100)
    .exactOptional(),
  box: z.tuple([coordinate, coordinate, z.number().min(0).max(65_536), z.number().min(0).max(65_536)]).exactOptional(),
  device: z.enum(['auto', ...EXECUTION_DEVICES]).exactOptional(),
  server: z.string().max(2000).exactOptional(),
});

const maskSize = z.tuple([pixels, pixels]);
const maskCounts = z.string().max(2 ** 26);
const maskBox = z.tuple([pixels, pixels, pixels, pixels]);

const promptedMask = z.strictObject({
  size: maskSize,
  counts: maskCounts,
  score: share,
  bbox: maskBox,
  area: pixels,
  device: z.enum(DRAFT_PLACES),
  totalMs: milliseconds,
});

const draft = z.strictObject({
  task: z.enum(DRAFT_TASKS),
  question: sentence,
  answer: z.string().max(100_000),
  width: pixels,
  height: pixels,
  masks: z
    .array(
      z.strictObject({
        size: maskSize,
        counts: maskCounts,
        label: z.string().max(200),
        score: share,
        bbox: maskBox,
        area: pixels,
      }),
    )
    .max(1000),
  negatives: z.array(sentence).max(1000),
  model: z.strictObject({ name: sentence, version: sentence }),
  device: z.enum(DRAFT_PLACES),
  deviceReasons: z.array(sentence).max(20),
  target: sentence.exactOptional(),
  notes: z.array(sentence).max(1000),
  timings: z.strictObject({
    loadMs: milliseconds,
    decodeMs: milliseconds,
    encodeMs: milliseconds,
    generateMs: milliseconds,
    masksMs: milliseconds,
    totalMs: milliseconds,
  }),
});

const toWorker = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('draft'), id, request }),
  z.strictObject({ kind: z.literal('segment'), id, request: segmentRequest }),
  z.strictObject({ kind: z.literal('encode'), id, request: encodeRequest }),
  z.strictObject({ kind: z.literal('prepare'), image: path }),
  z.strictObject({ kind: z.literal('cancel'), id }),
]) satisfies z.ZodType<ToWorker>;

const fromWorker = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('progress'),
    id,
    progress: z.strictObject({
      stage: z.enum(DRAFT_STAGES),
      done: share,
      text: z.string().max(100_000).exactOptional(),
      elapsedMs: milliseconds,
    }),
  }),
  z.strictObject({ kind: z.literal('draft'), id, draft }),
  z.strictObject({ kind: z.literal('mask'), id, mask: promptedMask }),
  z.strictObject({ kind: z.literal('encoded'), id, encoded: z.strictObject({ totalMs: milliseconds }) }),
  z.strictObject({
    kind: z.literal('failure'),
    id,
    code: z.enum([
      'bundle',
      'image',
      'prompt',
      'nothing-known',
      'task',
      'device',
      'memory',
      'runtime',
      'server',
      'cancelled',
      'crashed',
    ]),
    message: sentence,
  }),
  z.strictObject({ kind: z.literal('log'), text: sentence }),
]) satisfies z.ZodType<FromWorker>;

/** A message to the worker, or `undefined` where it is none. */
export function readToWorker(message: unknown): ToWorker | undefined {
  const parsed = toWorker.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** A message from the worker, or `undefined` where it is none. */
export function readFromWorker(message: unknown): FromWorker | undefined {
  const parsed = fromWorker.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
