/** Masks in the text: a picture behind each `[SEG]` and colours in the gutter, for the lines that are looked at. */
import * as vscode from 'vscode';
import type { MaskPictures } from '../../core/language/maskPictures.ts';
import { MaskPicturesRequest } from '../../server/protocol.ts';
import { isUscdf, type LanguageServer } from '../languageServer.ts';
import {
  type InlineMasks,
  linesToAsk,
  NO_ROOM,
  pictureHeight,
  picturesToShow,
  type Room,
  readInlineMasks,
  roomFor,
} from './looked.ts';
import { Painter } from './painter.ts';

/** Lines above and below what is to be seen. */
const MARGIN = 20;
/** Pictures wait until nothing was scrolled or typed for so many milliseconds. */
const SCROLL_MS = 60;
const EDIT_MS = 200;
/** The server draws for a moment each time; what takes longer than so many is not drawn. */
const MAX_ROUNDS = 40;

const SETTINGS = [
  ...['uscdf.inlineMasks', 'uscdf.gutterSwatches'],
  ...['editor.fontSize', 'editor.lineHeight', 'editor.inlayHints.enabled'],
];

interface Choices {
  readonly masks: InlineMasks;
  readonly swatches: boolean;
  /** Of pictures, in pixels. */
  readonly height: number;
  readonly room: Room;
}

export class InText implements vscode.Disposable {
  private readonly painter = new Painter();
  private readonly waiting = new Map<vscode.TextEditor, NodeJS.Timeout>();
  private readonly shown = new WeakMap<vscode.TextEditor, MaskPictures>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly server: LanguageServer) {
    const { window, workspace } = vscode;
    this.subscriptions = [
      window.onDidChangeVisibleTextEditors(() => this.refreshWhere(() => true, 0)),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.refresh(textEditor, SCROLL_MS)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.moved(textEditor)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.refreshWhere((editor) => editor.document === document, EDIT_MS);
      }),
      // The server has looked anew, perhaps at files that have changed beside the document.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const changed = new Set(uris.map(String));
        this.refreshWhere(({ document }) => changed.has(document.uri.toString()), EDIT_MS);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (!SETTINGS.some((name) => event.affectsConfiguration(name))) return;
        this.server.refreshNotes();
        this.refreshWhere(() => true, 0);
      }),
    ];
    server.changeNotes((document, notes) => withRoom(notes, choicesOf(document).room.blanks));
    this.refreshWhere(() => true, 0);
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.painter.dispose();
  }

  private refreshWhere(test: (editor: vscode.TextEditor) => boolean, delayMs: number): void {
    for (const editor of vscode.window.visibleTextEditors) if (test(editor)) this.refresh(editor, delayMs);
  }

  /** Asks once nothing more has happened for a while. */
  private refresh(editor: vscode.TextEditor, delayMs: number): void {
    if (!isUscdf(editor.document) && !this.shown.has(editor)) return;
    clearTimeout(this.waiting.get(editor));
    const timer = setTimeout(() => {
      if (this.waiting.get(editor) === timer) void this.look(editor, timer);
    }, delayMs);
    this.waiting.set(editor, timer);
  }

  /** Asks and draws, until all is drawn or `turn` is not the last one any more. */
  private async look(editor: vscode.TextEditor, turn: NodeJS.Timeout): Promise<void> {
    const isLast = () => this.waiting.get(editor) === turn && vscode.window.visibleTextEditors.includes(editor);
    let more = isLast();
    for (let round = 0; more && round < MAX_ROUNDS; round++) {
      const { document } = editor;
      const { version } = document;
      const choices = choicesOf(document);
      const found = await this.ask(editor, choices);
      if (!isLast() || found === undefined || document.version !== version) break;
      this.shown.set(editor, found);
      this.painter.paintPictures(
        editor,
        picturesToShow(found.pictures, choices.masks, cursorLines(editor)),
        choices.room.width,
      );
      this.painter.paintSwatches(editor, choices.swatches ? found.swatches : []);
      more = found.more;
    }
    if (this.waiting.get(editor) === turn) this.waiting.delete(editor);
  }

  /** `undefined` where what is shown shall stay: the server is busy with a newer text, or starts again. */
  private async ask(
    editor: vscode.TextEditor,
    { masks, swatches, height }: Choices,
  ): Promise<MaskPictures | undefined> {
    const { document } = editor;
    if (!isUscdf(document) || (masks === 'off' && !swatches)) return NOTHING;
    const visible = editor.visibleRanges.map(({ start, end }) => ({ first: start.line, last: end.line }));
    const ranges = linesToAsk(visible, document.lineCount, MARGIN).map(({ first, last }) => ({
      start: { line: first, character: 0 },
      end: { line: last, character: document.lineAt(last).text.length },
    }));
    const params: MaskPicturesRequest.Params = { uri: this.server.uriOf(document), ranges, height };
    try {
      return (await this.server.ask<MaskPicturesRequest.Answer>(MaskPicturesRequest.method, params)) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Where pictures follow the cursor, those of its line are known already. */
  private moved(editor: vscode.TextEditor): void {
    const found = this.shown.get(editor);
    if (found === undefined || this.waiting.has(editor)) return;
    const { masks, room } = choicesOf(editor.document);
    if (masks === 'currentLine')
      this.painter.paintPictures(editor, picturesToShow(found.pictures, masks, cursorLines(editor)), room.width);
  }
}

const NOTHING: MaskPictures = { pictures: [], swatches: [], more: false };

function cursorLines({ selections }: vscode.TextEditor): readonly number[] {
  return selections.map(({ active }) => active.line);
}

function choicesOf(document: vscode.TextDocument): Choices {
  const uscdf = vscode.workspace.getConfiguration('uscdf', document);
  const editor = vscode.workspace.getConfiguration('editor', document);
  const fontSize = editor.get<number>('fontSize', 14);
  const height = pictureHeight(fontSize, editor.get<number>('lineHeight', 0));
  const masks = readInlineMasks(uscdf.get('inlineMasks'));
  // Notes that come and go with the cursor would move the text under it.
  const hasNotes = ['on', 'onUnlessPressed'].includes(editor.get<string>('inlayHints.enabled', 'on'));
  return {
    masks,
    swatches: uscdf.get<boolean>('gutterSwatches', true),
    height,
    room: masks === 'always' && hasNotes ? roomFor(height, fontSize) : NO_ROOM,
  };
}

/** The notes with blanks in front, over which pictures are drawn. */
function withRoom(notes: readonly vscode.InlayHint[], blanks: string): vscode.InlayHint[] {
  return notes.map((note) => {
    if (typeof note.label === 'string') note.label = blanks + note.label;
    return note;
  });
}
