import * as vscode from 'vscode';
import type { NamedRecord } from '../../core/language/draftRecords.ts';
import type { Position } from '../../core/records/position.ts';
import { isUscdf } from '../languageServer.ts';
import type { Previews } from '../preview/previews.ts';
import { isToBeSeen, nameOf, opened, reveal } from './documents.ts';
import type { DraftEditing } from './draftEditing.ts';
import type { DraftServer } from './draftServer.ts';
import { type DraftStore, movedAddress } from './draftStore.ts';
import type { Decision, DraftWriting } from './draftWriting.ts';
import { type Presented, presentStanding, presentStored } from './presented.ts';
import { inReviewOrder, isSamePlace, neighbour, type ReviewPlace, type Undecided } from './reviewOrder.ts';
import type { StoredDraft } from './storedDraft.ts';

/** A draft of the review; of one that stands in a file also its record. */
interface Reviewed extends Undecided {
  readonly standing?: NamedRecord;
}

const HINT_MS = 10_000;
const NONE_HERE = 'No draft waits here: ask for one with "USCDF: Draft a Grounded Caption".';
const OUT_OF_SIGHT = 'This draft was out of sight, and nothing was decided: here it is, decide again.';
const GONE = 'This draft is gone: another window may have decided on it. Ask for it again if you miss it.';
/** The review of drafts, one by one: those that wait in the store, and those that stand in files. */
export class Review {
  private shown: Reviewed | undefined;
  /** Whether the user goes from draft to draft, so that a decision leads to the next one. */
  private isGoing = false;
  /** What is being done. Meanwhile no key and no click decides on a draft that nobody has seen yet. */
  private work: Promise<void> | undefined;
  private hint = new vscode.Disposable(() => undefined);

  constructor(
    private readonly server: DraftServer,
    private readonly previews: Previews,
    private readonly store: DraftStore,
    private readonly editing: DraftEditing,
    private readonly writing: DraftWriting,
    /** The drafts that wait are others. */
    private readonly changed: () => void,
  ) {}

  /** Shows a draft that was just made. */
  async showNew(stored: StoredDraft, key: string): Promise<void> {
    while (this.work !== undefined) await this.work;
    this.isGoing = false;
    await this.alone(() => this.show({ key, document: stored.document, record: stored.record?.record ?? 0 }));
  }

  /** Shows the next draft without a decision, or the one before. */
  step(by: 1 | -1): Promise<void> {
    return this.alone(() => this.stepBy(by));
  }

  /**
   * Decides on the draft that is shown, or that the active document is; with an address and a position on the one that stands
   * there. Accepted, it is written as one edit.
   */
  decide(decision: Decision, uri?: string, position?: Position): Promise<void> {
    return this.alone(() => this.decideOn(decision, uri, position));
  }

  /** Opens the draft that is shown as a document of its own; of one that stands in a file, that file. */
  edit(): Promise<void> {
    return this.alone(() => this.openShown());
  }

  /** The document of the draft that is shown, or a folder that holds it, was moved; the keys of drafts are the new ones by the old. */
  follow(from: string, to: string, keys: ReadonlyMap<string, string>): void {
    const { shown } = this;
    const document = shown && movedAddress(shown.document, from, to);
    if (shown === undefined || document === undefined) return;
    const key = shown.key === undefined ? undefined : (keys.get(shown.key) ?? shown.key);
    this.shown = { ...shown, document, ...(key !== undefined && { key }) };
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    if (this.work !== undefined) return;
    const done = work();
    this.work = done.catch(() => undefined);
    try {
      await done;
    } finally {
      this.work = undefined;
    }
  }

  private async stepBy(by: 1 | -1): Promise<void> {
    this.isGoing = true;
    const from = this.shown ?? this.atCursor(by);
    const next = neighbour(await this.undecided(from.document), from, by);
    if (next !== undefined) return this.show(next);
    await this.hide();
    void vscode.window.showInformationMessage('No draft waits for a decision.');
  }

