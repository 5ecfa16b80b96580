import * as vscode from 'vscode';
import type { Position } from '../../core/records/position.ts';
import type { Answer, FromPreview } from '../../media/protocol.ts';

const TYPES = ['requestDraft', 'acceptDraft', 'rejectDraft', 'editDraft', 'nextDraft', 'queue'] as const;
type DraftMessage = Extract<FromPreview, { readonly type: (typeof TYPES)[number] }>;

const QUEUE = {
  start: 'uscdf.draftAll',
  pause: 'uscdf.pauseDrafts',
  resume: 'uscdf.resumeDrafts',
  stop: 'uscdf.stopDrafts',
} as const;

/** Whether a message is about drafts, whose commands are anybody's to call. */
export function isAboutDrafts(message: FromPreview): message is DraftMessage {
  return TYPES.some((type) => type === message.type);
}

/** Calls the command that does what the page asks about drafts. */
export async function askForDrafts(
  message: DraftMessage,
  document: vscode.TextDocument | undefined,
  { line, character }: Position,
): Promise<Answer> {
  const [command, ...more] = commandFor(message);
  if (message.type === 'requestDraft' || message.type === 'queue') {
    // A draft takes its time, and says itself what goes wrong with it.
    const started = vscode.commands.executeCommand(command, document?.uri.toString(), { line, character }, ...more);
    started.then(undefined, (error: unknown) => vscode.window.showErrorMessage(`No draft was made: ${String(error)}`));
  } else await vscode.commands.executeCommand(command, ...more);
  return { ok: true };
}

function commandFor(message: DraftMessage): readonly [command: string, ...more: readonly unknown[]] {
  switch (message.type) {
    case 'requestDraft':
      if (message.phrase !== undefined) return ['uscdf.draftPhrase', message.phrase];
      return message.question === undefined ? ['uscdf.draft'] : ['uscdf.draftQuestion', message.question];
    case 'acceptDraft':
      return ['uscdf.acceptDraft'];
    case 'rejectDraft':
      return ['uscdf.rejectDraft'];
    case 'editDraft':
      return ['uscdf.editDraft'];
    case 'nextDraft':
      return [message.by === 1 ? 'uscdf.nextDraft' : 'uscdf.previousDraft'];
    case 'queue':
      return [QUEUE[message.to]];
  }
}
