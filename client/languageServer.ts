import * as vscode from 'vscode';
import {
  ErrorAction,
  type ErrorHandler,
  InlayHintRequest,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';

export const LANGUAGES = ['uscdf', 'uscdf-json', 'uscdf-jsonl'] as const;

export function isUscdf(document: vscode.TextDocument): boolean {
  return LANGUAGES.some((language) => language === document.languageId);
}

type Notes = readonly vscode.InlayHint[];
type ChangeNotes = (document: vscode.TextDocument, notes: Notes) => vscode.InlayHint[];

/** The language server's process, as the extension sees it. */
export class LanguageServer implements vscode.Disposable {
  private readonly client: LanguageClient;
  private noteChange: ChangeNotes | undefined;

  constructor(context: vscode.ExtensionContext) {
    const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
    const server: ServerOptions = {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6011'] } },
    };
    // The server says itself what is to be watched.
    const options: LanguageClientOptions = {
      documentSelector: LANGUAGES.map((language) => ({ language })),
      synchronize: { configurationSection: 'uscdf' },
      outputChannelName: 'USCDF Language Server',
      errorHandler: this.errorHandler(),
      middleware: {
        provideInlayHints: async (document, range, token, next) => {
          const notes = await next(document, range, token);
          return notes && this.noteChange !== undefined ? this.noteChange(document, notes) : notes;
        },
      },
    };
    this.client = new LanguageClient('uscdf', 'USCDF Language Server', server, options);
  }

  start(): Promise<void> {
    return this.client.start();
  }

  async restart(): Promise<void> {
    await this.client.restart();
  }

  /** Sends one of the requests of `server/protocol.ts`. */
  ask<Answer>(method: string, params: unknown): Promise<Answer> {
    return this.client.sendRequest<Answer>(method, params);
  }

  /** What is done to the notes behind `[SEG]` before they are shown. */
  changeNotes(change: ChangeNotes): void {
    this.noteChange = change;
    this.refreshNotes();
  }

  /** Has the editor ask for its notes once more. */
  refreshNotes(): void {
    const feature = this.client.getFeature(InlayHintRequest.method);
    for (const document of vscode.workspace.textDocuments)
      if (isUscdf(document)) feature?.getProvider(document)?.onDidChangeInlayHints.fire();
  }

  /** A document's address as the server knows it. */
  uriOf(document: vscode.TextDocument): string {
    return this.client.code2ProtocolConverter.asUri(document.uri);
  }

  dispose(): void {
    void this.client.dispose();
  }

  /**
   * A server that died is started again, as long as it does not die all the time. What the editor still wrote to the dead one
   * fails, once for each request: by itself the client would give the server up for that before it hears of its end.
   */
  private errorHandler(): ErrorHandler {
    let usual: ErrorHandler | undefined;
    return {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        usual ??= this.client.createDefaultErrorHandler();
        return usual.closed();
      },
    };
  }
}
