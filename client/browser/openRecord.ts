/** Opens a record of the dataset browser: its text at its line, and its picture beside it. */
import * as vscode from 'vscode';
import type { FoundRecord } from '../../server/browsing/messages.ts';
import type { Previews } from '../preview/previews.ts';

/** Files above this many bytes are not handed to extensions by the editor. */
const MAX_SHARED_BYTES = 50e6;
/** Files above this many bytes are too large for any text editor; their records are shown as pictures alone. */
const MAX_TEXT_BYTES = 500e6;
/** How long the status bar names a line, in milliseconds. */
const SAID_MS = 15_000;

export async function openRecord(
  { file, line, size, preview }: FoundRecord,
  previews: Previews,
  column: vscode.ViewColumn,
): Promise<void> {
  const uri = vscode.Uri.file(file);
  const position = { line, character: 0 };
  if (size <= MAX_SHARED_BYTES) {
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(uri, { selection, viewColumn: column });
    await previews.open(uri.toString(), position);
    return;
  }
  if (size <= MAX_TEXT_BYTES) {
    // Unlike `showTextDocument`, this opens files too that are too large for extensions.
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.commands.executeCommand('vscode.open', uri, { selection, viewColumn: column });
    // The editor may ask first whether so large a file is to be opened, and then begins at its first line.
    vscode.window.setStatusBarMessage(`This record is line ${line + 1} of ${file}.`, SAID_MS);
  } else
    vscode.window.setStatusBarMessage(
      `${file} is too large for a text editor: this record is its line ${line + 1}.`,
      SAID_MS,
    );
  if (preview !== undefined) await previews.compare({ uri, position, reference: preview });
}