  private async decideOn(decision: Decision, uri?: string, position?: Position): Promise<void> {
    const key = this.keyOfDocument(uri);
    if (key !== undefined) return this.decideStored(decision, key);
    if (uri !== undefined) return this.decideAt(decision, uri, position ?? { line: 0, character: 0 });
    const { shown } = this;
    if (shown !== undefined && !(await this.isInSight(shown))) {
      await this.show(shown, true);
      void vscode.window.showInformationMessage(OUT_OF_SIGHT);
      return;
    }
    if (shown?.key !== undefined) return this.decideStored(decision, shown.key);
    if (shown?.standing !== undefined) return this.decideStanding(decision, shown, shown.standing);
    if (decision === 'accepted') void vscode.window.showInformationMessage(NONE_HERE);
  }

  /**
   * Whether the user sees the draft that a key would decide on: its page may be closed or covered, or another file of the kind be
   * written in. A draft whose file is gone is seen nowhere, and can be rejected all the same; one that is edited is a tab of its own.
   */
  private async isInSight({ document: uri, key }: Reviewed): Promise<boolean> {
    if (key !== undefined && this.editing.isOpen(key)) return true;
    const document = await opened(vscode.Uri.parse(uri));
    if (document === undefined) return true;
    const active = vscode.window.activeTextEditor?.document;
    const isElsewhere = active !== undefined && isUscdf(active) && !isToBeSeen(document);
    return this.previews.showsDraft && !isElsewhere;
  }

  private async openShown(): Promise<void> {
    const { shown } = this;
    if (shown === undefined) {
      void vscode.window.showInformationMessage(NONE_HERE);
      return;
    }
    const isStored = shown.key !== undefined;
    const document = isStored ? await this.openOwn(shown.key) : await opened(vscode.Uri.parse(shown.document));
    if (document === 'unwritable') return;
    if (document === undefined) {
      await this.lost(shown);
      return;
    }
    const found = shown.standing && (await this.server.find(document, shown.standing));
    this.previews.closeDraft();
    const position = found?.position ?? { line: 0, character: 0 };
    const viewColumn = vscode.ViewColumn.One;
    if (isStored) await vscode.window.showTextDocument(document, { viewColumn, preview: false });
    else await reveal(document, position);
    await this.previews.open(document.uri.toString(), position);
    if (!isStored) return;
    this.hint.dispose();
    this.hint = vscode.window.setStatusBarMessage(
      `This is the draft itself: change it, then accept it into ${nameOf(shown.document)}.`,
      HINT_MS,
    );
  }

  /** The document of a draft of the store; `unwritable` where the disk does not take it, and then the user was told. */
  private async openOwn(key: string): Promise<vscode.TextDocument | undefined | 'unwritable'> {
    try {
      return await this.editing.open(key);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const advice = 'A draft is edited as a file, and the disk did not take that. Make room, then try again.';
      void vscode.window.showErrorMessage(`${advice} (${why})`);
      return 'unwritable';
    }
  }

  private async decideStored(decision: Decision, key: string): Promise<void> {
    if (decision === 'accepted' && !(await this.editing.finish(key))) return this.previews.repeatDraft();
    const stored = await this.store.read(key);
    if (stored === undefined) return this.lost(this.shown);
    if (decision === 'accepted' && !(await this.writing.write(stored))) return this.previews.repeatDraft();
    const wasEdited = await this.editing.close(key);
    await this.store.remove(key);
    const document = wasEdited ? await opened(vscode.Uri.parse(stored.document)) : undefined;
    if (document !== undefined) {
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      await this.previews.open(document.uri.toString());
    }
    await this.goOn({ key, document: stored.document, record: stored.record?.record ?? 0 });
  }

  /** Decides on the draft that stands at a place of a file, such as above whose record the code lens is. */
  private async decideAt(decision: Decision, uri: string, position: Position): Promise<void> {
    const decided = await this.writing.decideAt(uri, position, decision);
    const { shown } = this;
    if (decided !== undefined && shown?.standing !== undefined && isSamePlace(shown, decided)) await this.goOn(shown);
  }

  private async decideStanding(decision: Decision, shown: Reviewed, standing: NamedRecord): Promise<void> {
    if (await this.writing.decideStanding(shown.document, standing, decision)) await this.goOn(shown);
    else this.previews.repeatDraft();
  }

