import type { DraftContext } from '../../core/language/draftRecords.ts';
import type { Draft } from '../../models/runtime/draft.ts';
import { isApart } from './assignment.ts';
import type { Asked, StoredDraft } from './storedDraft.ts';

/** What a draft was asked for. */
export interface DraftPurpose {
  /** The document's address. */
  readonly document: string;
  /** Absent for a document that the server does not know. */
  readonly context: DraftContext | undefined;
  readonly asked: Asked;
  /** The image's path as the record shall name it. */
  readonly image: string;
}

/** A draft as the model made it, ready to be kept. */
export function newDraft({ document, context, asked, image }: DraftPurpose, draft: Draft): StoredDraft {
  const { task, question, answer, width, height, masks, negatives, model, notes } = draft;
  const { name } = context ?? {};
  const isPart = asked.kind === 'phrase' && context?.id !== undefined;
  return {
    version: 1,
    document,
    ...(name !== undefined && { record: { ...name } }),
    waited: context?.waits === true,
    asked,
    draft: {
      ...{ task, question, answer, image, width, height },
      masks: masks.map((mask) => ({ ...mask })),
      negatives: [...negatives],
      ...(isPart && { target: asked.phrase, parent: context.id }),
      ...(isApart(asked, context) && { apart: true }),
    },
    model: { name: model.name, version: model.version },
    notes: [...notes],
    created: new Date().toISOString(),
    edited: false,
  };
}
