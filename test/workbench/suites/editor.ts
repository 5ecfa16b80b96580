import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';

/** The extension's identifier, as package.json's publisher and name make it. */
export const extensionId = 'uscdf.uscdf';

/** The address of a file in the workspace that the tests have open. */
export function inWorkspace(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the tests need an open folder');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a file of the workspace in the first column, with the cursor before `text` where it is given. */
export async function open(name: string, text?: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(inWorkspace(name));
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  if (text) {
    const place = rangeOf(document, text).start;
    editor.selection = new vscode.Selection(place, place);
  }
  return editor;
}

/** Where `text` first stands in a document. */
export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `the document does not hold “${text}”`);
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length));
}

/** The findings of USCDF in a document, once there are `count` of them. */
export async function findings(uri: vscode.Uri, count: number): Promise<readonly vscode.Diagnostic[]> {
  const found = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'uscdf');
  await until(`${count} findings in ${uri.path}`, () => found().length === count).catch((error: Error) => {
    const messages = found().map(({ message }) => message);
    throw new Error(`${error.message} There are ${messages.length}: ${messages.join(' · ')}`);
  });
  return found();
}

/** Reverts what is not saved and closes every editor. */
export async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || document.isClosed) continue;
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** The project's folder: the suites are built into it. */
export function repository(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'test', 'fixtures', 'bundles')) && folder !== dirname(folder))
    folder = dirname(folder);
  return folder;
}
