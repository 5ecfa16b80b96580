/** Workspace edits that write new files before they change the document. */
import { CreateFile, TextDocumentEdit, TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import type { TextEdit as Edit } from '../core/records/position.ts';
import type { NewFile } from '../core/rules/rule.ts';

interface VersionedDocument {
  readonly uri: string;
  readonly version: number;
}

/** One edit that is made and undone as a whole; it fails, and changes nothing, where one of the files is there already. */
export function editWithFiles(
  { uri, version }: VersionedDocument,
  files: readonly NewFile[],
  edits: readonly Edit[],
): WorkspaceEdit {
  const start = { line: 0, character: 0 };
  const created = files.flatMap(({ path, text }) => {
    const file = new URL(path.split('/').map(encodeURIComponent).join('/'), uri).href;
    return [
      CreateFile.create(file, { overwrite: false, ignoreIfExists: false }),
      TextDocumentEdit.create({ uri: file, version: null }, [TextEdit.insert(start, text)]),
    ];
  });
  return { documentChanges: [...created, TextDocumentEdit.create({ uri, version }, [...edits])] };
}
