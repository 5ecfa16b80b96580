/** The language server: connects the protocol to the language service, and nothing else. */
import {
  type CodeAction,
  CodeActionKind,
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  type DocumentSymbol,
  type InitializeParams,
  type InitializeResult,
  SymbolKind,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { DEFAULT_FORMAT } from '../core/language/format.ts';
import type { Diagnostic as Found } from '../core/language/ranges.ts';
import type { DocumentSymbol as Outline } from '../core/language/symbols.ts';
import type { Severity } from '../core/records/recordModel.ts';
import { findConfig } from './files.ts';
import { OpenDocument } from './openDocument.ts';
import {
  AcceptDraftRequest,
  DecideRequest,
  DraftContextRequest,
  PhraseAtRequest,
  PreviewRequest,
  RangeOfPhraseRequest,
} from './protocol.ts';
import { readSettings } from './settings.ts';

/** Pixels are checked when nothing was typed for so long. */
const IDLE_MS = 250;
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.uscdf`;

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
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

export class Server {
  private readonly documents = new Map<string, OpenDocument>();
  private readonly idle = new Map<string, NodeJS.Timeout>();
  private pulls = true;
  private canRefresh = false;
  private refreshes = { inlayHints: false, codeLenses: false };
  private canConfigure = false;

  constructor(private readonly connection: Connection) {
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.configure());
    this.followDocuments();
    this.answerFeatures();
    this.answerOwnRequests();
  }

  private initialize({ capabilities }: InitializeParams): InitializeResult {
    this.pulls = capabilities.textDocument?.diagnostic !== undefined;
    this.canRefresh = capabilities.workspace?.diagnostics?.refreshSupport === true;
    this.canConfigure = capabilities.workspace?.configuration === true;
    this.refreshes = {
      inlayHints: capabilities.workspace?.inlayHint?.refreshSupport === true,
      codeLenses: capabilities.workspace?.codeLens?.refreshSupport === true,
    };
    return {
      serverInfo: { name: 'uscdf' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: { identifier: 'uscdf', interFileDependencies: false, workspaceDiagnostics: false },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
        documentFormattingProvider: true,
        documentRangeFormattingProvider: true,
        hoverProvider: true,
        documentSymbolProvider: true,
        inlayHintProvider: true,
        codeLensProvider: {},
      },
    };
  }

  private followDocuments(): void {
    this.connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      const open = new OpenDocument(uri, languageId, version, text);
      this.documents.set(uri, open);
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
    });
    this.connection.onDidChangeConfiguration(() => this.configure());
    this.connection.onDidChangeWatchedFiles(() => {
      for (const open of this.documents.values()) open.resources.clear();
      void this.configure();
    });
  }

  private answerFeatures(): void {
    const { connection } = this;
    connection.languages.diagnostics.on(({ textDocument: { uri } }) => {
      const items = this.diagnosticsOf(uri);
      return { kind: DocumentDiagnosticReportKind.Full, items };
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
      if (!wants(CodeActionKind.QuickFix)) return actions;
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
        else actions.push({ ...common, diagnostics, edit: { changes: { [uri]: [...action.edits] } } });
      }
      return actions;
    });
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
      const found = await open.service.hover(open.document, position, open.resources, (path) => open.readImage(path));
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
      ({ uri, position }: DraftContextRequest.Params): DraftContextRequest.Answer => {
        const open = this.documents.get(uri);
        return open === undefined ? null : open.service.draftContext(open.document, position);
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
    const news = await open.checkPixels(() => this.documents.get(uri) !== open || open.version !== version);
    if (news) this.refresh(uri);
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

  private async configure(): Promise<void> {
    await Promise.all([...this.documents.values()].map((open) => this.configureOne(open)));
  }

  /** The config file nearest to the document beats the editor's settings for it, which beat the defaults. */
  private async configureOne(open: OpenDocument): Promise<void> {
    const editor = this.canConfigure
      ? await this.connection.workspace.getConfiguration({ scopeUri: open.uri, section: 'uscdf' })
      : undefined;
    const file = open.folder === undefined ? undefined : await findConfig(open.folder);
    if (file !== undefined && !file.config.ok) this.connection.console.error(file.config.message);
    const settings = readSettings(editor, file?.config.ok ? file.config.value : undefined);
    open.service.configure({ severities: settings.severities, format: { ...DEFAULT_FORMAT, ...settings.format } });
    this.changed(open.uri);
    if (this.pulls && this.canRefresh) void this.connection.languages.diagnostics.refresh();
  }
}

function toDiagnostic(found: Found, uri: string): Diagnostic {
  return {
    range: found.range,
    severity: SEVERITY[found.severity],
    code: found.code,
    codeDescription: { href: found.page },
    source: 'uscdf',
    message: found.message,
    ...(found.related.length > 0 && {
      relatedInformation: found.related.map(({ range, message }) => ({ location: { uri, range }, message })),
    }),
  };
}

function toSymbol(symbol: Outline): DocumentSymbol {
  const { name, detail, range, selectionRange } = symbol;
  return { name, detail, kind: SYMBOL[symbol.kind], range, selectionRange, children: symbol.children.map(toSymbol) };
}
