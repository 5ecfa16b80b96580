/** Wires what helps while somebody types: completion, folding, growing selections. */
import { opendir, stat } from 'node:fs/promises';
import {
  type ClientCapabilities,
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  InsertTextFormat,
  InsertTextMode,
  type SelectionRange,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { FolderEntry, ListFolder } from '../core/language/completion/paths.ts';
import type { CompletionItem as Offered } from '../core/language/completion/proposal.ts';
import type { Position, Range } from '../core/records/position.ts';
import { DiskFiles } from './files.ts';
import type { OpenDocument } from './openDocument.ts';

/** Of a folder with more entries these are offered: a list of all of them would be slow to make and of no use. */
const MAX_ENTRIES = 2_000;

const KIND: Readonly<Record<Offered['kind'], CompletionItemKind>> = {
  template: CompletionItemKind.Snippet,
  phrase: CompletionItemKind.Text,
  className: CompletionItemKind.Class,
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  record: CompletionItemKind.Reference,
};
/** Every editor that knows this command is asked again; the others ignore what they do not know. */
const ASK_AGAIN = { title: 'Suggest', command: 'editor.action.triggerSuggest' };

/** Answers the requests of these features from now on; returns what the server can do by them. */
export function answerTyping(
  connection: Connection,
  documents: ReadonlyMap<string, OpenDocument>,
  client: ClientCapabilities,
): ServerCapabilities {
  const snippets = client.textDocument?.completion?.completionItem?.snippetSupport === true;
  const limit = client.textDocument?.foldingRange?.rangeLimit;
  connection.onCompletion(async ({ textDocument: { uri }, position, context }) => {
    const open = documents.get(uri);
    if (open === undefined) return null;
    const listFolder = open.folder === undefined ? undefined : folderLister(open.folder);
    const { resources } = open;
    const options = { snippets, resources, listFolder, trigger: context?.triggerCharacter };
    const found = await open.service.completion(open.document, position, options);
    return { isIncomplete: found.isIncomplete, items: found.items.map(toItem) };
  });
  connection.onFoldingRanges(({ textDocument: { uri } }) => {
    const open = documents.get(uri);
    return open === undefined ? [] : [...open.service.foldingRanges(open.document, limit)];
  });
  connection.onSelectionRanges(({ textDocument: { uri }, positions }) => {
    const open = documents.get(uri);
    if (open === undefined) return [];
    return open.service
      .selectionRanges(open.document, positions)
      .map((ranges, i) => chain(ranges, positions[i] ?? { line: 0, character: 0 }));
  });
  return {
    completionProvider: { triggerCharacters: ['<', '[', '/', '"', ' '] },
    foldingRangeProvider: true,
    selectionRangeProvider: true,
  };
}

/** Lists folders below a document's own; a folder that is not there, or may not be read, is empty. */
export function folderLister(folder: string): ListFolder {
  const files = new DiskFiles(folder);
  return async (path) => {
    const entries: FolderEntry[] = [];
    try {
      for await (const entry of await opendir(files.resolve(path))) {
        const isFolder = entry.isSymbolicLink() ? await leadsToFolder(files, path + entry.name) : entry.isDirectory();
        entries.push({ name: entry.name, isFolder });
        if (entries.length >= MAX_ENTRIES) break;
      }
    } catch {
      // What is typed so far names no folder: there is nothing to offer.
    }
    return entries;
  };
}

/** Datasets' images are often linked into place. */
async function leadsToFolder(files: DiskFiles, path: string): Promise<boolean> {
  try {
    return (await stat(files.resolve(path))).isDirectory();
  } catch {
    return false;
  }
}

function toItem(offered: Offered): CompletionItem {
  const { label, kind, detail, range, newText, isSnippet, filterText, sortText, again } = offered;
  return {
    label,
    kind: KIND[kind],
    ...(detail !== '' && { detail }),
    filterText,
    sortText,
    textEdit: { range, newText },
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.asIs,
    ...(again && { command: ASK_AGAIN }),
  };
}

/** Ranges from the inside out, each the parent of the one before it. */
function chain(ranges: readonly Range[], position: Position): SelectionRange {
  let outer: SelectionRange | undefined;
  for (const range of [...ranges].reverse()) outer = outer === undefined ? { range } : { range, parent: outer };
  return outer ?? { range: { start: position, end: position } };
}
