import * as vscode from 'vscode';
import type { Position, Range } from '../../core/records/position.ts';
import type { Answer, FromPreview } from '../../media/protocol.ts';
import { askForDrafts, isAboutDrafts } from './draftRequests.ts';
import type { Previewing } from './previewing.ts';
import { type ShapeMessage, shape } from './shaping.ts';
import { fingerprintOf, type Showing } from './showings.ts';
import { textFollows, textFollowsPointer } from './sync.ts';
import { bringIntoSight, openText, selectIn, syncMode, visibleEditor } from './textSide.ts';

type Message<Type extends FromPreview['type']> = Extract<FromPreview, { readonly type: Type }>;
type Request = Exclude<FromPreview, { readonly type: 'ready' }>;

const DONE: Answer = { ok: true };

/** Does what a page asks for. */
export class PageRequests implements vscode.Disposable {
  private segmenting: AbortController | undefined;
  /** Counts what the pointer was over, for answers may come late. */
  private hovers = 0;

  constructor(private readonly session: Previewing) {}

  async answer(message: Request): Promise<Answer> {
    const { session } = this;
    if (message.type !== 'focus' && message.type !== 'hover') await session.reopen();
    if (isAboutDrafts(message)) return askForDrafts(message, session.document, session.position);
    switch (message.type) {
      case 'select':
        return this.select(message.phrase);
      case 'hover':
        return this.hover(message.phrase);
      case 'step':
        return this.goTo((session.shown?.showing.record ?? 0) + message.by);
      case 'goTo':
        return this.goTo(message.record);
      case 'focus':
        session.parts.focus.report(session, message);
        if (message.drawing) session.parts.prompts.drawing();
        return DONE;
      case 'undo':
      case 'redo':
        return this.history(message.type);
      case 'shape':
        return this.shape(message);
      case 'segment':
        return this.segment(message);
      case 'openKeys':
        await vscode.commands.executeCommand(
          'workbench.action.openGlobalKeybindings',
          `@ext:${session.parts.extensionId}`,
        );
        return DONE;
      case 'imageFailed':
        return DONE;
    }
  }

  dispose(): void {
    this.segmenting?.abort();
    this.hovers++;
    this.session.parts.hoverLight.clear();
  }

  /** Marks the words of the phrase under the pointer in a text that is to be seen. */
  private async hover(phrase: number | undefined): Promise<Answer> {
    const { hoverLight } = this.session.parts;
    const hover = ++this.hovers;
    const found = phrase === undefined ? undefined : await this.wordsInSight(phrase);
    if (hover !== this.hovers) return DONE;
    if (found === undefined) hoverLight.clear();
    else hoverLight.show(found.editor, found.range);
    return DONE;
  }

  private async wordsInSight(
    phrase: number,
  ): Promise<{ readonly editor: vscode.TextEditor; readonly range: Range } | undefined> {
    const { document, shown, waitingDraft, parts } = this.session;
    if (document === undefined || shown === undefined || waitingDraft !== undefined) return undefined;
    const editor = textFollowsPointer(syncMode()) ? visibleEditor(document) : undefined;
    if (editor === undefined) return undefined;
    const range = await parts.records.phraseRange(document, { record: shown.showing.record, phrase });
    return range === null ? undefined : { editor, range };
  }

  /** Lights a phrase, and selects its words in the text. The side panel opens the text where it is not to be seen. */
  private async select(phrase: number): Promise<Answer> {
    const { document, shown, waitingDraft, kind, panel, parts } = this.session;
    if (document === undefined || shown === undefined || waitingDraft !== undefined) return DONE;
    const range = await parts.records.phraseRange(document, { record: shown.showing.record, phrase });
    if (range === null) return DONE;
    this.session.position = range.start;
    this.session.light(phrase);
    if (!textFollows(syncMode())) return DONE;
    const editor =
      visibleEditor(document) ??
      (kind === 'panel' ? await openText(document, panel, { preserveFocus: true }) : undefined);
    if (editor !== undefined) selectIn(editor, range, parts.watch);
    return DONE;
  }

