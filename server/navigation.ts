/** Wires what follows a name through its record and its file: colours, rename, definitions, references, highlights. */
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type Connection,
  DocumentHighlightKind,
  type DocumentLink,
  type Location,
  type LocationLink,
  LSPErrorCodes,
  type Range,
  ResponseError,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { type DefinitionTarget, listItemRange } from '../core/language/definition.ts';
import type { Highlight } from '../core/language/highlights.ts';
import { type SemanticToken, TOKEN_MODIFIERS, TOKEN_TYPES } from '../core/language/semanticTokens.ts';
import { isRemote } from '../core/records/recordModel.ts';
import type { Result } from '../core/result.ts';
import { DiskFiles } from './files.ts';
import type { OpenDocument } from './openDocument.ts';
import { encodeTokens, TokenResults } from './tokenResults.ts';

/** In a larger sidecar a definition is its beginning: the editor would hardly show the rest. */
const MAX_SIDECAR_BYTES = 50e6;
const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

const HIGHLIGHT: Readonly<Record<Highlight['kind'], DocumentHighlightKind>> = {
  text: DocumentHighlightKind.Text,
  read: DocumentHighlightKind.Read,
  write: DocumentHighlightKind.Write,
};

/** Answers the requests of these features from now on; returns what the server can do by them. */
export function answerNavigation(
  connection: Connection,
  documents: ReadonlyMap<string, OpenDocument>,
  client: ClientCapabilities,
): ServerCapabilities {
  answerNames(connection, documents);
  answerPlaces(connection, documents, client.textDocument?.definition?.linkSupport === true);
  answerColours(connection, documents);
  answerTokens(connection, documents);
  return {
    linkedEditingRangeProvider: true,
    renameProvider: { prepareProvider: true },
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    documentLinkProvider: {},
    colorProvider: true,
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
      range: true,
      full: { delta: true },
    },
  };
}

function answerNames(connection: Connection, documents: ReadonlyMap<string, OpenDocument>): void {
  connection.languages.onLinkedEditingRange(({ textDocument: { uri }, position }) => {
    const open = documents.get(uri);
    const linked = open?.service.linkedEditing(open.document, position);
    return linked === undefined ? null : { ranges: [...linked.ranges], wordPattern: linked.wordPattern };
  });
  connection.onPrepareRename(({ textDocument: { uri }, position }) => {
    const open = documents.get(uri);
    return open === undefined ? null : valueOrRefusal(open.service.prepareRename(open.document, position));
  });
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => {
    const open = documents.get(uri);
    if (open === undefined) return null;
    return { changes: { [uri]: [...valueOrRefusal(open.service.rename(open.document, position, newName))] } };
  });
  connection.onReferences(({ textDocument: { uri }, position, context }) => {
    const open = documents.get(uri);
    const found = open?.service.references(open.document, position, { declaration: context.includeDeclaration });
    return (found ?? []).map((range) => ({ uri, range }));
  });
  connection.onDocumentHighlight(({ textDocument: { uri }, position }) => {
    const open = documents.get(uri);
    const found = open?.service.highlights(open.document, position);
    return (found ?? []).map(({ range, kind }) => ({ range, kind: HIGHLIGHT[kind] }));
  });
}

/** The editor shows why, where it shows the refusal. */
function valueOrRefusal<T>(result: Result<T>): T {
  if (!result.ok) throw new ResponseError(LSPErrorCodes.RequestFailed, result.message);
  return result.value;
}

function answerPlaces(connection: Connection, documents: ReadonlyMap<string, OpenDocument>, links: boolean): void {
  connection.onDefinition(async ({ textDocument: { uri }, position }) => {
    const open = documents.get(uri);
    const found = open?.service.definition(open.document, position);
    if (open === undefined || found === undefined) return null;
    const targets = await Promise.all(found.targets.map((target) => linkTo(target, open, found.origin)));
    const known = targets.filter((target) => target !== undefined);
    return links ? known : known.map(toLocation);
  });
  connection.onDocumentLinks(({ textDocument: { uri } }): DocumentLink[] => {
    const open = documents.get(uri);
    if (open === undefined) return [];
    return open.service.documentLinks(open.document).flatMap(({ range, path }) => {
      const target = uriOf(path, open);
      return target === undefined ? [] : [{ range, target }];
    });
  });
}

/** `undefined` where a file is not there: the editor would open an error instead. */
async function linkTo(target: DefinitionTarget, open: OpenDocument, origin: Range): Promise<LocationLink | undefined> {
  const common = { originSelectionRange: origin };
  if (target.kind === 'here') {
    return { ...common, targetUri: open.uri, targetRange: target.range, targetSelectionRange: target.selection };
  }
  const { path, item } = target;
  if (open.folder === undefined || isRemote(path)) return undefined;
  const files = new DiskFiles(open.folder);
  const found = await stat(files.resolve(path)).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const range = item === undefined ? START : await itemRange(files, path, item);
  const targetUri = pathToFileURL(files.resolve(path)).href;
  return { ...common, targetUri, targetRange: range, targetSelectionRange: range };
}

async function itemRange(files: DiskFiles, path: string, item: number): Promise<Range> {
  const bytes = await files.read(path, MAX_SIDECAR_BYTES);
  return bytes.ok ? listItemRange(new TextDecoder().decode(bytes.value), item) : START;
}

function toLocation({ targetUri, targetSelectionRange }: LocationLink): Location {
  return { uri: targetUri, range: targetSelectionRange };
}

/** Where a path leads: only to files, and to pages of the web. */
function uriOf(path: string, open: OpenDocument): string | undefined {
  if (isRemote(path)) return /^https?:/i.test(path) && URL.canParse(path) ? path : undefined;
  return open.folder === undefined ? undefined : pathToFileURL(new DiskFiles(open.folder).resolve(path)).href;
}

function answerColours(connection: Connection, documents: ReadonlyMap<string, OpenDocument>): void {
  connection.onDocumentColor(({ textDocument: { uri } }) => {
    const open = documents.get(uri);
    const colours = open?.service.documentColours(open.document) ?? [];
    return colours.map(({ range, rgb: [red, green, blue] }) => ({ range, color: { red, green, blue, alpha: 1 } }));
  });
  // A mask's colour comes from its number: whatever is picked, what is written stays.
  connection.onColorPresentation(({ textDocument: { uri }, range }) => {
    const written = documents.get(uri)?.document.text(range);
    return written === undefined ? [] : [{ label: written }];
  });
}

function answerTokens(connection: Connection, documents: ReadonlyMap<string, OpenDocument>): void {
  const sent = new WeakMap<OpenDocument, TokenResults>();
  const answer = <T>(uri: string, give: (results: TokenResults, tokens: readonly SemanticToken[]) => T): T | null => {
    const open = documents.get(uri);
    const tokens = open?.service.semanticTokens(open.document);
    if (open === undefined || tokens === undefined) return null;
    const results = sent.get(open) ?? new TokenResults();
    sent.set(open, results);
    return give(results, tokens);
  };
  connection.onRequest(SemanticTokensRequest.type, ({ textDocument: { uri } }) =>
    answer(uri, (results, tokens) => results.full(tokens)),
  );
  connection.onRequest(SemanticTokensDeltaRequest.type, ({ textDocument: { uri }, previousResultId }) =>
    answer(uri, (results, tokens) => results.delta(previousResultId, tokens)),
  );
  connection.onRequest(SemanticTokensRangeRequest.type, ({ textDocument: { uri }, range }) => {
    const open = documents.get(uri);
    return open === undefined ? null : { data: encodeTokens(open.service.semanticTokensIn(open.document, range)) };
  });
}
