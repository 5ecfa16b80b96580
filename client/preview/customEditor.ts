import * as vscode from 'vscode';
import type { Position } from '../../core/records/position.ts';
import { isUscdf } from '../languageServer.ts';
import { CURSOR_MS } from './cursors.ts';
import type { SessionParts } from './previewing.ts';
import { PreviewSession } from './session.ts';

export const MASK_EDITOR = 'uscdf.maskEditor';

/** The mask editor: the preview's page as the editor of a file, in place of its text. */
export class MaskEditors implements vscode.CustomTextEditorProvider, vscode.Disposable {
  private readonly open = new Set<PreviewSession>();
  private readonly registration: vscode.Disposable;

  constructor(private readonly parts: SessionParts) {
    this.registration = vscode.window.registerCustomEditorProvider(MASK_EDITOR, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  get sessions(): ReadonlySet<PreviewSession> {
    return this.open;
  }

  /** A cursor moved in a text that stands beside its mask editor. */
  follow(document: vscode.TextDocument, position: Position): void {
    for (const session of this.open) if (session.document === document) session.follow(document, position, CURSOR_MS);
  }

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    if (!isUscdf(document)) {
      void vscode.window.showWarningMessage(
        `The mask editor knows only USCDF, and ${document.fileName} is opened as "${document.languageId}": choose a USCDF language for it first.`,
      );
    }
    const session = new PreviewSession(this.parts, panel, 'editor', document);
    this.open.add(session);
    panel.onDidDispose(() => this.open.delete(session));
  }

  dispose(): void {
    this.registration.dispose();
  }
}
