import * as vscode from 'vscode';
import type { FileEdits, Shaped } from '../../core/language/shaping/shapeEdit.ts';
import type { TextEdit } from '../../core/records/position.ts';
import { imageUri } from '../imagePaths.ts';

const REFUSED =
  'The editor refused the change, so that nothing was saved. The file may be read-only: make it writable, and save again.';

/** Writes shapes into a document, and into the files of masks beside it. */
export class ShapeWriter implements vscode.Disposable {
  /** Addresses of the files of masks that were changed. */
  private readonly sidecars = new Set<string>();
  private readonly changes: vscode.Disposable;

  constructor() {
    // Nobody sees a file of masks, so that nobody would save it after an undo.
    this.changes = vscode.workspace.onDidChangeTextDocument(({ document, reason }) => {
      if (reason !== undefined && this.sidecars.has(document.uri.toString())) void document.save();
    });
  }

  /** Makes the edits as one change. Resolves with why it could not be made. */
  async write(document: vscode.TextDocument, { edits, files = [] }: Shaped): Promise<string | undefined> {
    const edit = new vscode.WorkspaceEdit();
    add(edit, document.uri, edits);
    const sidecars: vscode.TextDocument[] = [];
    for (const file of files) {
      const sidecar = await openSidecar(document.uri, file);
      if (typeof sidecar === 'string') return sidecar;
      add(edit, sidecar.uri, file.edits);
      sidecars.push(sidecar);
    }
    if (!(await vscode.workspace.applyEdit(edit))) return REFUSED;
    for (const sidecar of sidecars) this.sidecars.add(sidecar.uri.toString());
    await Promise.all(sidecars.map((sidecar) => sidecar.save()));
    return undefined;
  }

  dispose(): void {
    this.changes.dispose();
  }
}

/** A file of masks as a document, or the reason why it cannot be changed. Its edits are for the text that is on disk. */
async function openSidecar(document: vscode.Uri, { path }: FileEdits): Promise<vscode.TextDocument | string> {
  const uri = imageUri(document, path);
  if (uri === undefined)
    return `The masks lie on the network, in ${path}, so that they cannot be changed: download the file, and name it in "masks".`;
  try {
    const sidecar = await vscode.workspace.openTextDocument(uri);
    return sidecar.isDirty
      ? `The masks lie in ${path}, which is open with changes that are not saved: save that file, then save the mask again.`
      : sidecar;
  } catch {
    return `The masks lie in ${path}, which cannot be opened as text, so that nothing was saved: see whether it is there, and whether it has less than 50 MB.`;
  }
}

function add(edit: vscode.WorkspaceEdit, uri: vscode.Uri, edits: readonly TextEdit[]): void {
  for (const { range, newText } of edits) {
    const { start, end } = range;
    edit.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  }
}
