import * as vscode from 'vscode';
import type { DraftContext, NamedRecord } from '../../core/language/draftRecords.ts';
import { DraftError, type DraftErrorCode, WorkerCrashedError } from '../../models/runtime/errors.ts';
import { imageUri } from '../imagePaths.ts';
import type { DraftOrder, Inference } from '../inference.ts';
import { TOO_MANY } from './asking.ts';
import { assignmentFor } from './assignment.ts';
import { opened } from './documents.ts';
import type { Outcome } from './draftQueue.ts';
import type { DraftServer } from './draftServer.ts';
import type { DraftStore } from './draftStore.ts';
import { newDraft } from './newDraft.ts';
import { keyOf } from './storedDraft.ts';

const UNKEPT =
  'the disk takes no more drafts, and those that it has not taken are lost when the window closes. Decide on them, or make room, then resume.';
const RECORD = { kind: 'record' } as const;
/** What would go wrong with every record. */
const HALTING: ReadonlySet<DraftErrorCode> = new Set([
  ...(['bundle', 'device', 'memory', 'runtime', 'server', 'cooldown'] as const),
]);

/** Makes the draft of one record of a queue, if the record still waits for one. */
export class QueueWork {
  constructor(
    private readonly server: DraftServer,
    private readonly inference: Inference,
    private readonly store: DraftStore,
  ) {}

  /** Never rejects. */
  async make(uri: string, record: NamedRecord, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.makeOrThrow(uri, record, signal);
    } catch (error) {
      return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  }

  private async makeOrThrow(uri: string, record: NamedRecord, signal: AbortSignal): Promise<Outcome> {
    const may = this.inference.mayRun();
    if (may !== true) return { kind: 'halted', why: may };
    if (this.store.isFull) return { kind: 'halted', why: TOO_MANY };
    const document = await opened(vscode.Uri.parse(uri));
    if (document === undefined) return { kind: 'halted', why: 'the file cannot be opened: put it back, then resume.' };
    const context = await this.server.find(document, record);
    const isOther = context?.name?.fingerprint !== record.fingerprint;
    if (context === undefined || isOther || !context.waits) return { kind: 'skipped', why: skippedFor(context) };
    const { image } = context;
    if (image === undefined) return { kind: 'failed', why: 'it names no photograph in "image".' };
    const purpose = { document: uri, context, asked: RECORD, image };
    if (this.store.has(keyOf({ ...purpose, record: context.name ?? record, draft: { image } })))
      return { kind: 'skipped', why: 'it has a draft that waits for a decision.' };
    const file = imageUri(document.uri, image);
    if (file === undefined)
      return { kind: 'failed', why: `the image ${image} lies on the network: download it first.` };
    const made = await this.draft({ image: file.fsPath, ...assignmentFor(RECORD, context) }, signal);
    if ('kind' in made) return made;
    const key = await this.store.put(newDraft(purpose, made.draft));
    return this.store.isKept(key) ? { kind: 'made' } : { kind: 'halted', why: UNKEPT };
  }

  private async draft(order: DraftOrder, signal: AbortSignal) {
    for (let attempt = 1; ; attempt++) {
      try {
        const draft = await this.inference.draft(order, { signal, background: true });
        return draft === undefined
          ? ({
              kind: 'halted',
              why: 'no model can be used: choose one in the view USCDF Models, then resume.',
            } as const)
          : { draft };
      } catch (error) {
        // Whatever the process ended over need not have been this photograph; where it was, it ends once more.
        if (error instanceof WorkerCrashedError && attempt === 1) continue;
        return outcomeOf(error);
      }
    }
  }
}

function skippedFor(context: DraftContext | undefined): string {
  if (context === undefined) return 'it is not in the file any more.';
  return context.waits ? 'it was changed meanwhile.' : 'it has an answer by now.';
}

function outcomeOf(error: unknown): Outcome {
  const why = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DraftError)) return { kind: 'failed', why };
  if (error.code === 'cancelled') return { kind: 'cancelled' };
  return { kind: HALTING.has(error.code) ? 'halted' : 'failed', why };
}
