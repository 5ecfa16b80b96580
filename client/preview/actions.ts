import * as vscode from 'vscode';
import { PAGE_ACTIONS } from '../../media/protocol.ts';
import type { Previews } from './previews.ts';

/** Registers the command of each action of the page, `uscdf.` and its name; `media/actions.ts` has their titles and keys. */
export function registerPageActions(previews: Previews): vscode.Disposable {
  const commands = PAGE_ACTIONS.map((action) =>
    vscode.commands.registerCommand(`uscdf.${action}`, () => previews.act(action)),
  );
  return vscode.Disposable.from(...commands);
}
