import * as vscode from 'vscode';
import type { DraftToAccept } from '../core/language/acceptDraft.ts';
import { previewRecord } from '../core/language/preview.ts';
import { JsonRecord } from '../core/records/jsonRecord.ts';
import type { TextEdit } from '../core/records/position.ts';
import { parseQuestionReferents } from '../core/text/questions.ts';
import type { Draft, DraftProgress, DraftRequest } from '../models/runtime/draft.ts';
import { AcceptDraftRequest, DecideRequest, DraftContextRequest } from '../server/protocol.ts';
import { imageUri, relativePath } from './imagePaths.ts';
import type { Inference } from './inference.ts';
import { isUscdf, type LanguageServer } from './languageServer.ts';
import type { Previews } from './preview/previews.ts';

type Place = { readonly line: number; readonly character: number };

interface Waiting {
  readonly document: vscode.TextDocument;
  /** Kept in step with edits made while the draft waits. */
  offset: number;
  readonly draft: DraftToAccept;
}

const STAGES: Readonly<Record<string, string>> = {
  load: 'loading the model',
  decode: 'reading the photograph',
  encode: 'looking at the photograph',
  detect: 'looking for objects',
  generate: 'writing',
  masks: 'drawing masks',
  compose: 'writing the caption',
};
/** Characters of the words so far that a notification shows. */
const WORDS_SHOWN = 120;

/** Drafts by the local model: asked for, shown, accepted or rejected. Nothing reaches a file before it is accepted. */
export class Drafts implements vscode.Disposable {
  private waiting: Waiting | undefined;
  private running = false;
  private readonly changes: vscode.Disposable;

  constructor(
    private readonly server: LanguageServer,
    private readonly preview: Previews,
    private readonly inference: Inference,
  ) {
    this.changes = vscode.workspace.onDidChangeTextDocument((event) => this.shift(event));
  }

  /** Drafts for the record under the cursor; the draft then waits in the preview. */
  async draft(uri?: string, position?: Place): Promise<void> {
    const document = await this.documentFor(uri);
    if (document === undefined) return;
    const may = this.inference.mayRun();
    if (may !== true) {
      void vscode.window.showWarningMessage(may);
      return;
    }
    if (this.running) {
      void vscode.window.showInformationMessage('A draft is being made already: wait for it, or cancel it.');
      return;
    }
    const editor = vscode.window.activeTextEditor;
    const place = position ?? (editor?.document === document ? editor.selection.active : { line: 0, character: 0 });
    const at = { uri: this.server.uriOf(document), position: place };
    const context = await this.server.ask<DraftContextRequest.Answer>(DraftContextRequest.method, at);
    const image = context?.image === undefined ? await pickImage() : imageUri(document.uri, context.image);
    if (image === undefined) {
      if (context?.image !== undefined) {
        void vscode.window.showWarningMessage(
          `The image ${context.image} lies on the network, and nothing is fetched unasked: download it and name the file in "image".`,
        );
      }
      return;
    }
    const offset = document.offsetAt(new vscode.Position(place.line, place.character));
    this.running = true;
    try {
      const draft = await this.run(image.fsPath, context);
      if (draft === undefined) return;
      const name = context?.image ?? relativePath(document.uri, image);
      this.waiting = { document, offset, draft: toAccept(draft, name) };
      await this.show(document, place, draft, context?.id);
    } finally {
      this.running = false;
    }
  }

  /** Writes the waiting draft into its file as one edit; without one, accepts the draft that stands at a position. */
  async accept(uri?: string, position?: Place): Promise<void> {
    const waiting = uri === undefined ? this.waiting : undefined;
    if (waiting === undefined) return this.decide('accepted', uri, position);
    const { document, draft } = waiting;
    const { line, character } = document.positionAt(waiting.offset);
    const params: AcceptDraftRequest.Params = {
      uri: this.server.uriOf(document),
      position: { line, character },
      draft,
    };
    const answer = await this.server.ask<AcceptDraftRequest.Answer>(AcceptDraftRequest.method, params);
    if ('message' in answer) {
      void vscode.window.showErrorMessage(`The draft was not accepted: ${answer.message}`);
      this.preview.repeatDraft();
      return;
    }
    if (!(await apply(document, answer.edits))) {
      void vscode.window.showErrorMessage(
        'The draft was not accepted: the editor refused the change. The draft still waits; try again.',
      );
      this.preview.repeatDraft();
      return;
    }
    await this.close();
  }

