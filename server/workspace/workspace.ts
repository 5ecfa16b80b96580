/** Wires what concerns the workspace's folders: findings and names of closed files, config files, what is watched. */
import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  DidChangeWatchedFilesNotification,
  type FileEvent,
  type InitializeParams,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { CONFIG_NAME } from '../../core/config.ts';
import { fileKind } from '../../core/records/document.ts';
import { ConfigProblems } from '../configProblems.ts';
import type { OpenDocument } from '../openDocument.ts';
import { pathOf } from '../paths.ts';
import type { Folder } from './messages.ts';
import { SymbolIndex } from './symbolIndex.ts';
import { WorkspaceDiagnostics } from './workspaceDiagnostics.ts';

export const CHECK_COMMAND = 'uscdf.checkWorkspace';

/** What the server is told about when it changes: the files themselves, their settings, and what they refer to. */
const WATCHED = [
  '**/*.{uscdf,uscdf.json,uscdf.jsonl}',
  `**/${CONFIG_NAME}`,
  '**/*.{jpg,jpeg,png,webp}',
  '**/*.masks.json',
];

export class Workspace {
  readonly configs: ConfigProblems;
  private readonly diagnostics: WorkspaceDiagnostics;
  private readonly symbols: SymbolIndex;
  /** By address, in the order in which they were named. */
  private readonly folders = new Set<string>();
  private can = { pull: false, configure: false, watch: false, changeFolders: false };

  constructor(
    private readonly connection: Connection,
    documents: ReadonlyMap<string, OpenDocument>,
  ) {
    this.configs = new ConfigProblems(connection);
    this.symbols = new SymbolIndex(documents);
    this.diagnostics = new WorkspaceDiagnostics(connection, {
      folders: () => this.readFolders(),
      open: () => documents.keys(),
      wrongConfig: (path) => void this.configs.look(path),
    });
    connection.languages.diagnostics.onWorkspace(({ previousResultIds }, token, _, partial) =>
      this.diagnostics.pull(previousResultIds, token, partial),
    );
    connection.onWorkspaceSymbol(({ query }, token) => this.findSymbols(query, token));
    connection.onExecuteCommand(({ command }) => {
      if (command === CHECK_COMMAND) this.diagnostics.checkAnew();
      return null;
    });
  }

  initialize({ capabilities, workspaceFolders, rootUri }: InitializeParams): ServerCapabilities {
    this.can = {
      pull: capabilities.textDocument?.diagnostic !== undefined,
      configure: capabilities.workspace?.configuration === true,
      watch: capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      changeFolders: capabilities.workspace?.workspaceFolders === true,
    };
    for (const uri of workspaceFolders?.map((folder) => folder.uri) ?? [rootUri]) if (uri) this.folders.add(uri);
    return {
      diagnosticProvider: { identifier: 'uscdf', interFileDependencies: false, workspaceDiagnostics: true },
      workspaceSymbolProvider: true,
      executeCommandProvider: { commands: [CHECK_COMMAND] },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    };
  }

  /** Begins to watch, and to push findings to a client that cannot pull them. */
  start(): void {
    const { connection } = this;
    if (this.can.watch) {
      const watchers = WATCHED.map((globPattern) => ({ globPattern }));
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (this.can.changeFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) this.folders.delete(uri);
        for (const { uri } of added) this.folders.add(uri);
        this.symbols.foldersChanged();
        this.diagnostics.settingsChanged();
      });
    }
    if (!this.can.pull) this.diagnostics.push();
  }

  /** The findings of a file that is not open; none where it does not belong to the workspace. */
  closedDiagnostics(uri: string): Promise<readonly Diagnostic[]> {
    return this.diagnostics.single(uri);
  }

  opened(uri: string): void {
    this.diagnostics.opened(uri);
  }

  closed(uri: string): void {
    this.diagnostics.closed(uri);
    this.symbols.filesChanged([uri]);
  }

  settingsChanged(): void {
    this.diagnostics.settingsChanged();
  }

  /** Returns whether anything but USCDF files has changed, which the open documents then have to look at. */
  filesChanged(changes: readonly FileEvent[]): boolean {
    const uris = changes.map(({ uri }) => uri);
    const records = uris.filter((uri) => fileKind(uri) !== undefined);
    const configs = uris.filter((uri) => uri.endsWith(`/${CONFIG_NAME}`));
    this.diagnostics.filesChanged(records);
    this.symbols.filesChanged(records);
    for (const path of configs.map(pathOf)) if (path !== undefined) void this.configs.look(path);
    if (configs.length > 0) this.diagnostics.settingsChanged();
    if (uris.length > records.length + configs.length) this.diagnostics.resourcesChanged();
    return uris.length > records.length;
  }

  private async findSymbols(query: string, token: CancellationToken) {
    return this.symbols.search(query, await this.readFolders(), token);
  }

  private async readFolders(): Promise<readonly Folder[]> {
    const folders: Folder[] = [];
    for (const uri of this.folders) {
      const path = pathOf(uri);
      if (path === undefined) continue;
      const editor: unknown = this.can.configure
        ? await this.connection.workspace.getConfiguration({ scopeUri: uri, section: 'uscdf' })
        : undefined;
      folders.push({ path, editor });
    }
    return folders;
  }
}
