/** The language server: connects the protocol to the language service, and nothing else. */
import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  type Diagnostic,
  DocumentDiagnosticReportKind,
  type DocumentSymbol,
  type InitializeParams,
  type InitializeResult,
  SymbolKind,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { LastDecoded } from '../core/images/lastDecoded.ts';
import { DEFAULT_FORMAT } from '../core/language/format.ts';
import type { DocumentSymbol as Outline } from '../core/language/symbols.ts';
import { editWithFiles } from './fileEdits.ts';
import { findConfig } from './files.ts';
import { answerInText } from './inText.ts';
import { toDiagnostic } from './lspDiagnostic.ts';
import { answerNavigation } from './navigation.ts';
import { OpenDocument } from './openDocument.ts';
import {
  AcceptDraftRequest,
  DecideRequest,
  DraftContextRequest,
  FindRecordRequest,
  PhraseAtRequest,
  PreviewRequest,
  RangeOfPhraseRequest,
  RecordPlaceRequest,
  ShapeRequest,
  UndecidedRequest,
  WordsAtRequest,
} from './protocol.ts';
import { readSettings } from './settings.ts';
import { answerTyping } from './typing.ts';
import { Workspace } from './workspace/workspace.ts';

/** Pixels are checked when nothing was typed for so long. */
const IDLE_MS = 250;
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.uscdf`;

const SYMBOL: Readonly<Record<Outline['kind'], SymbolKind>> = {
  record: SymbolKind.Object,
  turn: SymbolKind.Namespace,
  phrase: SymbolKind.String,
};
const LENS_COMMAND = {
  preview: 'uscdf.showPreview',
  draft: 'uscdf.draft',
  accept: 'uscdf.acceptDraft',
  reject: 'uscdf.rejectDraft',
  next: 'editor.action.marker.next',
} as const;

const CLOSED = 'The document of this picture is closed: open it again, then draw.';

export class Server {
  /** Hovers follow each other on one photograph. */
  private readonly hovered = new LastDecoded();
  private readonly documents = new Map<string, OpenDocument>();
  private readonly idle = new Map<string, NodeJS.Timeout>();
  private pulls = true;
  private canRefresh = false;
  private refreshes = { inlayHints: false, codeLenses: false };
  private canConfigure = false;
  private createsFiles = false;
  private resolvesEdits = false;
  private readonly workspace: Workspace;

  constructor(private readonly connection: Connection) {
    this.workspace = new Workspace(connection, this.documents);
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => {
      this.workspace.start();
      return this.configure();
    });
    this.followDocuments();
    this.answerFeatures();
    this.answerOwnRequests();
    this.answerShaping();
    answerInText(connection, this.documents);
  }

  private initialize(params: InitializeParams): InitializeResult {
    const { capabilities } = params;
    this.pulls = capabilities.textDocument?.diagnostic !== undefined;
    this.canRefresh = capabilities.workspace?.diagnostics?.refreshSupport === true;
    this.canConfigure = capabilities.workspace?.configuration === true;
    const { documentChanges, resourceOperations } = capabilities.workspace?.workspaceEdit ?? {};
    this.createsFiles = documentChanges === true && resourceOperations?.includes('create') === true;
    this.resolvesEdits =
      capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true &&
      capabilities.textDocument.codeAction.dataSupport === true;
    this.refreshes = {
      inlayHints: capabilities.workspace?.inlayHint?.refreshSupport === true,
      codeLenses: capabilities.workspace?.codeLens?.refreshSupport === true,
    };
    return {
      serverInfo: { name: 'uscdf' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL],
          resolveProvider: true,
        },
        documentFormattingProvider: true,
        documentRangeFormattingProvider: true,
        hoverProvider: true,
        documentSymbolProvider: true,
        inlayHintProvider: true,
        codeLensProvider: {},
        ...this.workspace.initialize(params),
        ...answerNavigation(this.connection, this.documents, capabilities),
        ...answerTyping(this.connection, this.documents, capabilities),
      },
    };
  }

  private followDocuments(): void {
    this.connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      const open = new OpenDocument(uri, languageId, version, text);
      this.documents.set(uri, open);
      this.workspace.opened(uri);
      this.changed(uri);
      void this.configureOne(open);
    });
    this.connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const open = this.documents.get(uri);
      if (open === undefined) return;
      for (const change of contentChanges) {
        const range = 'range' in change ? change.range : open.document.wholeRange;
        open.document.update({ range, newText: change.text });
      }
      open.version = version;
      this.changed(uri);
    });
    this.connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      clearTimeout(this.idle.get(uri));
      this.idle.delete(uri);
      this.documents.delete(uri);
      if (!this.pulls) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
      this.workspace.closed(uri);
    });
    this.connection.onDidChangeConfiguration(() => {
      this.workspace.settingsChanged();
      return this.configure();
    });
    this.connection.onDidChangeWatchedFiles(({ changes }) => {
      if (!this.workspace.filesChanged(changes)) return;
      for (const open of this.documents.values()) open.resources.clear();
      void this.configure({ anew: true });
    });
  }

  private answerFeatures(): void {
    const { connection } = this;
    connection.languages.diagnostics.on(async ({ textDocument: { uri } }) => {
      const items = this.documents.has(uri) ? this.diagnosticsOf(uri) : await this.workspace.closedDiagnostics(uri);
      return { kind: DocumentDiagnosticReportKind.Full, items: [...items] };
    });
    connection.onCodeAction(({ textDocument: { uri }, range, context }) => {
      const open = this.documents.get(uri);
      if (open === undefined) return [];
      const wants = (kind: string) =>
        context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
      const actions: CodeAction[] = [];
      if (context.only !== undefined && wants(FIX_ALL)) {
        const edits = [...open.service.fixAll(open.document, open.resources)];
        if (edits.length > 0)
          actions.push({ title: 'Fix all safe USCDF findings', kind: FIX_ALL, edit: { changes: { [uri]: edits } } });
      }
      const refactorings = !wants(CodeActionKind.RefactorRewrite)
        ? []
        : open.service.refactorings(open.document, range, open.resources).map(
            ({ title, edits }): CodeAction => ({
              title,
              kind: CodeActionKind.RefactorRewrite,
              edit: { changes: { [uri]: [...edits] } },
            }),
          );
      if (!wants(CodeActionKind.QuickFix)) return [...actions, ...refactorings];
      for (const action of open.service.codeActions(open.document, range, open.resources)) {
        const diagnostics = context.diagnostics.filter((each) => each.code === action.code);
        const common = {
          title: action.title,
          kind: CodeActionKind.QuickFix,
          ...(action.isPreferred && { isPreferred: true }),
        };
        if (action.kind === 'open')
          actions.push({
            ...common,
            diagnostics,
            command: { title: action.title, command: 'uscdf.openRulePage', arguments: [action.code] },
          });
        else if (action.kind === 'fixAll') {
          const lazy: CodeAction = { ...common, diagnostics, data: { uri, code: action.code } };
          actions.push(this.resolvesEdits ? lazy : this.resolveFixAll(lazy));
        } else if (action.files === undefined)
          actions.push({ ...common, diagnostics, edit: { changes: { [uri]: [...action.edits] } } });
        else if (this.createsFiles && open.folder !== undefined)
          actions.push({ ...common, diagnostics, edit: editWithFiles(open, action.files, action.edits) });
      }
      return [...actions, ...refactorings];
    });
    connection.onCodeActionResolve((action) => this.resolveFixAll(action));
    connection.onDocumentFormatting(({ textDocument }) =>
      this.with(textDocument.uri, (open) => [...open.service.format(open.document)]),
    );
    connection.onDocumentRangeFormatting(({ textDocument, range }) =>
      this.with(textDocument.uri, (open) => [...open.service.format(open.document, range)]),
    );
    connection.onHover(async ({ textDocument, position }) => {
      const open = this.documents.get(textDocument.uri);
      const cell = open?.document.cellAt(position);
      if (open === undefined || cell === undefined) return null;
      await open.resources.load(cell.record, { images: true });
      const found = await open.service.hover(
        open.document,
        position,
        open.resources,
        (path) => open.readImage(path),
        this.hovered,
      );
      return found === undefined ? null : { range: found.range, contents: { kind: 'markdown', value: found.markdown } };
    });
    connection.onDocumentSymbol(({ textDocument }) =>
      this.with(textDocument.uri, (open) => open.service.symbols(open.document).map(toSymbol)),
    );
    connection.languages.inlayHint.on(({ textDocument, range }) =>
      this.with(textDocument.uri, (open) =>
        open.service
          .inlayHints(open.document, range, open.resources)
          .map(({ position, label, tooltip }) => ({ position, label, tooltip, paddingLeft: true })),
      ),
    );
    connection.onCodeLens(({ textDocument: { uri } }) =>
      this.with(uri, (open) =>
        open.service.codeLenses(open.document, open.resources).map(({ range, title, action }) => ({
          range,
          command: { title, command: LENS_COMMAND[action], arguments: action === 'next' ? [] : [uri, range.start] },
        })),
      ),
    );
  }

  private answerOwnRequests(): void {
    const { connection } = this;
    connection.onRequest(
      PreviewRequest.method,
      async ({ uri, position }: PreviewRequest.Params): Promise<PreviewRequest.Answer> => {
        const open = this.documents.get(uri);
        if (open === undefined) return null;
        const cell = open.document.cellAt(position);
        if (cell !== undefined) await open.resources.load(cell.record, { images: true });
        return open.service.preview(open.document, position, open.resources) ?? null;
      },
    );
    connection.onRequest(
      PhraseAtRequest.method,
      ({ uri, position }: PhraseAtRequest.Params): PhraseAtRequest.Answer => {
        const open = this.documents.get(uri);
        return open?.service.phraseAt(open.document, position) ?? null;
      },
    );
    connection.onRequest(
      RangeOfPhraseRequest.method,
      ({ uri, place }: RangeOfPhraseRequest.Params): RangeOfPhraseRequest.Answer => {
        const open = this.documents.get(uri);
        return open?.service.rangeOfPhrase(open.document, place) ?? null;
      },
    );
    connection.onRequest(
      DraftContextRequest.method,
      ({ uri, position, phrase }: DraftContextRequest.Params): DraftContextRequest.Answer => {
        const open = this.documents.get(uri);
        return open === undefined ? null : open.service.draftContext(open.document, position, phrase);
      },
    );
    connection.onRequest(UndecidedRequest.method, ({ uri }: UndecidedRequest.Params): UndecidedRequest.Answer => {
      const open = this.documents.get(uri);
      return open?.service.undecided(open.document) ?? null;
    });
    connection.onRequest(
      FindRecordRequest.method,
      ({ uri, name }: FindRecordRequest.Params): FindRecordRequest.Answer => {
        const open = this.documents.get(uri);
        return open?.service.findRecord(open.document, name) ?? null;
      },
    );
    connection.onRequest<AcceptDraftRequest.Answer, void>(
      AcceptDraftRequest.method,
      ({ uri, position, draft }: AcceptDraftRequest.Params): AcceptDraftRequest.Answer => {
        const open = this.documents.get(uri);
        if (open === undefined) return { message: 'The document of this draft is closed: open it again, then accept.' };
        const result = open.service.acceptDraft(open.document, position, draft);
        return result.ok ? { edits: result.value } : { message: result.message };
      },
    );
    connection.onRequest(
      DecideRequest.method,
      ({ uri, position, status }: DecideRequest.Params): DecideRequest.Answer => {
        const open = this.documents.get(uri);
        return open?.service.decide(open.document, position, status) ?? null;
      },
    );
  }

  private answerShaping(): void {
    const { connection } = this;
    connection.onRequest<ShapeRequest.Answer, void>(
      ShapeRequest.method,
      async ({ uri, record, edit }: ShapeRequest.Params): Promise<ShapeRequest.Answer> => {
        const open = this.documents.get(uri);
        if (open === undefined) return { message: CLOSED };
        const { version } = open;
        const sidecar = await open.loadForShaping(record);
        // The edits would be those of a text that is gone.
        if (open.version !== version)
          return { message: 'The text changed meanwhile, so the edit would miss its place: save it once more.' };
        const shaped = open.service.shape(open.document, record, edit, open.resources, sidecar);
        return shaped.ok ? shaped.value : { message: shaped.message };
      },
    );
    connection.onRequest<WordsAtRequest.Answer, void>(
      WordsAtRequest.method,
      ({ uri, range }: WordsAtRequest.Params): WordsAtRequest.Answer => {
        const open = this.documents.get(uri);
        if (open === undefined) return { message: CLOSED };
        const words = open.service.wordsAt(open.document, range);
        return words.ok ? words.value : { message: words.message };
      },
    );
    connection.onRequest(
      RecordPlaceRequest.method,
      ({ uri, record }: RecordPlaceRequest.Params): RecordPlaceRequest.Answer => {
        const open = this.documents.get(uri);
        return open?.service.recordPlace(open.document, record) ?? null;
      },
    );
  }

  /** The edits of a whole file are worked out when somebody wants them: an editor asks for actions at every move of its cursor. */
  private resolveFixAll(action: CodeAction): CodeAction {
    const { uri, code } = (action.data ?? {}) as { readonly uri?: unknown; readonly code?: unknown };
    if (typeof uri !== 'string' || typeof code !== 'string') return action;
    const edits = this.with(uri, (open) => [...open.service.fixAllOf(open.document, code, open.resources)]);
    return { ...action, edit: { changes: { [uri]: edits } } };
  }

  private with<T>(uri: string, answer: (open: OpenDocument) => T[]): T[] {
    const open = this.documents.get(uri);
    return open === undefined ? [] : answer(open);
  }

  private diagnosticsOf(uri: string): Diagnostic[] {
    return this.with(uri, (open) =>
      open.service.diagnostics(open.document, open.resources).map((found) => toDiagnostic(found, uri)),
    );
  }

  /** After a change the quick findings are asked for at once; the slow checks wait for an idle moment. */
  private changed(uri: string): void {
    clearTimeout(this.idle.get(uri));
    this.idle.set(
      uri,
      setTimeout(() => void this.checkWhenIdle(uri), IDLE_MS),
    );
    this.publish(uri);
  }

  private async checkWhenIdle(uri: string): Promise<void> {
    const open = this.documents.get(uri);
    if (open === undefined) return;
    const { version } = open;
    const cancelled = () => this.documents.get(uri) !== open || open.version !== version;
    const inPixels = await open.checkPixels(cancelled);
    const inFile = await open.checkFile(cancelled);
    if (inPixels || inFile) this.refresh(uri);
  }

  private refresh(uri: string): void {
    if (this.pulls && this.canRefresh) void this.connection.languages.diagnostics.refresh();
    if (this.refreshes.inlayHints) void this.connection.languages.inlayHint.refresh();
    if (this.refreshes.codeLenses) void this.connection.sendRequest('workspace/codeLens/refresh');
    this.publish(uri);
  }

  private publish(uri: string): void {
    if (!this.pulls) void this.connection.sendDiagnostics({ uri, diagnostics: this.diagnosticsOf(uri) });
  }

  private async configure(options?: { readonly anew: boolean }): Promise<void> {
    await Promise.all([...this.documents.values()].map((open) => this.configureOne(open, options)));
  }

  /**
   * The config file nearest to the document beats the editor's settings for it, which beat the defaults. What was found
   * stays where nothing has changed, unless the document is to be looked at `anew`.
   */
  private async configureOne(open: OpenDocument, { anew } = { anew: false }): Promise<void> {
    const editor = this.canConfigure
      ? await this.connection.workspace.getConfiguration({ scopeUri: open.uri, section: 'uscdf' })
      : undefined;
    const file = open.folder === undefined ? undefined : await findConfig(open.folder);
    if (file !== undefined) void this.workspace.configs.look(file.path);
    if (file !== undefined && !file.config.ok) this.connection.console.error(file.config.message);
    const { severities, format } = readSettings(editor, file?.config.ok ? file.config.value : undefined);
    const settings = { severities, format: { ...DEFAULT_FORMAT, ...format } };
    if (!anew && open.service.worksBy(settings)) return;
    open.service.configure(settings);
    this.changed(open.uri);
    if (this.pulls && this.canRefresh) void this.connection.languages.diagnostics.refresh();
  }
}

function toSymbol(symbol: Outline): DocumentSymbol {
  const { name, detail, range, selectionRange } = symbol;
  return { name, detail, kind: SYMBOL[symbol.kind], range, selectionRange, children: symbol.children.map(toSymbol) };
}
