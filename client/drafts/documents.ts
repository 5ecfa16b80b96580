/** The documents that drafts are for. */
import * as vscode from 'vscode';
import type { Position, TextEdit } from '../../core/records/position.ts';
import { isUscdf } from '../languageServer.ts';

/** Files above this many bytes are not handed to extensions by the editor. */
const MAX_SHARED_BYTES = 50e6;

/** The document named, else the one in front, or `undefined`, and then the user was told what to do. */
export async function documentFor(uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (typeof uri === 'string' || uri instanceof vscode.Uri) {
    return checked(await opened(typeof uri === 'string' ? vscode.Uri.parse(uri) : uri));
  }
  const editor = vscode.window.activeTextEditor;
  const custom = activeTabUri();
  if (editor !== undefined) return checked(editor.document);
  if (custom !== undefined) return checked(await opened(custom));
  return checked(vscode.window.visibleTextEditors.find(({ document }) => isUscdf(document))?.document);
}

/** The document of an address, or `undefined` where it cannot be opened. */
export async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

/** Whether a file is one that the editor hands to no extension; the user is then told what to do. */
export async function isTooLarge(uri: unknown): Promise<boolean> {
  const given = typeof uri === 'string' ? vscode.Uri.parse(uri) : uri;
  const file = given instanceof vscode.Uri ? given : (vscode.window.activeTextEditor?.document.uri ?? activeTabUri());
  if (file === undefined) return false;
  const size = await vscode.workspace.fs.stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= MAX_SHARED_BYTES) return false;
  void vscode.window.showWarningMessage(
    'This file is larger than 50 MB, and the editor hands such files to no extension: let the command "uscdf annotate" draft for its photographs.',
  );
  return true;
}

/** Applies edits as one change, which one undo takes back. */
export async function apply(document: vscode.TextDocument, edits: readonly TextEdit[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) {
    const { start, end } = range;
    edit.replace(document.uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  }
  return vscode.workspace.applyEdit(edit);
}

/** Brings a place of a document in front, in its text or in what else shows it, without taking the focus. */
export async function reveal(document: vscode.TextDocument, { line, character }: Position): Promise<void> {
  const place = new vscode.Position(line, character);
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (visible === undefined && hasOwnEditor(document.uri)) return;
  const editor =
    visible ??
    (await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preserveFocus: true }));
  const range = new vscode.Range(place, place);
  if (!editor.selection.isEqual(new vscode.Selection(place, place)))
    editor.selection = new vscode.Selection(place, place);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The end of a document: where what has lost its place goes. */
export function endOf(document: vscode.TextDocument): Position {
  const { line, character } = document.lineAt(document.lineCount - 1).range.end;
  return { line, character };
}

export function nameOf(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false);
}

function checked(document: vscode.TextDocument | undefined): vscode.TextDocument | undefined {
  if (document !== undefined && isUscdf(document)) return document;
  void vscode.window.showInformationMessage(
    'Open a .uscdf, .uscdf.json or .uscdf.jsonl file first: the draft is for the record under the cursor.',
  );
  return undefined;
}

function activeTabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
}

/** Whether a document is in front somewhere, as text or in the mask editor. */
export function isToBeSeen(document: vscode.TextDocument): boolean {
  return vscode.window.visibleTextEditors.some((editor) => editor.document === document) || hasOwnEditor(document.uri);
}

/** Whether a mask editor shows the file in front of its group. */
function hasOwnEditor(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => {
    const input = activeTab?.input;
    return input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
  });
}