  async reject(uri?: string, position?: Place): Promise<void> {
    if (uri !== undefined) return this.decide('rejected', uri, position);
    if (this.waiting !== undefined) await this.close();
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async run(image: string, context: DraftContextRequest.Answer): Promise<Draft | undefined> {
    const order = { image, ...assignmentFor(context) };
    const options = { location: vscode.ProgressLocation.Notification, title: 'USCDF draft', cancellable: true };
    try {
      return await vscode.window.withProgress(options, (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        let done = 0;
        return this.inference.draft(order, {
          signal: abort.signal,
          onProgress: (step) => {
            progress.report({ message: messageFor(step), increment: 100 * (step.done - done) });
            done = step.done;
          },
        });
      });
    } catch (error) {
      this.inference.report(error);
      return undefined;
    }
  }

  private async show(
    document: vscode.TextDocument,
    position: Place,
    draft: Draft,
    id: string | undefined,
  ): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'uscdf.draftWaits', true);
    await this.preview.open(document.uri.toString(), position);
    const { answer, question, masks, width, height, task } = draft;
    const conversations = [
      { from: 'human', value: question },
      { from: 'gpt', value: answer },
    ];
    const { image } = this.waiting!.draft;
    const record = { id: id ?? image, image, width, height, task, conversations, masks };
    const shown = previewRecord(new JsonRecord(JSON.stringify(record)), 0, [], undefined);
    this.preview.showDraft(document, shown, `${draft.model.name} ${draft.model.version}`, draft.notes);
  }

  private async decide(status: 'accepted' | 'rejected', uri?: string, position?: Place): Promise<void> {
    const document = uri === undefined ? vscode.window.activeTextEditor?.document : await this.documentFor(uri);
    if (document === undefined || !isUscdf(document) || (uri === undefined && position === undefined)) {
      void vscode.window.showInformationMessage(
        'No draft waits here: ask for one with "USCDF: Draft a Grounded Caption".',
      );
      return;
    }
    const params: DecideRequest.Params = {
      uri: this.server.uriOf(document),
      position: position ?? { line: 0, character: 0 },
      status,
    };
    const edits = await this.server.ask<DecideRequest.Answer>(DecideRequest.method, params);
    if (edits !== null) await apply(document, edits);
  }

  private async close(): Promise<void> {
    this.waiting = undefined;
    await vscode.commands.executeCommand('setContext', 'uscdf.draftWaits', false);
    this.preview.closeDraft();
  }

  private async documentFor(uri: string | undefined): Promise<vscode.TextDocument | undefined> {
    const document =
      typeof uri === 'string'
        ? await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))
        : vscode.window.activeTextEditor?.document;
    if (document !== undefined && isUscdf(document)) return document;
    void vscode.window.showInformationMessage(
      'Open a .uscdf, .uscdf.json or .uscdf.jsonl file first: the draft is for the record under the cursor.',
    );
    return undefined;
  }

  /** Edits before the draft's place move it along. */
  private shift({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.waiting?.document !== document) return;
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      if (rangeOffset + rangeLength <= this.waiting.offset) this.waiting.offset += text.length - rangeLength;
    }
  }
}

/** The task that a record asks for, by what it says of itself, else by its question. */
function assignmentFor(context: DraftContextRequest.Answer): Pick<DraftRequest, 'task' | 'prompt'> {
  const question = context?.question?.replace(/<image>/gi, '').trim();
  if (context?.task === 'mgsc') {
    return { task: 'mgsc', ...(context.target !== undefined && { prompt: context.target }) };
  }
  if (question === undefined) return { task: 'gcg' };
  if (context?.task === 'reasoning') return { task: 'reasoning', prompt: question };
  if (parseQuestionReferents(question) !== undefined) return { task: 'referring', prompt: question };
  return { task: /\ball the objects\b/i.test(question) ? 'panoptic' : 'gcg' };
}

/** The words while they are written, their end where they are many; else what is being done. */
function messageFor({ stage, text }: DraftProgress): string {
  if (text === undefined || text === '') return STAGES[stage] ?? stage;
  return text.length <= WORDS_SHOWN ? text : `…${text.slice(-WORDS_SHOWN)}`;
}

function toAccept(draft: Draft, image: string): DraftToAccept {
  const { task, question, answer, width, height, masks, negatives, model } = draft;
  const provenance = { model: `${model.name}@${model.version}`, status: 'accepted', created: new Date().toISOString() };
  return {
    task,
    question,
    answer,
    image,
    width,
    height,
    masks: masks.map((mask) => ({ ...mask })),
    negatives,
    provenance,
  };
}

async function apply(document: vscode.TextDocument, edits: readonly TextEdit[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) {
    edit.replace(
      document.uri,
      new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character),
      newText,
    );
  }
  return vscode.workspace.applyEdit(edit);
}

async function pickImage(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: 'The photograph to draft a caption for',
    canSelectMany: false,
    filters: { Images: ['jpg', 'jpeg', 'png'] },
  });
  return picked?.[0];
}
