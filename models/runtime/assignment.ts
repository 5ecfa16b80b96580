import { type ReferringPrompt, readPhrase, readPrompt, readQuestion } from './describe/prompt.ts';
import type { DraftTask } from './draft.ts';

/** What a draft is to say: the task, and what was asked. */
export type Assignment =
  | { readonly task: 'gcg' | 'panoptic' }
  | { readonly task: 'referring'; readonly prompt: ReferringPrompt }
  /** The whole photograph, or one phrase of its caption in finer parts. */
  | { readonly task: 'mgsc'; readonly phrase?: string }
  | { readonly task: 'reasoning'; readonly question: string };

/** The assignment of a request; throws a `PromptError` before any model is loaded. */
export function readAssignment(task: DraftTask, prompt: string | undefined): Assignment {
  switch (task) {
    case 'referring':
      return { task, prompt: readPrompt(prompt) };
    case 'mgsc':
      return prompt === undefined || prompt.trim() === '' ? { task } : { task, phrase: readPhrase(prompt) };
    case 'reasoning':
      return { task, question: readQuestion(prompt) };
    default:
      return { task };
  }
}
