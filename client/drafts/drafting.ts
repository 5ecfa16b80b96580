import * as vscode from 'vscode';
import type { Draft, DraftProgress } from '../../models/runtime/draft.ts';
import type { DraftOrder, Inference } from '../inference.ts';

const STAGES: Readonly<Record<string, string>> = {
  load: 'loading the model',
  decode: 'reading the photograph',
  encode: 'looking at the photograph',
  detect: 'looking for objects',
  generate: 'writing',
  masks: 'drawing masks',
  compose: 'writing the caption',
};
/** Characters of the words so far that a notification shows. */
const WORDS_SHOWN = 120;

/** Makes a draft that a person waits for, with its progress and a way to cancel it; `undefined` where there is none, and the user was told. */
export async function makeDraft(inference: Inference, order: DraftOrder): Promise<Draft | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'USCDF draft', cancellable: true };
  try {
    return await vscode.window.withProgress(options, (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      let done = 0;
      return inference.draft(order, {
        signal: abort.signal,
        onProgress: (step) => {
          progress.report({ message: messageFor(step), increment: 100 * (step.done - done) });
          done = step.done;
        },
      });
    });
  } catch (error) {
    inference.report(error);
    return undefined;
  }
}

/** The words while they are written, their end where they are many; else what is being done. */
function messageFor({ stage, text }: DraftProgress): string {
  if (text === undefined || text === '') return STAGES[stage] ?? stage;
  return text.length <= WORDS_SHOWN ? text : `…${text.slice(-WORDS_SHOWN)}`;
}
