/** The text beside the picture: its cursor, its undo, and whether it can be changed. */
import * as vscode from 'vscode';
import type { Position, Range } from '../../core/records/position.ts';
import { type CursorWatch, readSyncMode, type SyncMode } from './sync.ts';

/** The setting `uscdf.preview.sync`. */
export function syncMode(): SyncMode {
  return readSyncMode(vscode.workspace.getConfiguration('uscdf').get('preview.sync'));
}

/** An editor that shows the document as text, the active one before others. */
export function visibleEditor(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const active = vscode.window.activeTextEditor;
  if (active?.document === document) return active;
  return vscode.window.visibleTextEditors.find((editor) => editor.document === document);
}

/** Selects a range in an editor that shows the document, without taking the focus; nothing where none does. */
export function selectIn(editor: vscode.TextEditor, range: Range, watch: CursorWatch): void {
  const { start, end } = range;
  const selection = new vscode.Selection(start.line, start.character, end.line, end.character);
  if (!editor.selection.isEqual(selection)) watch.expect(editor.document.uri.toString(), range);
  editor.selection = selection;
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Scrolls the text to a place that is not to be seen. */
export function bringIntoSight(editor: vscode.TextEditor, { line, character }: Position): void {
  const place = new vscode.Range(line, character, line, character);
  editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Opens the document's text, not over the page. */
export async function openText(
  document: vscode.TextDocument,
  page: vscode.WebviewPanel,
  options: { readonly preserveFocus: boolean },
): Promise<vscode.TextEditor> {
  const { One, Beside } = vscode.ViewColumn;
  const viewColumn = visibleEditor(document)?.viewColumn ?? (page.viewColumn === One ? Beside : One);
  return vscode.window.showTextDocument(document, { viewColumn, ...options });
}

/** Whether a document can be changed, as far as its file tells. */
export async function isWritable({ uri }: vscode.TextDocument): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return false;
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) === 0;
  } catch {
    // Not saved yet, or gone: what is open can still be changed.
    return true;
  }
}
