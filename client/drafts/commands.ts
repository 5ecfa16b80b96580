import * as vscode from 'vscode';
import { placeOf, textOf } from '../commandArguments.ts';
import type { Drafts } from './drafts.ts';

/** Ties the commands of drafts to what does them. Address and position come from a code lens or a page; the palette gives neither. */
export function registerDraftCommands(drafts: Drafts): vscode.Disposable {
  const commands: Readonly<Record<string, (...args: readonly unknown[]) => Promise<void> | void>> = {
    'uscdf.draft': (uri, position) => drafts.draft(uri, placeOf(position)),
    'uscdf.draftPhrase': (uri, position, phrase) => drafts.draftPhrase(uri, placeOf(position), numberOf(phrase)),
    'uscdf.draftQuestion': (uri, position, question) => drafts.draftQuestion(uri, placeOf(position), textOf(question)),
    'uscdf.draftAll': (uri) => drafts.draftAll(uri),
    'uscdf.pauseDrafts': () => drafts.pauseQueue(),
    'uscdf.resumeDrafts': () => drafts.resumeQueue(),
    'uscdf.stopDrafts': () => drafts.stopQueue(),
    'uscdf.acceptDraft': (uri, position) => drafts.accept(textOf(uri), placeOf(position)),
    'uscdf.rejectDraft': (uri, position) => drafts.reject(textOf(uri), placeOf(position)),
    'uscdf.editDraft': () => drafts.edit(),
    'uscdf.nextDraft': () => drafts.step(1),
    'uscdf.previousDraft': () => drafts.step(-1),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}

function numberOf(given: unknown): number | undefined {
  return typeof given === 'number' ? given : undefined;
}
