import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { compareRecords } from '../core/language/comparison.ts';
import type { PhrasePlace } from '../core/language/languageService.ts';
import type { PreviewRecord } from '../core/language/previewModel.ts';
import type { FromPreview, ShownDraft, ShownRecord, ToPreview } from '../media/protocol.ts';
import { PhraseAtRequest, PreviewRequest, RangeOfPhraseRequest } from '../server/protocol.ts';
import { imageUri } from './imagePaths.ts';
import { isUscdf, type LanguageServer } from './languageServer.ts';
import { readFromPreview } from './previewMessages.ts';

type Place = { readonly line: number; readonly character: number };

/** A record of a file, and what was predicted for it. */
export interface Comparison {
  /** Of the reference's file. */
  readonly uri: vscode.Uri;
  readonly position: Place;
  readonly reference: PreviewRecord;
  /** Has the reference's id. */
  readonly prediction: PreviewRecord;
}

/** The cursor may rest for so long before the picture follows; typing waits longer. */
const CURSOR_MS = 60;
const TYPING_MS = 250;

/** The preview beside the text: shows the record under the cursor, and keeps cursor and picture in step. */
export class PreviewPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private document: vscode.TextDocument | undefined;
  private position: Place = { line: 0, character: 0 };
  private shown: { readonly record: number; readonly version: number } | undefined;
  private draft: ShownDraft | undefined;
  /** Holds while the cursor is in its reference. */
  private comparison: Comparison | undefined;
  private timer: NodeJS.Timeout | undefined;
  private turn = 0;
  private ready = false;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: LanguageServer,
  ) {
    this.subscriptions.push(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (isUscdf(textEditor.document)) this.follow(textEditor.document, selections[0]!.active, CURSOR_MS);
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined && isUscdf(editor.document))
          this.follow(editor.document, editor.selection.active, CURSOR_MS);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.document) this.follow(document, this.position, TYPING_MS);
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const own = this.document?.uri.toString();
        if (own === undefined || !uris.some((uri) => uri.toString() === own)) return;
        this.shown = undefined;
        this.later(TYPING_MS);
      }),
      vscode.window.registerWebviewPanelSerializer('uscdf.preview', {
        deserializeWebviewPanel: async (panel) => this.adopt(panel),
      }),
    );
  }

  /** Opens the preview, or brings it to the front, for the active text or the one named. */
  async open(uri?: string, position?: Place): Promise<void> {
    this.comparison = undefined;
    await this.openAt(uri, position);
  }

  /** Shows a record with what was predicted for it over one photograph, until the preview is opened anew. */
  async compare(comparison: Comparison): Promise<void> {
    const { uri, position } = comparison;
    this.comparison = comparison;
    const isOpen = vscode.workspace.textDocuments.some(
      (document) => isUscdf(document) && document.uri.toString() === uri.toString(),
    );
    if (isOpen) return this.openAt(uri.toString(), position);
    // No cursor can be followed in a file that is too large for extensions, or in an official one.
    this.document = undefined;
    this.reveal();
  }

  /** Shows a draft in place of the record until `closeDraft`. */
  showDraft(document: vscode.TextDocument, record: PreviewRecord, model: string, notes: readonly string[]): void {
    this.draft = { record: this.withImage(document.uri, record), model, notes };
    this.post({ type: 'draft', draft: this.draft });
  }

  /** Shows the waiting draft once more, so that the page lets the user decide again. */
  repeatDraft(): void {
    if (this.draft !== undefined) this.post({ type: 'draft', draft: this.draft });
  }

  closeDraft(): void {
    this.draft = undefined;
    this.post({ type: 'draftClosed' });
    this.shown = undefined;
    this.later(0);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async openAt(uri?: string, position?: Place): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const named = typeof uri === 'string' ? await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)) : undefined;
    const document = named ?? editor?.document ?? this.document;
    if (document === undefined || !isUscdf(document)) {
      void vscode.window.showInformationMessage(
        'Open a .uscdf, .uscdf.json or .uscdf.jsonl file first: the preview shows its record under the cursor.',
      );
      return;
    }
    this.document = document;
    this.position = position ?? (editor?.document === document ? editor.selection.active : { line: 0, character: 0 });
    this.reveal();
  }

  private reveal(): void {
    if (this.panel === undefined) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.adopt(vscode.window.createWebviewPanel('uscdf.preview', 'USCDF Preview', column, { enableScripts: true }));
    } else this.panel.reveal(undefined, true);
    this.shown = undefined;
    this.later(0);
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.ready = false;
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const known = readFromPreview(message);
      if (known !== undefined) void this.receive(known);
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: this.roots() };
    panel.webview.html = this.page(panel.webview);
  }

  private async receive(message: FromPreview): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.shown = undefined;
        await this.show();
        if (this.draft !== undefined) this.post({ type: 'draft', draft: this.draft });
        return;
      case 'select':
        return this.selectPhrase(message.phrase);
      case 'requestDraft':
        await vscode.commands.executeCommand('uscdf.draft', this.document?.uri.toString(), this.position);
        return;
      case 'acceptDraft':
        await vscode.commands.executeCommand('uscdf.acceptDraft');
        return;
      case 'rejectDraft':
        await vscode.commands.executeCommand('uscdf.rejectDraft');
        return;
      case 'imageFailed':
        return;
    }
  }

  private follow(document: vscode.TextDocument, position: Place, delay: number): void {
    if (document !== this.document) this.shown = undefined;
    this.document = document;
    this.position = position;
    if (this.panel !== undefined) this.later(delay);
  }

  private later(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.show(), delay);
  }

  /** Brings the page up to date: the record only where it changed, the lit phrase always. */
  private async show(): Promise<void> {
    const { document, position } = this;
    if (this.panel === undefined || !this.ready) return;
    const turn = ++this.turn;
    if (document === undefined) {
      this.showComparison();
      return;
    }
    const at = { uri: this.server.uriOf(document), position };
    const place = await this.server.ask<PhraseAtRequest.Answer>(PhraseAtRequest.method, at);
    if (turn !== this.turn || document !== this.document) return;
    if (place === null || place.record < 0) {
      this.shown = undefined;
      this.post({ type: 'empty', message: 'This file holds no record yet. Write one, or ask for a draft.' });
      return;
    }
    if (this.shown?.record !== place.record || this.shown.version !== document.version) {
      const record = await this.server.ask<PreviewRequest.Answer>(PreviewRequest.method, at);
      if (turn !== this.turn) return;
      if (record === null)
        this.post({ type: 'empty', message: 'This record cannot be read: correct the error in it first.' });
      else {
        this.shown = { record: place.record, version: document.version };
        this.post({ type: 'show', record: this.withImage(document.uri, this.compared(document, record)) });
      }
    }
    this.post({ type: 'highlight', phrase: place.phrase });
  }

  /** The comparison as it was asked for, where no document can be followed. */
  private showComparison(): void {
    if (this.comparison === undefined) return;
    const { uri, reference, prediction } = this.comparison;
    this.post({ type: 'show', record: this.withImage(uri, compareRecords(reference, prediction)) });
    this.post({ type: 'highlight', phrase: undefined });
  }

  private compared(document: vscode.TextDocument, record: PreviewRecord): PreviewRecord {
    const { comparison } = this;
    const isIt =
      comparison !== undefined &&
      comparison.uri.toString() === document.uri.toString() &&
      comparison.prediction.id === record.id;
    return isIt ? compareRecords(record, comparison.prediction) : record;
  }

  private async selectPhrase(phrase: number): Promise<void> {
    const { document, shown } = this;
    if (document === undefined || shown === undefined || this.draft !== undefined) return;
    const place: PhrasePlace = { record: shown.record, phrase };
    const params = { uri: this.server.uriOf(document), place };
    const range = await this.server.ask<RangeOfPhraseRequest.Answer>(RangeOfPhraseRequest.method, params);
    if (range === null) return;
    const selection = new vscode.Selection(
      range.start.line,
      range.start.character,
      range.end.line,
      range.end.character,
    );
    const column =
      vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn ??
      vscode.ViewColumn.One;
    const editor = await vscode.window.showTextDocument(document, {
      viewColumn: column,
      preserveFocus: true,
      selection,
    });
    editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private withImage(document: vscode.Uri, record: PreviewRecord): ShownRecord {
    const file = imageUri(document, record.image);
    if (file === undefined || this.panel === undefined) return record;
    this.allow(vscode.Uri.joinPath(file, '..'));
    return { ...record, imageSource: this.panel.webview.asWebviewUri(file).toString() };
  }

  /** The page may read its own files and the folders of the images it shows, and nothing else. */
  private allow(folder: vscode.Uri): void {
    const webview = this.panel?.webview;
    const roots = webview?.options.localResourceRoots ?? [];
    if (webview === undefined || roots.some((root) => isWithin(root, folder))) return;
    webview.options = { enableScripts: true, localResourceRoots: [...roots, folder] };
  }

  private roots(): vscode.Uri[] {
    const own = vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'media');
    return this.document === undefined ? [own] : [own, vscode.Uri.joinPath(this.document.uri, '..')];
  }

  private post(message: ToPreview): void {
    void this.panel?.webview.postMessage(message);
  }

  private page(webview: vscode.Webview): string {
    const file = (name: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'media', name)).toString();
    const nonce = randomBytes(16).toString('base64url');
    const source = webview.cspSource;
    const policy = `default-src 'none'; img-src ${source} blob: data:; style-src ${source}; font-src ${source}; script-src 'nonce-${nonce}'`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('preview.css')}">
<title>USCDF Preview</title>
</head>
<body>
<script nonce="${nonce}" src="${file('preview.js')}"></script>
</body>
</html>`;
  }
}

function isWithin(root: vscode.Uri, folder: vscode.Uri): boolean {
  return (
    folder.scheme === root.scheme &&
    (folder.path === root.path || folder.path.startsWith(`${root.path.replace(/\/$/, '')}/`))
  );
}
