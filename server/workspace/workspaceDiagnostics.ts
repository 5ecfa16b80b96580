/**
 * Findings of the workspace's files that are not open. A client that pulls gets them file by file on one request, which stays
 * open and carries what changes later; to the others they are pushed.
 */
import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  type PreviousResultId,
  ResponseError,
  type ResultProgressReporter,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { fileKind } from '../../core/records/document.ts';
import { toDiagnostic } from '../lspDiagnostic.ts';
import { pathOf, uriOf } from '../paths.ts';
import { notChecked } from './checkFile.ts';
import { folderOf } from './findFiles.ts';
import { JobProgress } from './jobProgress.ts';
import type { CheckJob, Folder, JobEvent } from './messages.ts';
import { type RunningJob, runJob } from './runJob.ts';

/** Changes on the disk often come in groups: a save, a checkout. */
const FILES_SETTLE_MS = 300;
/** Images are many; a script may write them for minutes. */
const IMAGES_SETTLE_MS = 3_000;

/** What the checks need to know of the rest of the server. */
export interface Surroundings {
  /** The workspace's folders, each with the editor's settings for it. */
  folders(): Promise<readonly Folder[]>;
  /** The addresses of the documents that are open. */
  open(): Iterable<string>;
  /** Told of a config file that cannot be used. */
  wrongConfig(path: string): void;
}

/** Where reports go. */
interface Listener {
  report(report: WorkspaceDocumentDiagnosticReport): void;
  /** Everything was looked at once. */
  complete(): void;
}

/** What is to be checked next. */
interface Waiting {
  all: boolean;
  /** Findings that are known do not count, since something beside the files has changed. */
  anew: boolean;
  readonly paths: Set<string>;
}

export class WorkspaceDiagnostics {
  private listener: Listener | undefined;
  /** The stamps of the findings that the client has, by path. */
  private readonly stamps = new Map<string, string>();
  /** Answers the request that is held, when it is given up. */
  private replaced: () => void = () => {};
  private waiting: Waiting = nothing();
  private timer: NodeJS.Timeout | undefined;
  private running: RunningJob | undefined;
  private busy = false;
  /** Documents that were closed a moment ago are looked at one after the other. */
  private singles: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly surroundings: Surroundings,
  ) {}

  /** Begins to push findings, for a client that cannot pull them. */
  push(): void {
    this.listener = {
      report: (report) => {
        if (report.kind !== DocumentDiagnosticReportKind.Full) return;
        void this.connection.sendDiagnostics({ uri: report.uri, diagnostics: report.items });
      },
      complete: () => {},
    };
    this.checkAll();
  }

  /**
   * Answers `workspace/diagnostic`. With a channel for partial results the request stays open until it is cancelled, or another
   * one takes its place, and carries whatever changes.
   */
  pull(
    previous: readonly PreviousResultId[],
    token: CancellationToken,
    partial: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport> {
    this.stop();
    this.stamps.clear();
    for (const { uri, value } of previous) {
      const path = pathOf(uri);
      if (path !== undefined) this.stamps.set(path, value);
    }
    return new Promise((resolve, reject) => {
      const items: WorkspaceDocumentDiagnosticReport[] = [];
      const listener: Listener = {
        report: (report) => {
          if (partial === undefined) items.push(report);
          else partial.report({ items: [report] });
        },
        complete: () => {
          if (partial === undefined) resolve({ items });
        },
      };
      token.onCancellationRequested(() => {
        reject(new ResponseError(LSPErrorCodes.RequestCancelled, 'The check of the workspace was cancelled.'));
        if (this.listener === listener) this.stop();
      });
      this.replaced = () => resolve({ items: [] });
      this.listener = listener;
      this.checkAll();
    });
  }

  /**
   * The findings of one file that is not open, from disk; none where it lies outside the workspace. An editor asks for them when
   * it closes a document, and may drop the answer: only what the request for the workspace carries counts as known. VS Code drops
   * that too for as long as it waits for this answer, so that the file is reported once more after it.
   */
  async single(uri: string): Promise<readonly Diagnostic[]> {
    const path = pathOf(uri);
    if (path === undefined || fileKind(path) === undefined) return [];
    const folders = await this.surroundings.folders();
    if (folderOf(path, folders) === undefined) return [];
    const found = this.singles.then(() => this.runSingle(path, folders));
    this.singles = found.then(() => {
      this.stamps.delete(path);
      this.filesChanged([uri]);
    });
    return found;
  }

  /** Checks everything again, whatever is known. */
  checkAnew(): void {
    this.wait({ all: true, anew: true }, 0);
  }

  /** A document was opened: its findings come from the editor's text from now on. */
  opened(uri: string): void {
    const path = pathOf(uri);
    if (path !== undefined) this.stamps.delete(path);
  }

  /** A document was closed: what is on the disk counts again. */
  closed(uri: string): void {
    this.filesChanged([uri]);
  }

  settingsChanged(): void {
    this.wait({ all: true }, FILES_SETTLE_MS);
  }

  filesChanged(uris: readonly string[]): void {
    const paths = uris.map(pathOf).filter((path) => path !== undefined && fileKind(path) !== undefined);
    if (paths.length > 0) this.wait({ paths: paths as readonly string[] }, FILES_SETTLE_MS);
  }

  /** Images, sidecars or label maps have changed, which any file may refer to. */
  resourcesChanged(): void {
    this.wait({ all: true, anew: true }, IMAGES_SETTLE_MS);
  }

  /** Lets go of the client's request and of the work for it. */
  private stop(): void {
    this.replaced();
    this.replaced = () => {};
    this.listener = undefined;
    clearTimeout(this.timer);
    this.waiting = nothing();
    this.running?.cancel();
  }

  private checkAll(): void {
    this.wait({ all: true }, 0);
  }

  private wait(more: { all?: boolean; anew?: boolean; paths?: readonly string[] }, settleMs: number): void {
    if (this.listener === undefined) return;
    this.waiting.all ||= more.all === true;
    this.waiting.anew ||= more.anew === true;
    for (const path of more.paths ?? []) this.waiting.paths.add(path);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.work(), settleMs);
  }

  /** One job at a time; what comes in meanwhile is done after it. */
  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.listener !== undefined && (this.waiting.all || this.waiting.paths.size > 0)) {
        const { all, anew, paths } = this.waiting;
        this.waiting = nothing();
        await this.check(this.listener, all ? undefined : [...paths], anew);
      }
    } finally {
      this.busy = false;
    }
  }

  private async check(listener: Listener, only: readonly string[] | undefined, anew: boolean): Promise<void> {
    const folders = await this.surroundings.folders();
    const run = new CheckRun(listener, this.stamps, this.surroundings, this.connection);
    const except = [...this.surroundings.open()].map(pathOf).filter((path) => path !== undefined);
    let job: CheckJob = {
      kind: 'check',
      folders,
      except,
      known: anew ? new Map() : new Map(this.stamps),
      ...(only && { only }),
    };
    const progress = new JobProgress(this.connection, () => this.running?.cancel());
    for (;;) {
      // Another request may have taken over while something was waited for.
      if (this.listener !== listener) break;
      this.running = runJob(job, (event) => {
        progress.see(event);
        run.take(event);
      });
      const end = await this.running.end;
      if (end.kind === 'done') run.finish(only === undefined ? [...except] : undefined);
      if (end.kind !== 'failed') break;
      this.connection.console.error(`Checking the workspace: ${end.message}`);
      if (end.path === undefined) break;
      // One file was too much: it is left out, and the rest goes on.
      run.failed(end.path);
      job = { ...job, except: [...job.except, end.path], known: new Map([...job.known, ...run.seen]) };
    }
    this.running = undefined;
    progress.done();
    if (this.listener === listener) listener.complete();
  }

  private async runSingle(path: string, folders: readonly Folder[]): Promise<readonly Diagnostic[]> {
    let found: readonly Diagnostic[] = [];
    const job: CheckJob = { kind: 'check', folders, only: [path], except: [], known: new Map() };
    const { end } = runJob(job, (event) => {
      if (event.kind === 'report') found = event.diagnostics.map((each) => toDiagnostic(each, uriOf(path)));
    });
    await end;
    return found;
  }
}

