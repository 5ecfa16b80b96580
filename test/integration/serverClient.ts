/** An editor without a window: starts the built server over stdio and speaks the language server protocol with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  type ClientCapabilities,
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { DIST } from './builtBundles.ts';

/** What VS Code says about itself, as far as the server asks. */
export const VS_CODE: ClientCapabilities = {
  textDocument: {
    diagnostic: { dynamicRegistration: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
  },
  workspace: {
    configuration: true,
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
  },
};

/** An editor that is told its diagnostics: it cannot ask for them, nor for its settings. */
export const PUSH_ONLY: ClientCapabilities = { textDocument: { publishDiagnostics: {} } };

export interface StartOptions {
  readonly capabilities?: ClientCapabilities;
  /** The editor's `uscdf` section. */
  readonly settings?: unknown;
  /** The address of the workspace's folder. */
  readonly workspace?: string;
}

export class ServerClient {
  readonly connection: ProtocolConnection;
  /** How often the server asked for each kind of refresh. */
  readonly refreshes = new Map<string, number>();
  /** The codes of the diagnostics that the server pushed, by document; the same ones twice in a row count once. */
  readonly pushed = new Map<string, string[]>();
  /** What it wrote to the editor's log. */
  readonly log: string[] = [];
  settings: unknown;
  private stderr = '';
  private readonly exited: Promise<number | null>;

  private constructor(process: ChildProcess, settings: unknown) {
    this.settings = settings;
    this.exited = new Promise((resolve) => process.once('exit', resolve));
    process.stderr!.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(process.stdout!),
      new StreamMessageWriter(process.stdin!),
    );
    this.answerTheServer();
    this.connection.listen();
  }

  /** Starts a server and shakes hands with it. */
  static async start({
    capabilities = VS_CODE,
    settings = {},
    workspace,
  }: StartOptions = {}): Promise<readonly [ServerClient, InitializeResult]> {
    const child = spawn(process.execPath, [join(DIST, 'server.cjs'), '--stdio'], { stdio: 'pipe' });
    const client = new ServerClient(child, settings);
    const result = await client.ask<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: workspace ?? null,
      workspaceFolders: workspace === undefined ? null : [{ uri: workspace, name: 'workspace' }],
      capabilities,
    });
    client.tell('initialized', {});
    return [client, result];
  }

  ask<Answer>(method: string, params: unknown): Promise<Answer> {
    return this.connection.sendRequest<Answer>(method, params);
  }

  tell(method: string, params: unknown): void {
    void this.connection.sendNotification(method, params);
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.ask<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument: { uri } });
    if (report.kind !== 'full') throw new Error(`A report of kind ${report.kind} where a full one is expected.`);
    return report.items;
  }

  async codeActions(
    uri: string,
    range: Range,
    context: { readonly diagnostics?: readonly Diagnostic[]; readonly only?: readonly string[] } = {},
  ): Promise<readonly CodeAction[]> {
    const params = { textDocument: { uri }, range, context: { diagnostics: [], ...context } };
    return (await this.ask<CodeAction[] | null>('textDocument/codeAction', params)) ?? [];
  }

  at<Answer>(method: string, uri: string, position: Position, more: object = {}): Promise<Answer> {
    return this.ask<Answer>(method, { textDocument: { uri }, position, ...more });
  }

  /** Resolves when the server has asked for this refresh more often than `before` times. */
  async refreshed(kind: string, before = 0): Promise<void> {
    const deadline = Date.now() + 20_000;
    while ((this.refreshes.get(kind) ?? 0) <= before) {
      if (Date.now() > deadline) throw new Error(`No ${kind} came.${this.stderr}`);
      await new Promise((resume) => setTimeout(resume, 10));
    }
  }

  /** Ends the server as an editor does; fails where it died before, or wrote to its error stream. */
  async stop(): Promise<void> {
    await this.ask('shutdown', undefined);
    this.tell('exit', undefined);
    const code = await this.exited;
    this.connection.dispose();
    if (code !== 0 || this.stderr !== '') throw new Error(`The server ended with ${code}. ${this.stderr}`);
  }

  private answerTheServer(): void {
    for (const kind of ['workspace/diagnostic/refresh', 'workspace/inlayHint/refresh', 'workspace/codeLens/refresh']) {
      this.connection.onRequest(kind, () => {
        this.refreshes.set(kind, (this.refreshes.get(kind) ?? 0) + 1);
        return null;
      });
    }
    this.connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
      items.map(({ section }) => (section === 'uscdf' ? this.settings : null)),
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: readonly Diagnostic[] }) => {
        const states = this.pushed.get(uri) ?? [];
        const state = diagnostics.map(({ code }) => code).join(', ');
        this.pushed.set(uri, states.at(-1) === state ? states : [...states, state]);
      },
    );
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.log.push(message);
    });
  }
}
