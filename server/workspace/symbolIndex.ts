/** Answers `workspace/symbol` over open documents and the workspace's files. */
import { type CancellationToken, type SymbolInformation, SymbolKind } from 'vscode-languageserver';
import { SymbolSearch, type WorkspaceSymbol } from '../../core/language/workspaceSymbols.ts';
import { fileKind } from '../../core/records/document.ts';
import type { OpenDocument } from '../openDocument.ts';
import { pathOf, uriOf } from '../paths.ts';
import type { Folder, IndexJob } from './messages.ts';
import { type RunningJob, runJob } from './runJob.ts';

/** So many records of an open document are searched. */
const MAX_OPEN_RECORDS = 5_000;

const KIND: Readonly<Record<WorkspaceSymbol['kind'], SymbolKind>> = {
  record: SymbolKind.Object,
  phrase: SymbolKind.String,
};

export class SymbolIndex {
  private readonly files = new Map<string, readonly WorkspaceSymbol[]>();
  /** Files whose names may have changed; `all` before anybody searched. */
  private stale: 'all' | Set<string> = 'all';
  private updating: Promise<void> | undefined;

  constructor(private readonly documents: ReadonlyMap<string, OpenDocument>) {}

  filesChanged(uris: readonly string[]): void {
    for (const path of uris.map(pathOf)) {
      if (path === undefined || fileKind(path) === undefined || this.stale === 'all') continue;
      this.stale.add(path);
    }
  }

  foldersChanged(): void {
    this.stale = 'all';
  }

  /** The best matches; waits for files to be read the first time, and where they have changed. */
  async search(query: string, folders: readonly Folder[], token: CancellationToken): Promise<SymbolInformation[]> {
    this.updating ??= this.update(folders).finally(() => {
      this.updating = undefined;
    });
    await Promise.race([this.updating, cancelled(token)]);
    if (token.isCancellationRequested) return [];
    const search = new SymbolSearch<string>(query);
    const open = new Set<string>();
    for (const { uri, document } of this.documents.values()) {
      open.add(pathOf(uri) ?? uri);
      for (const cell of document.cells.slice(0, MAX_OPEN_RECORDS)) search.offerCell(uri, cell);
    }
    for (const [path, symbols] of this.files) {
      if (!open.has(path)) for (const symbol of symbols) search.offer(uriOf(path), symbol);
    }
    return search.best().map(({ kind, name, container, range, place }) => ({
      name,
      kind: KIND[kind],
      location: { uri: place, range },
      ...(container !== '' && { containerName: container }),
    }));
  }

  private async update(folders: readonly Folder[]): Promise<void> {
    const { stale } = this;
    if (stale !== 'all' && stale.size === 0) return;
    this.stale = new Set();
    if (stale === 'all') this.files.clear();
    const job: IndexJob = { kind: 'index', folders, except: [], ...(stale !== 'all' && { only: [...stale] }) };
    const running: RunningJob = runJob(job, (event) => {
      if (event.kind === 'symbols') this.files.set(event.path, event.symbols);
      else if (event.kind === 'gone') this.files.delete(event.path);
    });
    await running.end;
  }
}

function cancelled(token: CancellationToken): Promise<void> {
  return new Promise((resolve) => token.onCancellationRequested(() => resolve()));
}
