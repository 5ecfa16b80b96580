/** What the model is asked to do, by what was asked for and what the record says of itself. */
import type { DraftContext } from '../../core/language/draftRecords.ts';
import { parseQuestionReferents } from '../../core/text/questions.ts';
import type { DraftRequest } from '../../models/runtime/draft.ts';
import type { Asked } from './storedDraft.ts';

export type Assignment = Pick<DraftRequest, 'task' | 'prompt'>;
type About = Pick<DraftContext, 'question' | 'task' | 'target'>;

/** The assignment of a draft; `context` is absent in a file without records. */
export function assignmentFor(asked: Asked, context: About | undefined): Assignment {
  if (asked.kind === 'phrase') return { task: 'mgsc', prompt: asked.phrase };
  if (asked.kind === 'question') return assignmentOf(asked.question);
  return assignmentOfRecord(context);
}

/** Whether the draft answers another question than the record's own, so that it needs a record of its own. */
export function isApart(asked: Asked, context: DraftContext | undefined): boolean {
  if (asked.kind === 'phrase') return true;
  if (asked.kind === 'record' || context?.waits !== true || context.question === undefined) return false;
  return plain(context.question) !== plain(asked.question);
}

/** A question without its image placeholder, in single spaces. */
export function plain(question: string): string {
  return question
    .replace(/<image>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A question that lists nothing is left to models that can reason; the others say that they cannot. */
function assignmentOf(question: string): Assignment {
  if (parseQuestionReferents(question) !== undefined) return { task: 'referring', prompt: question };
  if (asksForAll(question)) return { task: 'panoptic' };
  return /\bdescri(?:be|ption)\b/i.test(question) ? { task: 'gcg' } : { task: 'reasoning', prompt: question };
}

function assignmentOfRecord(context: About | undefined): Assignment {
  if (context?.task === 'mgsc')
    return { task: 'mgsc', ...(context.target !== undefined && { prompt: context.target }) };
  if (context?.question === undefined) return { task: 'gcg' };
  const question = plain(context.question);
  if (context.task === 'reasoning') return { task: 'reasoning', prompt: question };
  if (parseQuestionReferents(question) !== undefined) return { task: 'referring', prompt: question };
  return { task: asksForAll(question) ? 'panoptic' : 'gcg' };
}

function asksForAll(question: string): boolean {
  return /\ball the objects\b/i.test(question);
}
