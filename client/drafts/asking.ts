import * as vscode from 'vscode';
import type { DraftContext } from '../../core/language/draftRecords.ts';
import type { Position } from '../../core/records/position.ts';
import { imageUri, relativePath } from '../imagePaths.ts';
import type { Inference } from '../inference.ts';
import { assignmentFor, plain } from './assignment.ts';
import { documentFor, isTooLarge } from './documents.ts';
import { makeDraft } from './drafting.ts';
import type { DraftServer } from './draftServer.ts';
import { MOST_DRAFTS } from './draftStore.ts';
import { newDraft } from './newDraft.ts';
import type { Asked, StoredDraft } from './storedDraft.ts';

export const TOO_MANY = `${MOST_DRAFTS} drafts wait for a decision, and no more are kept: accept or reject some of them first.`;
const BUSY = 'A draft is being made already: wait for it, or cancel it.';
const IS_DRAFT = 'This file is a draft itself: accept it first, then ask for drafts in the file that it went to.';

/** Where a draft is asked for: a document's address, and a place in its record. Without them the active editor's cursor. */
export interface AskedAt {
  readonly uri?: unknown;
  readonly position?: Position | undefined;
  /** A phrase by its index over the record, in place of the one at the position. */
  readonly phrase?: number | undefined;
}

/** What the asking needs to know of the drafts that there are. */
export interface AskingHost {
  readonly isFull: boolean;
  /** Whether a document is a draft that is being edited. */
  isDraft(document: vscode.TextDocument): boolean;
}

/** Asks the model for one draft that a person waits for. Each method returns `undefined` where there is none, and then the user knows why. */
export class Asking {
  private isBusy = false;

  constructor(
    private readonly server: DraftServer,
    private readonly inference: Inference,
    private readonly host: AskingHost,
  ) {}

  /** A draft for what the record itself asks for. */
  record(at: AskedAt): Promise<StoredDraft | undefined> {
    return this.ask(at, () => ({ kind: 'record' }));
  }

  /** A draft that describes one phrase of the record's answer in finer parts. */
  phrase(at: AskedAt): Promise<StoredDraft | undefined> {
    return this.ask(at, (context) => {
      if (context?.phrase === undefined) {
        const advice =
          'Put the cursor into a phrase of an answer first: the draft describes that phrase in finer parts.';
        void vscode.window.showInformationMessage(advice);
        return undefined;
      }
      if (context.id === undefined) {
        const advice = 'This record has no "id", and the parts of a phrase name their record by it: write one first.';
        void vscode.window.showWarningMessage(advice);
        return undefined;
      }
      return { kind: 'phrase', phrase: context.phrase };
    });
  }

  /** A draft for a question of the user's own. */
  question(at: AskedAt, given?: string): Promise<StoredDraft | undefined> {
    return this.ask(at, async (context) => {
      const question = plain(given ?? (await askQuestion(context)) ?? '');
      return question === '' ? undefined : { kind: 'question', question };
    });
  }

  private async ask(
    { uri, position, phrase }: AskedAt,
    choose: (context: DraftContext | undefined) => Asked | undefined | Promise<Asked | undefined>,
  ): Promise<StoredDraft | undefined> {
    const refusal = this.refusal();
    if (refusal !== undefined) {
      void vscode.window.showWarningMessage(refusal);
      return undefined;
    }
    if (await isTooLarge(uri)) return undefined;
    const document = await documentFor(uri);
    if (document === undefined) return undefined;
    if (this.host.isDraft(document)) {
      void vscode.window.showInformationMessage(IS_DRAFT);
      return undefined;
    }
    const context = await this.server.context(document, position ?? cursorIn(document), phrase);
    const asked = await choose(context);
    const image = asked === undefined ? undefined : await imageFor(document, context);
    if (asked === undefined || image === undefined) return undefined;
    const name = context?.image ?? relativePath(document.uri, image);
    if (this.isBusy) {
      void vscode.window.showInformationMessage(BUSY);
      return undefined;
    }
    this.isBusy = true;
    try {
      const draft = await makeDraft(this.inference, { image: image.fsPath, ...assignmentFor(asked, context) });
      return draft && newDraft({ document: document.uri.toString(), context, asked, image: name }, draft);
    } finally {
      this.isBusy = false;
    }
  }

  private refusal(): string | undefined {
    const may = this.inference.mayRun();
    if (may !== true) return may;
    if (this.host.isFull) return TOO_MANY;
    return this.isBusy ? BUSY : undefined;
  }
}

function cursorIn(document: vscode.TextDocument): Position {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const editor = editors.find((each) => each?.document === document);
  return editor?.selection.active ?? { line: 0, character: 0 };
}

/** The record's photograph, or one that the user picks for a file without records. */
async function imageFor(
  document: vscode.TextDocument,
  context: DraftContext | undefined,
): Promise<vscode.Uri | undefined> {
  if (context?.image === undefined) return pickImage();
  const image = imageUri(document.uri, context.image);
  if (image === undefined) {
    void vscode.window.showWarningMessage(
      `The image ${context.image} lies on the network, and nothing is fetched unasked: download it and name the file in "image".`,
    );
  }
  return image;
}

async function pickImage(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: 'The photograph to draft a caption for',
    canSelectMany: false,
    filters: { Images: ['jpg', 'jpeg', 'png'] },
  });
  return picked?.[0];
}

/** The question that waits in the record is there to begin with. */
async function askQuestion(context: DraftContext | undefined): Promise<string | undefined> {
  const waiting = context?.question === undefined ? '' : plain(context.question);
  return vscode.window.showInputBox({
    title: 'Draft for a Question',
    prompt: 'What the draft should segment; several things in one question are one answer.',
    placeHolder: 'Please segment the dog and the zebra in this image.',
    value: waiting,
    validateInput: (text) => (text.trim() === '' ? 'Write a question.' : undefined),
  });
}
