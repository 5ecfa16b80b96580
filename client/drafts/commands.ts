import * as vscode from 'vscode';
import type { Position } from '../../core/records/position.ts';
import type { Drafts } from './drafts.ts';

/** Ties the commands of drafts to what does them. Address and position come from a code lens or a page; the palette gives neither. */
export function registerDraftCommands(drafts: Drafts): vscode.Disposable {
  const commands: Readonly<Record<string, (...args: never[]) => unknown>> = {
    'uscdf.draft': (uri?: unknown, position?: Position) => drafts.draft(uri, position),
    'uscdf.draftPhrase': (uri?: unknown, position?: Position, phrase?: number) =>
      drafts.draftPhrase(uri, position, phrase),
    'uscdf.draftQuestion': (uri?: unknown, position?: Position, question?: string) =>
      drafts.draftQuestion(uri, position, question),
    'uscdf.draftAll': (uri?: unknown) => drafts.draftAll(uri),
    'uscdf.pauseDrafts': () => drafts.pauseQueue(),
    'uscdf.resumeDrafts': () => drafts.resumeQueue(),
    'uscdf.stopDrafts': () => drafts.stopQueue(),
    'uscdf.acceptDraft': (uri?: string, position?: Position) => drafts.accept(uri, position),
    'uscdf.rejectDraft': (uri?: string, position?: Position) => drafts.reject(uri, position),
    'uscdf.editDraft': () => drafts.edit(),
    'uscdf.nextDraft': () => drafts.step(1),
    'uscdf.previousDraft': () => drafts.step(-1),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}
