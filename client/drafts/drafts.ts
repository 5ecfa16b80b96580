import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Position } from '../../core/records/position.ts';
import type { QueueState } from '../../media/protocol.ts';
import type { Inference } from '../inference.ts';
import type { LanguageServer } from '../languageServer.ts';
import type { Previews } from '../preview/previews.ts';
import { Asking } from './asking.ts';
import { documentFor, isTooLarge, nameOf } from './documents.ts';
import { DraftEditing } from './draftEditing.ts';
import { DraftQueue } from './draftQueue.ts';
import { DraftServer } from './draftServer.ts';
import { DraftStore, movedAddress } from './draftStore.ts';
import { DraftWriting } from './draftWriting.ts';
import { QueueFile, type QueueProgress, type QueueTask } from './queueFile.ts';
import { QueueStatus } from './queueStatus.ts';
import { QueueWork } from './queueWork.ts';
import { Review } from './review.ts';
import type { StoredDraft } from './storedDraft.ts';

const UNKEPT =
  'The disk did not take this draft, so that it is lost when the window closes: decide on it before, or make room and ask for it again.';

/** Drafts by the local model: asked for one by one or for a whole file, reviewed, accepted or rejected. Nothing reaches a file before it is accepted. */
export class Drafts implements vscode.Disposable {
  private readonly server: DraftServer;
  private readonly store: DraftStore;
  private readonly editing: DraftEditing;
  private readonly asking: Asking;
  private readonly review: Review;
  private readonly queue: DraftQueue;
  private readonly status = new QueueStatus();
  private readonly renaming: vscode.Disposable;
  /** Ends when all drafts are where their files were moved to. */
  private moving: Promise<void> = Promise.resolve();

  constructor(
    { storageUri, globalStorageUri }: vscode.ExtensionContext,
    server: LanguageServer,
    private readonly previews: Previews,
    private readonly inference: Inference,
  ) {
    // Without a folder there is no storage of the workspace's own.
    const folder = join((storageUri ?? globalStorageUri).fsPath, 'drafts');
    const log = (line: string) => inference.note(line);
    this.server = new DraftServer(server);
    this.store = new DraftStore(join(folder, 'waiting'), log);
    this.editing = new DraftEditing(join(folder, 'edited'), this.store);
    const writing = new DraftWriting(this.server);
    this.review = new Review(this.server, previews, this.store, this.editing, writing, () => this.showState());
    this.renaming = vscode.workspace.onDidRenameFiles(({ files }) => {
      this.moving = this.moving.then(() => this.move(files)).catch((error: unknown) => inference.note(String(error)));
    });
    const { store, editing } = this;
    this.asking = new Asking(this.server, inference, {
      get isFull() {
        return store.isFull;
      },
      isDraft: ({ uri }) => editing.keyOf(uri) !== undefined,
    });
    const work = new QueueWork(this.server, inference, this.store);
    this.queue = new DraftQueue(new QueueFile(join(folder, 'queue')), {
      make: (document, record, signal) => work.make(document, record, signal),
      changed: () => this.showState(),
      finished: (task, progress) => this.tellFinished(task, progress),
      halted: (why) => this.tellHalted(why),
      log,
    });
  }

  /** Finds the drafts and the queue of earlier windows, and offers to go on. */
  async restore(): Promise<void> {
    await this.store.ready();
    const isLeft = await this.queue.restore();
    this.showState();
    const standing = this.queue.standing;
    if (!isLeft || standing?.state !== 'paused') return;
    const { next, total, document } = standing;
    const message = `The drafts for ${nameOf(document)} were not finished: ${next} of ${total} records are done.`;
    const answer = await vscode.window.showInformationMessage(message, 'Go On', 'Stop');
    if (answer === 'Go On') this.resumeQueue();
    if (answer === 'Stop') await this.stopQueue();
  }

  /** Drafts for the record under the cursor; the draft then waits in the preview. */
  async draft(uri?: unknown, position?: Position): Promise<void> {
    await this.keep(await this.asking.record({ uri, position }));
  }

  /** Drafts the finer parts of a phrase: one of the record by its index, else the one under the cursor. */
  async draftPhrase(uri?: unknown, position?: Position, phrase?: number): Promise<void> {
    await this.keep(await this.asking.phrase({ uri, position, phrase }));
  }

  /** Drafts the answer to a question of the user's own. */
  async draftQuestion(uri?: unknown, position?: Position, question?: string): Promise<void> {
    await this.keep(await this.asking.question({ uri, position }, question));
  }

