/** A draft that waits for a decision, as it is kept on disk. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { DraftToAccept } from '../../core/language/acceptDraft.ts';

const index = z.number().int().min(0);
const pixels = z.number().int().positive();

export const namedRecord = z.object({ record: index, id: z.string().exactOptional(), fingerprint: z.string() });

/** What was asked for: what the record itself asks for, one phrase of its answer in finer parts, or a question of the user's own. */
const asked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('record') }),
  z.object({ kind: z.literal('phrase'), phrase: z.string() }),
  z.object({ kind: z.literal('question'), question: z.string() }),
]);

const storedDraft = z.object({
  version: z.literal(1),
  /** The document's address. */
  document: z.string(),
  /** The record as it was when the draft was asked for; absent in a file that had none. */
  record: namedRecord.exactOptional(),
  /** Whether that record had no answer. */
  waited: z.boolean(),
  asked,
  draft: z.object({
    task: z.string(),
    question: z.string(),
    answer: z.string(),
    image: z.string(),
    width: pixels,
    height: pixels,
    masks: z.array(z.record(z.string(), z.unknown())),
    negatives: z.array(z.string()),
    target: z.string().exactOptional(),
    parent: z.string().exactOptional(),
    apart: z.boolean().exactOptional(),
  }),
  model: z.object({ name: z.string(), version: z.string() }),
  /** What the model wants the user to know, one sentence each. */
  notes: z.array(z.string()),
  /** ISO 8601. */
  created: z.string(),
  /** A person has changed it. */
  edited: z.boolean(),
});

export type Asked = Readonly<z.infer<typeof asked>>;
export type StoredDraft = Readonly<z.infer<typeof storedDraft>>;

/** The draft, or `undefined` for anything that is none, such as one of another version. */
export function readStoredDraft(text: string): StoredDraft | undefined {
  try {
    const read = storedDraft.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Equal for drafts of one record that were asked for alike: the newer one then replaces the older. Fit for a file's name. */
export function keyOf({
  document,
  record,
  asked,
  draft,
}: Pick<StoredDraft, 'document' | 'record' | 'asked'> & {
  readonly draft: Pick<StoredDraft['draft'], 'image'>;
}): string {
  const about = [document, record?.id ?? record?.fingerprint ?? null, draft.image, asked];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 32);
}

/** The draft with what its record says of its origin, once a person has accepted it. */
export function acceptedDraft({ draft, model, created, edited }: StoredDraft): DraftToAccept {
  const provenance = {
    model: `${model.name}@${model.version}`,
    status: 'accepted',
    created,
    ...(edited && { edited: true }),
  };
  return { ...draft, provenance };
}
