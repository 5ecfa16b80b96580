import * as vscode from 'vscode';
import type { Answer } from '../media/protocol.ts';
import type { EncodeRequest } from '../models/runtime/draft.ts';
import { DraftCancelledError } from '../models/runtime/errors.ts';
import type { MaskPoint } from '../models/runtime/model.ts';
import { EncodeAhead } from './encodeAhead.ts';
import { imageUri } from './imagePaths.ts';
import type { Inference } from './inference.ts';
import type { Models } from './models/models.ts';
import type { PromptSource } from './preview/previewing.ts';

/** Without activity for this long, the photograph that is looked at is encoded. */
const IDLE_MS = 400;

/** What decides on the model that photographs are encoded for. */
const SETTINGS = ['uscdf.promptModel', 'uscdf.model', 'uscdf.inference'];

const NOTHING_THERE =
  'The model sees nothing there. Click nearer to the middle of the thing, draw a box around it, or use the brush.';
const SUPERSEDED = 'This mask was not drawn, because another was asked for meanwhile.';

/** Masks for points and boxes, by the model of the settings. What is said here is said to the page. */
export class Prompts implements PromptSource, vscode.Disposable {
  /** Why no model can be asked, as far as is known: it is looked at again when a photograph is encoded, and not while one moves from record to record. */
  private problem: string | undefined;
  private readonly ahead: EncodeAhead;
  private readonly settings: vscode.Disposable;

  constructor(
    private readonly inference: Inference,
    private readonly models: Models,
  ) {
    this.ahead = new EncodeAhead({
      idleMs: IDLE_MS,
      encode: (image, signal) => this.encode(image, signal),
      onError: (error) => this.inference.sentenceFor(error, 'A photograph was not encoded ahead'),
    });
    this.settings = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!SETTINGS.some((name) => event.affectsConfiguration(name))) return;
      void this.choose();
      this.ahead.again();
    });
  }

  ready(document: vscode.TextDocument): true | string {
    return this.hindrance(document) ?? this.problem ?? true;
  }

  async segment(
    document: vscode.TextDocument,
    image: string,
    points: readonly MaskPoint[],
    box: readonly [x: number, y: number, width: number, height: number] | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    this.ahead.touch();
    try {
      const request = await this.requestFor(document, image);
      if ('message' in request) return { ok: false, message: request.message };
      const prompt = { points, ...(box !== undefined && { box }) };
      const { size, counts, score, area } = await this.inference.segment({ ...request, ...prompt }, { signal });
      return area === 0 ? { ok: false, message: NOTHING_THERE } : { ok: true, drawn: { size, counts }, score };
    } catch (error) {
      if (error instanceof DraftCancelledError) return { ok: false, message: SUPERSEDED };
      return { ok: false, message: this.inference.sentenceFor(error, 'No mask was drawn') };
    } finally {
      this.ahead.touch();
    }
  }

  /** Photographs are only sent to a server when a mask is asked for, and then after a question; none is sent ahead. */
  prepare(document: vscode.TextDocument, images: readonly string[]): void {
    const files = images.flatMap((image) => imageUri(document.uri, image)?.fsPath ?? []);
    this.ahead.want(this.hindrance(document) === undefined ? files : []);
  }

  drawing(): void {
    this.ahead.again();
  }

  dispose(): void {
    this.settings.dispose();
    this.ahead.dispose();
  }

  /** Why no model may look at this document's photographs, whichever it is. */
  private hindrance(document: vscode.TextDocument): string | undefined {
    const may = this.inference.mayRun();
    if (may !== true) return may;
    if (document.uri.scheme === 'file') return undefined;
    return 'Models read photographs from files, and this document is none: save it on this machine first, beside its photographs.';
  }

  private async requestFor(
    document: vscode.TextDocument,
    image: string,
  ): Promise<EncodeRequest | { readonly message: string }> {
    const bundle = await this.choose();
    const ready = this.ready(document);
    if (ready !== true) return { message: ready };
    const file = imageUri(document.uri, image);
    if (file === undefined) {
      return {
        message:
          image === ''
            ? 'This record names no photograph. Write its path in "image" first.'
            : `The image ${image} lies on the network, and nothing is fetched unasked: download it and name the file in "image".`,
      };
    }
    const server = await this.models.serverForDrafts();
    if (server === false) {
      return {
        message:
          'No mask was drawn, because the photograph may not be sent to the server. Empty the setting uscdf.inference.server to run models on this machine.',
      };
    }
    return { bundle: bundle!, image: file.fsPath, ...(server !== undefined && { server }) };
  }

  private async encode(image: string, signal: AbortSignal): Promise<void> {
    if (this.models.usesServer || this.inference.mayRun() !== true) return;
    const bundle = await this.choose();
    if (bundle !== undefined) await this.inference.encode({ bundle, image }, { signal });
  }

  /** The folder of the model, or `undefined`, and then `problem` says why. */
  private async choose(): Promise<string | undefined> {
    const chosen = await this.models.bundleForPrompts();
    this.problem = chosen.folder === undefined ? chosen.problem : undefined;
    return chosen.folder;
  }
}
