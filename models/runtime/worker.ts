/**
 * The inference process. It is forked by the host, does one draft at a time in the order asked, and ends when its parent
 * goes away. A run of the native library blocks this process, so messages are let in between runs.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DraftRequest } from './draft.ts';
import { DraftCancelledError, DraftError } from './errors.ts';
import { ModelShelf, makeDraft } from './makeDraft.ts';
import { type FromWorker, readToWorker } from './protocol.ts';

const shelf = new ModelShelf((text) => send({ kind: 'log', text }));
/** Drafts that were asked for and are not answered. */
const open = new Set<number>();
const cancelled = new Set<number>();
let last: Promise<void> = Promise.resolve();

process.on('message', (message) => {
  const order = readToWorker(message);
  if (order === undefined) send({ kind: 'log', text: 'A message of unknown form was ignored.' });
  else if (order.kind === 'draft') {
    open.add(order.id);
    last = last.then(() => answer(order.id, order.request));
  } else if (open.has(order.id)) cancelled.add(order.id);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole terminal group; the host decides what to do with a draft under way.
process.on('SIGINT', () => undefined);

async function answer(id: number, request: DraftRequest): Promise<void> {
  try {
    const draft = await makeDraft(request, shelf, async (progress) => {
      send({ kind: 'progress', id, progress });
      await nextTurn();
      if (cancelled.has(id)) throw new DraftCancelledError();
    });
    send({ kind: 'draft', id, draft });
  } catch (error) {
    // What is not a DraftError is a mistake of ours: the process ends and the host reports the crash with this trace.
    if (!(error instanceof DraftError)) throw error;
    send({ kind: 'failure', id, code: error.code, message: error.message });
  } finally {
    open.delete(id);
    cancelled.delete(id);
  }
}

function send(message: FromWorker): void {
  // The parent may be gone; then `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