  /** Drafts for all records of a file that have no answer, one after the other, while the user does other things. */
  async draftAll(uri?: unknown): Promise<void> {
    const may = this.inference.mayRun();
    if (may !== true) {
      void vscode.window.showWarningMessage(may);
      return;
    }
    if (await isTooLarge(uri)) return;
    const document = await documentFor(uri);
    if (document === undefined || !(await this.mayStart())) return;
    const { waiting } = await this.server.undecided(document);
    if (waiting.length === 0) {
      void vscode.window.showInformationMessage('Every record of this file has an answer: there is nothing to draft.');
      return;
    }
    await this.store.ready();
    await this.queue.start(document.uri.toString(), waiting);
  }

  async pauseQueue(): Promise<void> {
    await this.queue.pause();
  }

  resumeQueue(): void {
    const may = this.inference.mayRun();
    if (may === true) this.queue.resume();
    else void vscode.window.showWarningMessage(may);
  }

  /** Ends the queue; the drafts that it has made wait on. */
  async stopQueue(): Promise<void> {
    await this.queue.stop();
  }

  /** Writes the draft that is shown into its file as one edit; with a position, accepts the draft that stands there. */
  async accept(uri?: string, position?: Position): Promise<void> {
    await this.moving;
    await this.review.decide('accepted', uri, position);
  }

  async reject(uri?: string, position?: Position): Promise<void> {
    await this.moving;
    await this.review.decide('rejected', uri, position);
  }

  /** Opens the draft that is shown as a document of its own. */
  async edit(): Promise<void> {
    await this.moving;
    await this.review.edit();
  }

  /** Shows the next draft without a decision, or the one before. */
  async step(by: 1 | -1): Promise<void> {
    await this.moving;
    await this.review.step(by);
  }

  /** How many drafts wait for a decision. */
  get undecided(): number {
    return this.store.count;
  }

  /** The queue as the page shows it. */
  get queueState(): QueueState | undefined {
    const standing = this.queue.standing;
    if (standing === undefined) return undefined;
    const { state, done, failed, skipped, total } = standing;
    return { state, done, failed, total: total - skipped, undecided: this.store.count };
  }

  dispose(): void {
    void this.queue.pause();
    this.renaming.dispose();
    this.editing.dispose();
    this.status.dispose();
  }

  private async move(files: vscode.FileRenameEvent['files']): Promise<void> {
    for (const { oldUri, newUri } of files) {
      const [from, to] = [oldUri.toString(), newUri.toString()];
      await this.queue.move(from, to);
      await this.finishEditing(from, to);
      this.review.follow(from, to, await this.store.move(from, to));
    }
  }

  /** A draft that is edited names its document: what was written is taken over, and its own document closed. */
  private async finishEditing(from: string, to: string): Promise<void> {
    for (const { key, document } of this.store.summaries) {
      const isMoved = movedAddress(document, from, to) !== undefined;
      if (isMoved && (await this.editing.finish(key))) await this.editing.close(key);
    }
  }

  private async keep(stored: StoredDraft | undefined): Promise<void> {
    if (stored === undefined) return;
    const key = await this.store.put(stored);
    this.showState();
    if (!this.store.isKept(key)) void vscode.window.showWarningMessage(UNKEPT);
    await this.review.showNew(stored, key);
  }

  /** A queue that is not done is only given up when the user says so. */
  private async mayStart(): Promise<boolean> {
    const { standing } = this.queue;
    if (standing === undefined) return true;
    const left = standing.total - standing.next;
    const message = `${left} records of ${nameOf(standing.document)} still wait for their drafts. Start anew, and leave those?`;
    return (await vscode.window.showWarningMessage(message, 'Start Anew')) === 'Start Anew';
  }

  private showState(): void {
    this.status.show(this.queue.standing, this.store.count);
    this.previews.showQueue(this.queueState);
    void vscode.commands.executeCommand('setContext', 'uscdf.draftQueue', this.queue.standing?.state);
  }

  private tellFinished({ document }: QueueTask, { done, failed, skipped }: QueueProgress): void {
    const parts = [
      `${done} made`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ];
    const actions = [...(this.store.count > 0 ? ['Review'] : []), ...(failed + skipped > 0 ? ['Show Log'] : [])];
    this.offer(`Drafts for ${nameOf(document)}: ${parts.join(', ')}.`, actions);
  }

  private tellHalted(why: string): void {
    this.inference.note(`The queue of drafts paused: ${why}`);
    this.offer(`The queue of drafts paused: ${why}`, ['Go On', 'Show Log']);
  }

  private offer(message: string, actions: readonly string[]): void {
    void vscode.window.showInformationMessage(message, ...actions).then((action) => {
      if (action === 'Review') void this.step(1);
      if (action === 'Go On') this.resumeQueue();
      if (action === 'Show Log') this.inference.showLog();
    });
  }
}
