import * as vscode from 'vscode';
import type { Position } from '../../core/records/position.ts';
import { isUscdf } from '../languageServer.ts';
import { CURSOR_MS } from './cursors.ts';
import type { Comparison, SessionParts } from './previewing.ts';
import { PreviewSession } from './session.ts';

export const PANEL = 'uscdf.preview';
const START: Position = { line: 0, character: 0 };

/** The preview beside the text: one page, which shows the record under the cursor. */
export class PreviewPanel implements vscode.Disposable {
  private current: PreviewSession | undefined;
  /** Where the next page begins. */
  private document: vscode.TextDocument | undefined;
  private position: Position = START;
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly parts: SessionParts) {
    this.subscriptions = [
      vscode.window.registerWebviewPanelSerializer(PANEL, {
        deserializeWebviewPanel: async (panel) => {
          this.adopt(panel);
        },
      }),
      // A page that comes back with its window may be there before its text, or before the text's language is known.
      vscode.window.onDidChangeVisibleTextEditors(() => this.beginLate()),
      vscode.workspace.onDidOpenTextDocument(() => this.beginLate()),
    ];
  }

  /** The page that is open. */
  get session(): PreviewSession | undefined {
    return this.current;
  }

  /** Opens the preview, or brings it to the front, at a place of a document. */
  open(document: vscode.TextDocument, position: Position): PreviewSession {
    return this.openAt(document, position, undefined);
  }

  /** Shows a record with what was predicted for it over one photograph, until the preview is opened anew. */
  compare(comparison: Comparison): void {
    const { uri, position } = comparison;
    // No cursor can be followed in a file that is too large for extensions, or in an official one.
    const document = vscode.workspace.textDocuments.find(
      (open) => isUscdf(open) && open.uri.toString() === uri.toString(),
    );
    this.openAt(document, position, comparison);
  }

  /** A cursor moved there. */
  follow(document: vscode.TextDocument, position: Position): void {
    this.document = document;
    this.position = position;
    this.current?.follow(document, position, CURSOR_MS);
  }

  dispose(): void {
    this.current?.panel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private openAt(
    document: vscode.TextDocument | undefined,
    position: Position,
    comparison: Comparison | undefined,
  ): PreviewSession {
    this.document = document;
    this.position = position;
    const session = this.current ?? this.create();
    session.panel.reveal(undefined, true);
    session.comparison = comparison;
    session.shown = undefined;
    session.follow(document, position, 0);
    return session;
  }

  private create(): PreviewSession {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return this.adopt(vscode.window.createWebviewPanel(PANEL, 'USCDF Preview', column, { enableScripts: true }));
  }

  private adopt(panel: vscode.WebviewPanel): PreviewSession {
    if (this.document === undefined) this.begin();
    const session = new PreviewSession(this.parts, panel, 'panel', this.document);
    session.position = this.position;
    this.current = session;
    panel.onDidDispose(() => {
      if (this.current === session) this.current = undefined;
    });
    return session;
  }

  /** A page that comes back with its window shows the text that is there. */
  private begin(): void {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const editors = activeTextEditor === undefined ? visibleTextEditors : [activeTextEditor, ...visibleTextEditors];
    const editor = editors.find(({ document }) => isUscdf(document));
    if (editor === undefined) return;
    this.document = editor.document;
    this.position = editor.selection.active;
  }

  private beginLate(): void {
    if (this.current === undefined || this.document !== undefined || this.current.comparison !== undefined) return;
    this.begin();
    if (this.document !== undefined) this.follow(this.document, this.position);
  }
}
