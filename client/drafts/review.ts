import * as vscode from 'vscode';
import type { DraftContext, NamedRecord } from '../../core/language/draftRecords.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { Position } from '../../core/records/position.ts';
import { isUscdf } from '../languageServer.ts';
import type { Previews } from '../preview/previews.ts';
import { apply, documentFor, endOf, nameOf, opened, reveal } from './documents.ts';
import type { DraftEditing } from './draftEditing.ts';
import { previewOf } from './draftRecord.ts';
import type { DraftServer } from './draftServer.ts';
import type { DraftStore } from './draftStore.ts';
import { inReviewOrder, isSamePlace, neighbour, type ReviewPlace, type Undecided } from './reviewOrder.ts';
import { acceptedDraft, type StoredDraft } from './storedDraft.ts';

type Decision = 'accepted' | 'rejected';

/** A draft of the review; of one that stands in a file also its record. */
interface Reviewed extends Undecided {
  readonly standing?: NamedRecord;
}

const NONE_HERE = 'No draft waits here: ask for one with "USCDF: Draft a Grounded Caption".';
const GONE = 'This draft is gone: another window may have decided on it. Ask for it again if you miss it.';
const CHANGED =
  'The record has changed since this draft was asked for: accepted, the draft becomes a record of its own behind it.';
const PARENT_CHANGED =
  'The record has changed since this draft was asked for: see that the phrase that it describes is still there.';
const RECORD_GONE =
  'The record of this draft is gone: accepted, the draft becomes a record of its own at the end of the file.';

/** The review of drafts, one by one: those that wait in the store, and those that stand in files. */
export class Review {
  private shown: Reviewed | undefined;
  /** Whether the user goes from draft to draft, so that a decision leads to the next one. */
  private isGoing = false;

  constructor(
    private readonly server: DraftServer,
    private readonly previews: Previews,
    private readonly store: DraftStore,
    private readonly editing: DraftEditing,
    /** The drafts that wait are others. */
    private readonly changed: () => void,
  ) {}

  /** Shows a draft that was just made. */
  async showNew(stored: StoredDraft, key: string): Promise<void> {
    this.isGoing = false;
    await this.show({ key, document: stored.document, record: stored.record?.record ?? 0 });
  }

  /** Shows the next draft without a decision, or the one before. */
  async step(by: 1 | -1): Promise<void> {
    this.isGoing = true;
    const from = this.shown ?? this.atCursor(by);
    const next = neighbour(await this.undecided(from.document), from, by);
    if (next !== undefined) return this.show(next);
    await this.hide();
    void vscode.window.showInformationMessage('No draft waits for a decision.');
  }

  /**
   * Decides on the draft that is shown, or that the active document is; with an address and a position on the one that stands
   * there. Accepted, it is written as one edit.
   */
  async decide(decision: Decision, uri?: string, position?: Position): Promise<void> {
    const key = this.keyOfDocument(uri);
    if (key !== undefined) return this.decideStored(decision, key);
    if (uri !== undefined) return this.decideAt(decision, uri, position ?? { line: 0, character: 0 });
    const { shown } = this;
    if (shown?.key !== undefined) return this.decideStored(decision, shown.key);
    if (shown?.standing !== undefined) return this.decideStanding(decision, shown, shown.standing);
    if (decision === 'accepted') void vscode.window.showInformationMessage(NONE_HERE);
  }

  /** Opens the draft that is shown as a document of its own; of one that stands in a file, that file. */
  async edit(): Promise<void> {
    const { shown } = this;
    if (shown === undefined) {
      void vscode.window.showInformationMessage(NONE_HERE);
      return;
    }
    const isStored = shown.key !== undefined;
    const document = isStored ? await this.editing.open(shown.key) : await opened(vscode.Uri.parse(shown.document));
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
    if (isStored)
      vscode.window.setStatusBarMessage(
        `This is the draft itself: change it, then accept it into ${nameOf(shown.document)}.`,
        10_000,
      );
  }

  private async decideStored(decision: Decision, key: string): Promise<void> {
    if (decision === 'accepted' && !(await this.editing.finish(key))) return this.previews.repeatDraft();
    const stored = await this.store.read(key);
    if (stored === undefined) return this.lost(this.shown);
    const document = await opened(vscode.Uri.parse(stored.document));
    if (decision === 'accepted' && !(await this.write(document, stored))) return this.previews.repeatDraft();
    const wasEdited = await this.editing.close(key);
    await this.store.remove(key);
    if (wasEdited && document !== undefined) await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await this.goOn({ key, document: stored.document, record: stored.record?.record ?? 0 });
  }

  /** Writes a draft into its file; resolves with whether it is there. */
  private async write(document: vscode.TextDocument | undefined, stored: StoredDraft): Promise<boolean> {
    if (document === undefined) {
      refuse(`${nameOf(stored.document)} cannot be opened. Put the file back, or reject the draft.`);
      return false;
    }
    const { record, waited } = stored;
    const found = record && (await this.server.find(document, record));
    const isGone = record !== undefined && found === undefined;
    const isChanged = waited && found?.waits === true && found.name?.fingerprint !== record?.fingerprint;
    const draft = acceptedDraft(stored);
    const answer = await this.server.accept(
      document,
      found?.position ?? endOf(document),
      isGone || isChanged ? { ...draft, apart: true } : draft,
    );
    if ('message' in answer) refuse(answer.message);
    else if (await apply(document, answer.edits)) return true;
    else refuse('The editor refused the change. The draft still waits; try again.');
    return false;
  }

