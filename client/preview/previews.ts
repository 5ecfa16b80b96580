import * as vscode from 'vscode';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { Position } from '../../core/records/position.ts';
import type { PageAction, QueueState } from '../../media/protocol.ts';
import { isUscdf, type LanguageServer } from '../languageServer.ts';
import { Cursors } from './cursors.ts';
import { MASK_EDITOR, MaskEditors } from './customEditor.ts';
import { FocusKeys } from './focusKeys.ts';
import { HoverLight } from './hoverLight.ts';
import { PageLinks } from './messenger.ts';
import { PreviewPanel } from './panel.ts';
import type { Comparison, DraftToShow, PromptSource, SessionParts } from './previewing.ts';
import { Records } from './records.ts';
import type { PreviewSession } from './session.ts';
import { ShapeWriter } from './shapeWriter.ts';
import { CursorWatch } from './sync.ts';

const START: Position = { line: 0, character: 0 };
const OPEN_FIRST =
  'Open a .uscdf, .uscdf.json or .uscdf.jsonl file first: the preview shows its record under the cursor.';

/** What a draft comes with: where it stands among those that wait, and what stands in the file. */
export type DraftExtras = Pick<DraftToShow, 'current' | 'waiting' | 'standing'>;

/** All previews: the panel beside the text, and the mask editors. */
export class Previews implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel('USCDF Preview', { log: true });
  private readonly records: Records;
  private readonly writer = new ShapeWriter();
  private readonly hoverLight = new HoverLight();
  private readonly panel: PreviewPanel;
  private readonly editors: MaskEditors;
  private readonly cursors: Cursors;
  private queue: QueueState | undefined;

  constructor(context: vscode.ExtensionContext, server: LanguageServer, prompts: PromptSource) {
    this.records = new Records(server);
    const parts: SessionParts = {
      extension: context.extensionUri,
      extensionId: context.extension.id,
      records: this.records,
      links: new PageLinks((line) => this.log.error(line)),
      prompts,
      watch: new CursorWatch(),
      focus: new FocusKeys(),
      hoverLight: this.hoverLight,
      writer: this.writer,
      queue: () => this.queue,
    };
    this.panel = new PreviewPanel(parts);
    this.editors = new MaskEditors(parts);
    this.cursors = new Cursors(parts, (document, position) => {
      this.panel.follow(document, position);
      this.editors.follow(document, position);
    });
  }

  /** Opens the preview, or brings it to the front, for the active text or the one named. */
  async open(uri?: string, position?: Position): Promise<void> {
    await this.openSession(uri, position);
  }

  /** Opens a file in the mask editor: the one named, or the active one. */
  async openMaskEditor(uri?: unknown): Promise<void> {
    const named = uri instanceof vscode.Uri ? uri : undefined;
    const editor = vscode.window.activeTextEditor;
    const file = named ?? (editor !== undefined && isUscdf(editor.document) ? editor.document.uri : undefined);
    if (file === undefined) void vscode.window.showInformationMessage(OPEN_FIRST);
    else await vscode.commands.executeCommand('vscode.openWith', file, MASK_EDITOR);
  }

  /** Shows a record with what was predicted for it over one photograph, until the preview is opened anew. */
  async compare(comparison: Comparison): Promise<void> {
    this.panel.compare(comparison);
  }

  /** Lets the page draw the mask of the words that are selected in the active text. */
  async drawSelection(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !isUscdf(editor.document)) {
      void vscode.window.showInformationMessage(OPEN_FIRST);
      return;
    }
    const { document, selection } = editor;
    const { start, end } = selection;
    const found = await this.records.wordsAt(document, {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    });
    if ('message' in found) {
      void vscode.window.showWarningMessage(found.message);
      return;
    }
    const session = this.editorOf(document) ?? this.panel.open(document, start);
    session.follow(document, start, 0);
    session.drawWords(found);
    session.panel.reveal(undefined, false);
  }

  /** Lets the page that is in front do an action. */
  act(action: PageAction): void {
    this.front?.post({ type: 'act', action });
  }

  /** Shows a draft in place of its record until `closeDraft`. */
  showDraft(
    document: vscode.TextDocument,
    record: PreviewRecord,
    model: string,
    notes: readonly string[],
    extras: DraftExtras = {},
  ): void {
    const session = this.editorOf(document) ?? this.panel.session;
    for (const other of this.sessions) if (other !== session) other.closeDraft();
    session?.showDraft({ document: document.uri, record, model, notes, ...extras });
  }

  /** Shows the waiting draft once more, so that the page lets the user decide again. */
  repeatDraft(): void {
    for (const session of this.sessions)
      if (session.waitingDraft !== undefined) session.showDraft(session.waitingDraft);
  }

  /** Whether a page that is to be seen shows a draft. */
  get showsDraft(): boolean {
    return this.sessions.some(({ panel, waitingDraft }) => panel.visible && waitingDraft !== undefined);
  }

  closeDraft(): void {
    for (const session of this.sessions) session.closeDraft();
  }

  /** Shows the queue of drafts in every page, or that there is none. */
  showQueue(queue: QueueState | undefined): void {
    this.queue = queue;
    for (const session of this.sessions) session.post({ type: 'queue', queue });
  }

  dispose(): void {
    this.cursors.dispose();
    this.panel.dispose();
    this.editors.dispose();
    this.writer.dispose();
    this.hoverLight.dispose();
    this.log.dispose();
  }

  private async openSession(uri: string | undefined, position: Position | undefined): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const front = this.front;
    const named = typeof uri === 'string' ? await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)) : undefined;
    const document = named ?? editor?.document ?? front?.document;
    if (document === undefined || !isUscdf(document)) {
      void vscode.window.showInformationMessage(OPEN_FIRST);
      return;
    }
    // The mask editor shows all that the panel would.
    const editorInFront = this.editorOf(document);
    const own = named !== undefined || editorInFront?.panel.active === true ? editorInFront : undefined;
    const place = position ?? (editor?.document === document ? editor.selection.active : START);
    if (own === undefined) this.panel.open(document, place);
    else if (position !== undefined) own.follow(document, position, 0);
  }

  /** The mask editor of a document: the active one, else one that is to be seen. */
  private editorOf(document: vscode.TextDocument): PreviewSession | undefined {
    return inFront([...this.editors.sessions].filter((session) => session.document === document));
  }

  private get sessions(): readonly PreviewSession[] {
    const { session } = this.panel;
    return session === undefined ? [...this.editors.sessions] : [session, ...this.editors.sessions];
  }

  /** The page that commands are for. */
  private get front(): PreviewSession | undefined {
    return inFront(this.sessions);
  }
}

/** The active one, else one that is to be seen. */
function inFront(sessions: readonly PreviewSession[]): PreviewSession | undefined {
  return sessions.find(({ panel }) => panel.active) ?? sessions.find(({ panel }) => panel.visible);
}
