/** Checks what comes from the preview page: a webview is input like any other. */
import * as z from 'zod';
import type { FromPreview } from '../../media/protocol.ts';

/** Points of one prompt; a person clicks a handful. */
const MOST_POINTS = 100;
/** Parts that one mask falls into. */
const MOST_PARTS = 1_000;
/** Characters of a name, or of words. */
const LONGEST_NAME = 1_000;
/** Characters of a question. */
const LONGEST_QUESTION = 10_000;
/** Characters of a mask's counts. */
const LONGEST_COUNTS = 64 * 1024 * 1024;
/** Pixels of a side of a photograph, and any other number of them. */
const MOST_PIXELS = 100_000_000;

const index = z.number().int().min(0);
const pixels = z.number().min(-MOST_PIXELS).max(MOST_PIXELS);
const side = z.number().int().min(1).max(MOST_PIXELS);
const name = z.string().min(1).max(LONGEST_NAME);
const step = z.union([z.literal(1), z.literal(-1)]);
const drawn = z.object({
  size: z.tuple([side, side]).readonly(),
  counts: z.string().max(LONGEST_COUNTS),
});
const words = z.object({ turn: index, part: index, start: index, end: index });
const keepOrRemove = z.enum(['keep', 'remove']);

const shapeEdit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('setMask'), mask: index, drawn }),
  z.object({ kind: z.literal('groundWords'), words, drawn }),
  z.object({ kind: z.literal('groundPhrase'), phrase: index, drawn }),
  z.object({ kind: z.literal('nameMask'), name, drawn }),
  z.object({
    kind: z.literal('giveMask'),
    mask: index,
    to: z.union([z.strictObject({ phrase: index }), z.strictObject({ name })]),
  }),
  z.object({ kind: z.literal('removeMask'), mask: index }),
  z.object({ kind: z.literal('movePhrase'), phrase: index, to: index }),
  z.object({ kind: z.literal('removePhrase'), phrase: index, words: keepOrRemove, mask: keepOrRemove }),
  z.object({ kind: z.literal('mergeMasks'), phrase: index }),
  z.object({ kind: z.literal('splitMask'), mask: index, parts: z.array(drawn).min(1).max(MOST_PARTS) }),
]);

const fromPreview: z.ZodType<FromPreview> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('select'), phrase: index }),
  z.object({ type: z.literal('hover'), phrase: index.exactOptional() }),
  z.object({ type: z.literal('imageFailed') }),
  z.object({ type: z.literal('step'), by: step }),
  z.object({ type: z.literal('goTo'), record: index }),
  z.object({ type: z.literal('focus'), on: z.enum(['picture', 'field', 'elsewhere']), drawing: z.boolean() }),
  z.object({ type: z.literal('undo') }),
  z.object({ type: z.literal('redo') }),
  z.object({ type: z.literal('shape'), record: index, version: index, edit: shapeEdit }),
  z.object({
    type: z.literal('segment'),
    points: z.array(z.object({ x: pixels, y: pixels, positive: z.boolean() })).max(MOST_POINTS),
    box: z.tuple([pixels, pixels, pixels, pixels]).exactOptional(),
  }),
  z.object({
    type: z.literal('requestDraft'),
    phrase: index.exactOptional(),
    question: z.string().max(LONGEST_QUESTION).exactOptional(),
  }),
  z.object({ type: z.literal('acceptDraft') }),
  z.object({ type: z.literal('rejectDraft') }),
  z.object({ type: z.literal('editDraft') }),
  z.object({ type: z.literal('nextDraft'), by: step }),
  z.object({ type: z.literal('queue'), to: z.enum(['start', 'pause', 'resume', 'stop']) }),
  z.object({ type: z.literal('openKeys') }),
]);

/** The message, or `undefined` for anything that is none. */
export function readFromPreview(message: unknown): FromPreview | undefined {
  const parsed = fromPreview.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}