  private async decideAt(decision: Decision, uri: string, position: Position): Promise<void> {
    const document = await documentFor(uri);
    if (document === undefined) return;
    const context = await this.server.context(document, position);
    const edits = await this.server.decide(document, position, decision);
    if (edits === null) return;
    await apply(document, edits);
    const record = context?.name?.record ?? 0;
    const { shown } = this;
    const isShown = shown?.standing !== undefined && isSamePlace(shown, { document: document.uri.toString(), record });
    if (isShown) await this.goOn(shown);
  }

  private async decideStanding(decision: Decision, shown: Reviewed, standing: NamedRecord): Promise<void> {
    const document = await opened(vscode.Uri.parse(shown.document));
    const found = document && (await this.server.find(document, standing));
    const edits = found?.position && (await this.server.decide(document!, found.position, decision));
    if (document === undefined || edits === null || edits === undefined || !(await apply(document, edits))) {
      refuse('Its record is gone or cannot be changed: look at the file.');
      return this.previews.repeatDraft();
    }
    await this.goOn(shown);
  }

  /** After a decision: the next draft where the user goes through them, else the record itself. */
  private async goOn(decided: ReviewPlace): Promise<void> {
    this.changed();
    const next = this.isGoing ? neighbour(await this.undecided(decided.document), decided, 1) : undefined;
    if (next === undefined) await this.hide();
    else await this.show(next);
  }

  private async show(draft: Reviewed): Promise<void> {
    const isShown =
      draft.standing === undefined ? await this.showStored(draft) : await this.showStanding(draft, draft.standing);
    if (!isShown) return;
    this.shown = draft;
    await vscode.commands.executeCommand('setContext', 'uscdf.draftWaits', true);
  }

  private async showStored(draft: Reviewed): Promise<boolean> {
    const stored = draft.key === undefined ? undefined : await this.store.read(draft.key);
    if (stored === undefined) {
      await this.lost(draft);
      return false;
    }
    const document = await opened(vscode.Uri.parse(stored.document));
    if (document === undefined) {
      await this.offerToDiscard(draft, stored);
      return false;
    }
    const found = stored.record && (await this.server.find(document, stored.record));
    const position = found?.position ?? endOf(document);
    const isPart = stored.asked.kind === 'phrase';
    const hasAnswer = found?.position !== undefined && !found.waits && !isPart;
    const current = hasAnswer ? await this.server.preview(document, position) : undefined;
    await this.present(document, position, draft, {
      record: previewOf(stored),
      model: `${stored.model.name} ${stored.model.version}`,
      notes: [...changes(stored, found), ...stored.notes],
      ...(current !== undefined && { current }),
    });
    return true;
  }

  private async showStanding(draft: Reviewed, standing: NamedRecord): Promise<boolean> {
    const document = await opened(vscode.Uri.parse(draft.document));
    const found = document && (await this.server.find(document, standing));
    const record = found?.position && (await this.server.preview(document!, found.position));
    if (document === undefined || found?.position === undefined || record === undefined) {
      refuse('Its record is gone or cannot be read: look at the file.');
      return false;
    }
    await this.present(document, found.position, draft, {
      record,
      model: record?.provenance?.model ?? 'a model that is not named',
      notes: [],
      standing: true,
    });
    return true;
  }

  private async present(
    document: vscode.TextDocument,
    position: Position,
    draft: Reviewed,
    { record, model, notes, current, standing }: Presented,
  ): Promise<void> {
    const all = await this.undecided(draft.document);
    const number = all.findIndex((each) => isSamePlace(each, draft)) + 1;
    if (this.isGoing) await reveal(document, position);
    await this.previews.open(document.uri.toString(), position);
    this.previews.showDraft(document, record, model, notes, {
      ...(current !== undefined && { current }),
      ...(standing !== undefined && { standing }),
      ...(number > 0 && { waiting: { number, of: all.length } }),
    });
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

  private async offerToDiscard(draft: Reviewed, { document }: StoredDraft): Promise<void> {
    const message = `${nameOf(document)}, which a draft waits for, cannot be opened. Put the file back, or discard the draft.`;
    const answer = await vscode.window.showWarningMessage(message, 'Discard');
    if (answer !== 'Discard' || draft.key === undefined) return;
    await this.store.remove(draft.key);
    await this.goOn(draft);
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

/** What the preview shows of a draft. */
interface Presented {
  readonly record: PreviewRecord;
  readonly model: string;
  readonly notes: readonly string[];
  /** What stands in the file. */
  readonly current?: PreviewRecord;
  readonly standing?: boolean;
}

/** What the user should know of the record that a draft was asked for. */
function changes({ record, waited, asked }: StoredDraft, found: DraftContext | undefined): readonly string[] {
  if (record === undefined) return [];
  if (found === undefined) return [RECORD_GONE];
  if (found.name?.fingerprint === record.fingerprint) return [];
  if (asked.kind === 'phrase') return [PARENT_CHANGED];
  return waited ? [CHANGED] : [];
}

function refuse(why: string): void {
  void vscode.window.showErrorMessage(`The draft was not decided on: ${why}`);
}