  /** Shows the record of a number; the cursor of a text that is to be seen goes along. */
  private async goTo(record: number): Promise<Answer> {
    const { document, parts } = this.session;
    if (document === undefined) return refused('Two records are compared here: open the file itself to go through it.');
    if (record < 0) return refused('This is the first record of the file.');
    const place = await parts.records.place(document, record);
    if (place === null) return refused(`The file has no record ${record + 1}: this is its last one.`);
    this.session.position = place.position;
    const editor = textFollows(syncMode()) ? visibleEditor(document) : undefined;
    if (editor !== undefined) selectIn(editor, rangeAt(place.position), parts.watch);
    await this.session.show();
    return DONE;
  }

  private async shape(message: ShapeMessage): Promise<Answer> {
    const { session } = this;
    const { records, writer } = session.parts;
    if (session.shown?.showing.stamp === message.version && !session.shown.editable)
      return refused('This record cannot be changed here: its file is read-only, or it is compared with another one.');
    const result = await shape(message, {
      showing: (stamp, record) => session.showings.find(stamp, record),
      document: (uri) => (session.document?.uri.toString() === uri ? session.document : undefined),
      isUnchanged: (document, showing) =>
        session.shown?.document === document &&
        session.shown.showing === showing &&
        document.version === showing.version,
      recordNow: (document, showing) => this.recordNow(document, showing),
      ask: (document, record, edit) => records.shape(document, record, edit),
      write: (document, shaped) => writer.write(document, shaped),
    });
    if (!result.ok) {
      if (result.isStale) session.repost();
      return refused(result.message);
    }
    // The page hears first that its mask is in the file, then sees the file.
    setTimeout(() => void this.showShaped(result.record, result.phrase), 0);
    return DONE;
  }

  private async showShaped(record: number, phrase: number | undefined): Promise<void> {
    const { session } = this;
    const { document, parts } = session;
    if (document !== undefined && phrase !== undefined && session.shown?.showing.record === record) {
      const range = await parts.records.phraseRange(document, { record, phrase });
      if (range !== null) {
        session.position = range.start;
        const editor = textFollows(syncMode()) ? visibleEditor(document) : undefined;
        if (editor !== undefined) selectIn(editor, range, parts.watch);
      }
    }
    session.refresh(0);
  }

  /** Where a record is that was shown, if it still looks the same. */
  private async recordNow(document: vscode.TextDocument, showing: Showing): Promise<number | undefined> {
    const { shown, position, parts } = this.session;
    const isShown = shown?.showing === showing;
    const at = isShown ? position : (await parts.records.place(document, showing.record))?.position;
    const now = at === undefined ? null : await parts.records.preview(document, at);
    return now !== null && fingerprintOf(now) === showing.fingerprint ? now.index : undefined;
  }

  /** A mask by the model. A newer wish replaces the one that is not answered yet. */
  private async segment({ points, box }: Message<'segment'>): Promise<Answer> {
    const { document, shown, parts } = this.session;
    if (document === undefined || shown === undefined)
      return refused('No record is shown whose photograph the model could look at: show one first.');
    this.segmenting?.abort();
    const abort = new AbortController();
    this.segmenting = abort;
    return parts.prompts.segment(document, shown.record.image, points, box, abort.signal);
  }

  /** The document's own undo: of its editor, which the panel must lend the focus to. */
  private async history(command: 'undo' | 'redo'): Promise<Answer> {
    const { document, kind, panel } = this.session;
    if (document === undefined) return DONE;
    const lent = kind === 'panel' ? await openText(document, panel, { preserveFocus: false }) : undefined;
    if (lent === undefined && !panel.active) panel.reveal(undefined, false);
    await vscode.commands.executeCommand(command);
    if (lent === undefined) return DONE;
    panel.reveal(undefined, false);
    // What was undone may be many lines, and leave the text scrolled to beyond its end.
    if (textFollows(syncMode())) bringIntoSight(lent, this.session.position);
    return DONE;
  }
}

function rangeAt(position: Position): Range {
  return { start: position, end: position };
}

function refused(message: string): Answer {
  return { ok: false, message };
}