/** What one check of the workspace has found so far. */
class CheckRun {
  /** The stamps of the files that were looked at. */
  readonly seen = new Map<string, string>();

  constructor(
    private readonly listener: Listener,
    private readonly stamps: Map<string, string>,
    private readonly surroundings: Surroundings,
    private readonly connection: Connection,
  ) {}

  take(event: JobEvent): void {
    switch (event.kind) {
      case 'report':
        this.seen.set(event.path, event.stamp);
        this.stamps.set(event.path, event.stamp);
        this.full(
          event.path,
          event.stamp,
          event.diagnostics.map((each) => toDiagnostic(each, uriOf(event.path))),
        );
        break;
      case 'unchanged':
        this.seen.set(event.path, event.stamp);
        this.listener.report({
          kind: DocumentDiagnosticReportKind.Unchanged,
          uri: uriOf(event.path),
          version: null,
          resultId: event.stamp,
        });
        break;
      case 'gone':
        this.gone(event.path);
        break;
      case 'wrongConfig':
        this.surroundings.wrongConfig(event.path);
        break;
      case 'limit':
        this.connection.console.warn(event.message);
        break;
    }
  }

  failed(path: string): void {
    const message =
      'This file was not checked, since it needs more memory than checks in the background may take: run `uscdf lint` on it, or write it as .uscdf.jsonl.';
    this.seen.set(path, '');
    this.full(path, undefined, [toDiagnostic(notChecked(message), uriOf(path))]);
  }

  /** After everything was looked at: the files that the client still knows and that are no more have no findings. */
  finish(open: readonly string[] | undefined): void {
    if (open === undefined) return;
    for (const path of [...this.stamps.keys()]) if (!this.seen.has(path) && !open.includes(path)) this.gone(path);
  }

  private gone(path: string): void {
    if (!this.stamps.delete(path)) return;
    this.full(path, undefined, []);
  }

  private full(path: string, resultId: string | undefined, items: Diagnostic[]): void {
    this.listener.report({
      kind: DocumentDiagnosticReportKind.Full,
      uri: uriOf(path),
      version: null,
      items,
      ...(resultId !== undefined && { resultId }),
    });
  }
}

function nothing(): Waiting {
  return { all: false, anew: false, paths: new Set() };
}
