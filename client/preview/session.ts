import * as vscode from 'vscode';
import type { WordsFound } from '../../core/language/shaping/shapeEdit.ts';
import type { Position } from '../../core/records/position.ts';
import type { FromPreview, ToPreview } from '../../media/protocol.ts';
import type { PageLink } from './messenger.ts';
import { Page } from './page.ts';
import { compared, comparisonMessage, draftMessage } from './pageMessages.ts';
import { PageRequests } from './pageRequests.ts';
import type { Comparison, DraftToShow, Previewing, SessionParts, Shown } from './previewing.ts';
import { shifted } from './shift.ts';
import { fingerprintOf, Showings } from './showings.ts';
import { isWritable } from './textSide.ts';

const START: Position = { line: 0, character: 0 };
/** Typing may rest for so long before the picture follows. */
const TYPING_MS = 250;

/** One page and the record it shows: what the side panel and the mask editor have in common. */
export class PreviewSession implements Previewing, vscode.Disposable {
  document: vscode.TextDocument | undefined;
  /** Some place in the shown record; the cursor's, where it is followed. Moves along when the text changes. */
  position: Position = START;
  shown: Shown | undefined;
  comparison: Comparison | undefined;
  readonly showings = new Showings();
  private draft: DraftToShow | undefined;
  /** Words that wait until their record is shown. */
  private words: WordsFound | undefined;
  /** The page has said that it listens. */
  private ready = false;
  private isVisible = true;
  /** How often the record was to be asked for anew, though its text was the same, and up to which time that was done. */
  private refreshes = { wanted: 0, done: 0 };
  private timer: NodeJS.Timeout | undefined;
  private turn = 0;
  private readonly page: Page;
  private readonly link: PageLink;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    readonly parts: SessionParts,
    readonly panel: vscode.WebviewPanel,
    /** The panel beside the text, or the editor that stands for it. */
    readonly kind: 'panel' | 'editor',
    document?: vscode.TextDocument,
  ) {
    this.document = document;
    this.page = new Page(parts.extension, panel.webview);
    const requests = new PageRequests(this);
    this.link = parts.links.connect(panel, (message) => this.answer(message, requests));
    this.subscriptions = [
      this.link,
      requests,
      panel.onDidDispose(() => this.dispose()),
      panel.onDidChangeViewState(() => this.viewChanged()),
      vscode.workspace.onDidChangeTextDocument((event) => this.textChanged(event)),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const own = this.document?.uri.toString();
        if (own !== undefined && uris.some((uri) => uri.toString() === own)) this.refresh(TYPING_MS);
      }),
    ];
    parts.focus.opened(this);
    this.page.load(document?.uri);
  }

  /** Shows the record at a place, some milliseconds later: a place that follows at once replaces it. */
  follow(document: vscode.TextDocument | undefined, position: Position, delay: number): void {
    this.document = document;
    this.position = position;
    this.later(delay);
  }

  /** Asks for the record anew, and shows it where it looks otherwise. */
  refresh(delay: number): void {
    this.refreshes.wanted++;
    this.later(delay);
  }

  /** Brings the page up to date: the record only where it changed, the lit phrase always. */
  async show(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.ready) return;
    const turn = ++this.turn;
    try {
      await this.reopen();
      if (this.document !== undefined) await this.showDocument(this.document, turn);
      else if (this.comparison !== undefined) this.post(comparisonMessage(this.page, this.comparison));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (turn === this.turn) this.showNothing(`The record cannot be shown: ${reason}`);
    }
  }

  async reopen(): Promise<void> {
    const { document } = this;
    if (document?.isClosed !== true) return;
    const reopened = await vscode.workspace.openTextDocument(document.uri);
    if (this.document === document) this.document = reopened;
  }

  /** Lights a phrase in the picture. */
  light(phrase: number | undefined): void {
    this.post({ type: 'highlight', phrase });
  }

  /** Shows a draft in place of the record until `closeDraft`. */
  showDraft(draft: DraftToShow): void {
    this.draft = draft;
    this.post(draftMessage(this.page, draft));
  }

  /** The draft that waits here. */
  get waitingDraft(): DraftToShow | undefined {
    return this.draft;
  }

  closeDraft(): void {
    if (this.draft === undefined) return;
    this.draft = undefined;
    this.post({ type: 'draftClosed' });
    this.repost();
  }

  /** Lets the page draw the mask of words, once their record is shown. */
  drawWords(words: WordsFound): void {
    this.words = words;
    this.later(0);
  }

  /** Tells the page the record again, though nothing has changed. */
  repost(): void {
    this.shown = undefined;
    this.turn++;
    this.later(0);
  }

  post(message: ToPreview): void {
    if (this.ready) this.link.post(message);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.ready = false;
    this.turn++;
    this.parts.focus.closed(this);
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
  }

  private async answer(message: FromPreview, requests: PageRequests) {
    if (message.type !== 'ready') return requests.answer(message);
    this.ready = true;
    this.page.loaded();
    this.shown = undefined;
    await this.show();
    if (this.draft !== undefined) this.post(draftMessage(this.page, this.draft));
    const queue = this.parts.queue();
    if (queue !== undefined) this.post({ type: 'queue', queue });
    return { ok: true } as const;
  }

  private later(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.show(), delay);
  }

  private textChanged({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (document !== this.document || contentChanges.length === 0) return;
    for (const { range, text } of contentChanges) this.position = shifted(this.position, range, text);
    this.later(reason === undefined ? TYPING_MS : 0);
  }

  private viewChanged(): void {
    // What was posted while it was hidden may be lost, whether its page was thrown away meanwhile or not.
    if (this.panel.visible && !this.isVisible) this.repost();
    this.isVisible = this.panel.visible;
    if (!this.panel.active) this.parts.focus.left(this);
  }

  private async showDocument(document: vscode.TextDocument, turn: number): Promise<void> {
    const place = await this.parts.records.phraseAt(document, this.position);
    if (turn !== this.turn) return;
    if (place === null || place.record < 0)
      return this.showNothing('This file holds no record yet. Write one, or ask for a draft.');
    if (!this.isShown(document, place.record) && !(await this.showRecord(document, place.record, turn))) return;
    this.light(place.phrase);
    this.passWords();
  }

  private isShown(document: vscode.TextDocument, record: number): boolean {
    const showing = this.shown?.showing;
    return (
      this.refreshes.done === this.refreshes.wanted &&
      this.shown?.document === document &&
      showing?.record === record &&
      showing.version === document.version
    );
  }

  /** Resolves with whether the record is what the page shows now. */
  private async showRecord(document: vscode.TextDocument, index: number, turn: number): Promise<boolean> {
    const { records, prompts } = this.parts;
    const { version } = document;
    const { wanted } = this.refreshes;
    const [own, place, isEditable] = await Promise.all([
      records.preview(document, this.position),
      records.place(document, index),
      isWritable(document),
    ]);
    if (turn !== this.turn) return false;
    if (own === null) {
      this.showNothing('This record cannot be read: correct the error in it first.');
      return false;
    }
    const uri = document.uri.toString();
    const record = compared(own, uri, this.comparison);
    const showing = this.showings.add({ uri, record: index, version, fingerprint: fingerprintOf(record) });
    const shown = {
      document,
      showing,
      record,
      records: place?.records ?? index + 1,
      editable: isEditable && record === own,
    };
    const before = this.shown;
    this.shown = shown;
    this.refreshes.done = wanted;
    if (before !== undefined && looksSame(before, shown)) return true;
    this.post({
      type: 'show',
      record: this.page.withImage(document.uri, record),
      place: {
        file: document.uri.toString(),
        records: shown.records,
        version: showing.stamp,
        editable: shown.editable,
        prompts: prompts.ready(document),
      },
    });
    if (shown.editable && this.panel.visible) void this.prepare(document, shown);
    return true;
  }

  /** Lets the model look at the photograph, and at the next record's, before it is asked for a mask. */
  private async prepare(document: vscode.TextDocument, { record, showing }: Shown): Promise<void> {
    const next = await this.parts.records.place(document, showing.record + 1);
    const following = next === null ? undefined : await this.parts.records.imageAt(document, next.position);
    const images = following === undefined ? [record.image] : [record.image, following];
    if (this.shown?.showing === showing) this.parts.prompts.prepare(document, images);
  }

  private showNothing(message: string): void {
    this.shown = undefined;
    this.post({ type: 'empty', message });
  }

  private passWords(): void {
    const { words, shown } = this;
    if (words === undefined || shown?.showing.record !== words.record || this.page.isReloading) return;
    this.words = undefined;
    this.post({ type: 'drawWords', words: words.words, text: words.text });
  }
}

/** Whether the page shows the same for both, findings included. */
function looksSame(a: Shown, b: Shown): boolean {
  return (
    a.showing === b.showing &&
    a.records === b.records &&
    a.editable === b.editable &&
    a.record.errors === b.record.errors &&
    a.record.warnings === b.record.warnings
  );
}