  /** After a decision: the next draft where the user goes through them, else the record itself. */
  private async goOn(decided: ReviewPlace): Promise<void> {
    this.hint.dispose();
    this.changed();
    const next = this.isGoing ? neighbour(await this.undecided(decided.document), decided, 1) : undefined;
    if (next === undefined) await this.hide();
    else await this.show(next);
  }

  /** `withText` brings the record in front as well. */
  private async show(draft: Reviewed, withText = this.isGoing): Promise<void> {
    this.shown = draft;
    await vscode.commands.executeCommand('setContext', 'uscdf.draftWaits', true);
    if (draft.standing === undefined) await this.showStored(draft, withText);
    else await this.showStanding(draft, draft.standing, withText);
  }

  private async showStored(draft: Reviewed, withText: boolean): Promise<void> {
    const stored = draft.key === undefined ? undefined : await this.store.read(draft.key);
    if (stored === undefined) return this.lost(draft);
    const document = await opened(vscode.Uri.parse(stored.document));
    if (document === undefined) {
      this.previews.closeDraft();
      void vscode.window.showWarningMessage(
        `${nameOf(stored.document)}, which this draft is for, cannot be opened. Put the file back, or reject the draft.`,
      );
      return;
    }
    await this.present(document, draft, await presentStored(this.server, document, stored), withText);
  }

  private async showStanding(draft: Reviewed, standing: NamedRecord, withText: boolean): Promise<void> {
    const document = await opened(vscode.Uri.parse(draft.document));
    const presented = document && (await presentStanding(this.server, document, standing));
    if (document !== undefined && presented !== undefined) return this.present(document, draft, presented, withText);
    void vscode.window.showWarningMessage('The record of this draft is gone or cannot be read: look at the file.');
    await this.hide();
  }

  private async present(
    document: vscode.TextDocument,
    draft: Reviewed,
    { position, record, model, notes, ...more }: Presented,
    withText: boolean,
  ): Promise<void> {
    const all = await this.undecided(draft.document);
    const number = all.findIndex((each) => isSamePlace(each, draft)) + 1;
    if (withText) await reveal(document, position);
    await this.previews.open(document.uri.toString(), position);
    const waiting = number > 0 && { waiting: { number, of: all.length } };
    this.previews.showDraft(document, record, model, notes, { ...more, ...waiting });
  }

  private async hide(): Promise<void> {
    this.shown = undefined;
    await vscode.commands.executeCommand('setContext', 'uscdf.draftWaits', false);
    this.previews.closeDraft();
  }

  private async lost(draft: Reviewed | undefined): Promise<void> {
    void vscode.window.showWarningMessage(GONE);
    this.changed();
    if (draft !== undefined) await this.hide();
  }

  /** All drafts without a decision: those in the store, and those that stand in a document. */
  private async undecided(uri: string): Promise<readonly Reviewed[]> {
    await this.store.ready();
    const stored = this.store.summaries.map(({ key, document, record }): Reviewed => ({ key, document, record }));
    const document = uri === '' ? undefined : await opened(vscode.Uri.parse(uri));
    const { drafts } = document === undefined ? { drafts: [] } : await this.server.undecided(document);
    const inFile = drafts.map((standing): Reviewed => ({ document: uri, record: standing.record, standing }));
    return inReviewOrder([...stored, ...inFile]);
  }

  /** Where the review begins: before or behind the drafts of the active document, by its direction. */
  private atCursor(by: 1 | -1): ReviewPlace {
    const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
    const document = editors.find((each) => each !== undefined && isUscdf(each.document))?.document;
    return { document: document?.uri.toString() ?? '', record: by === 1 ? -1 : Number.POSITIVE_INFINITY };
  }

  /** The key of the draft that the named document is, or the active one where none is shown. */
  private keyOfDocument(uri: string | undefined): string | undefined {
    if (uri !== undefined) return this.editing.keyOf(vscode.Uri.parse(uri));
    const active = vscode.window.activeTextEditor?.document.uri;
    return active === undefined ? undefined : this.editing.keyOf(active);
  }
}
