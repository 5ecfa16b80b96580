import * as vscode from 'vscode';
import type { Position } from '../../core/records/position.ts';
import { isUscdf } from '../languageServer.ts';
import type { SessionParts } from './previewing.ts';
import { pictureFollows } from './sync.ts';
import { syncMode } from './textSide.ts';

/** The cursor may rest for so long before the picture follows. */
export const CURSOR_MS = 20;

/** Hears of the cursors in texts, and passes on those that pictures follow by the setting. */
export class Cursors implements vscode.Disposable {
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly parts: Pick<SessionParts, 'watch' | 'focus'>,
    private readonly follow: (document: vscode.TextDocument, position: Position) => void,
  ) {
    this.subscriptions = [
      vscode.window.onDidChangeTextEditorSelection((event) => this.moved(event)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined && isUscdf(editor.document) && syncMode() !== 'never')
          follow(editor.document, editor.selection.active);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => parts.watch.forget(uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private moved({ textEditor: { document }, selections, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const [selection] = selections;
    if (!isUscdf(document) || selection === undefined) return;
    const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
    const byUser = kind === Keyboard || kind === Mouse;
    if (byUser) this.parts.focus.left();
    const cause = this.parts.watch.causeOf({
      uri: document.uri.toString(),
      version: document.version,
      selection,
      byUser,
    });
    if (cause !== undefined && pictureFollows(syncMode(), cause)) this.follow(document, selection.active);
  }
}
