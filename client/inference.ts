import * as vscode from 'vscode';
import {
  type Draft,
  DraftCancelledError,
  DraftError,
  type DraftOptions,
  type DraftRequest,
  type EncodedImage,
  type EncodeRequest,
  InferenceWorker,
  type PromptedMask,
  type SegmentRequest,
  WorkerCrashedError,
  type WorkOptions,
} from '../models/runtime/host.ts';
import { ModelStatus } from './modelStatus.ts';
import type { Models } from './models/models.ts';

/** What a draft is asked for; the model and where it runs are the user's choice in the settings. */
export type DraftOrder = Omit<DraftRequest, 'bundle' | 'server'>;

const UNTRUSTED =
  'No model is loaded in a restricted workspace, because models are programs: trust this workspace first (Manage Workspace Trust).';

/** The inference process as the extension's parts share it: one process, one log, one place in the status bar. */
export class Inference implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel('USCDF Inference', { log: true });
  private readonly worker: InferenceWorker;
  private readonly status = new ModelStatus();

  constructor(
    context: vscode.ExtensionContext,
    private readonly models: Models,
  ) {
    const workerPath = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.cjs').fsPath;
    this.worker = new InferenceWorker({ workerPath, log: (line) => this.log.info(line) });
  }

  get workerPid(): number | undefined {
    return this.worker.pid;
  }

  showLog(): void {
    this.log.show();
  }

  /** Writes a line into the log. */
  note(line: string): void {
    this.log.info(line);
  }

  /** Whether models may run in this workspace, or the sentence that says why not. */
  mayRun(): true | string {
    return vscode.workspace.isTrusted || UNTRUSTED;
  }

  /**
   * A draft by the model of the settings, or `undefined` where there is none and the user was told. Rejects with a `DraftError`,
   * which `report` shows.
   */
  async draft(order: DraftOrder, options: DraftOptions): Promise<Draft | undefined> {
    const bundle = await this.models.bundleForDrafts();
    const server = await this.models.serverForDrafts();
    if (bundle === undefined || server === false) return undefined;
    const draft = await this.worker.draft({ ...order, bundle, ...(server !== undefined && { server }) }, options);
    this.status.show(draft);
    this.logDraft(draft);
    return draft;
  }

  /** The mask of what points and a box show; before any draft that waits. Rejects with a `DraftError`. */
  async segment(request: SegmentRequest, options: WorkOptions): Promise<PromptedMask> {
    const mask = await this.worker.segment(request, options);
    this.log.info(`Mask on ${mask.device}: ${Math.round(mask.totalMs)} ms.`);
    return mask;
  }

  /** Has a photograph encoded for `segment` while there is nothing else to do. Rejects with a `DraftError`. */
  async encode(request: EncodeRequest, options: WorkOptions): Promise<EncodedImage> {
    const encoded = await this.worker.encode(request, options);
    this.log.info(`Encoded ahead: ${request.image}, ${Math.round(encoded.totalMs)} ms.`);
    return encoded;
  }

  /** Shows what went wrong with a draft; what the user cancelled is no news. */
  report(error: unknown): void {
    if (error instanceof DraftCancelledError) return;
    const message = this.sentenceFor(error, 'The draft failed');
    const actions = error instanceof WorkerCrashedError ? ['Draft Again', 'Show Log'] : ['Show Log'];
    void vscode.window.showErrorMessage(message, ...actions).then((action) => {
      if (action === 'Draft Again') void vscode.commands.executeCommand('uscdf.draft');
      if (action === 'Show Log') this.showLog();
    });
  }

  /** What went wrong in a sentence for the user, which also goes to the log. */
  sentenceFor(error: unknown, what: string): string {
    const message = error instanceof DraftError ? error.message : `${what}: ${String(error)}`;
    this.log.error(message);
    return message;
  }

  dispose(): void {
    this.worker.dispose();
    this.status.dispose();
    this.log.dispose();
  }

  private logDraft({ model, device, timings }: Draft): void {
    const { loadMs, decodeMs, encodeMs, generateMs, masksMs, totalMs } = timings;
    const figures = [loadMs, decodeMs, encodeMs, generateMs, masksMs, totalMs].map((ms) => `${Math.round(ms)} ms`);
    this.log.info(
      `Draft by ${model.name} on ${device}: load ${figures[0]}, decode ${figures[1]}, encode ${figures[2]}, write ${figures[3]}, masks ${figures[4]}, in all ${figures[5]}.`,
    );
  }
}
