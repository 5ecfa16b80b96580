import { sep } from 'node:path';
import * as vscode from 'vscode';
import { isUscdf } from './languageServer.ts';

/**
 * What is read by another process is what is on disk: asks about USCDF files that have changes. Resolves with whether to go on.
 *
 * @param paths Files, or folders that stand for the files below them.
 * @param work What is about to be done, such as `Evaluate`; `reader` does it, such as `the evaluation`.
 */
export async function askToSave(paths: readonly string[], work: string, reader: string): Promise<boolean> {
  const changed = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && isUscdf(document) && paths.some((path) => isWithin(path, document.uri)),
  );
  if (changed.length === 0) return true;
  const names = changed.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
  const save = `Save and ${work}`;
  const action = await vscode.window.showWarningMessage(
    `${names} is not saved, and ${reader} reads what is on disk.`,
    { modal: true },
    save,
    `${work} What Is on Disk`,
  );
  if (action !== save) return action !== undefined;
  for (const document of changed) if (!(await document.save())) return false;
  return true;
}

/** Whether a file is at a path, or below it. */
function isWithin(path: string, file: vscode.Uri): boolean {
  const folder = vscode.Uri.file(path).fsPath.replace(/[\\/]$/, '');
  return file.scheme === 'file' && (file.fsPath === folder || file.fsPath.startsWith(`${folder}${sep}`));
}
