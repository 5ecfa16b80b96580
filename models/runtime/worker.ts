/**
 * The inference process. It is forked by the host, does one request at a time in the order asked, and ends when its parent
 * goes away. A run of the native library blocks this thread, so messages are let in between runs; photographs that come
 * next are read in a thread of their own meanwhile.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMainThread, workerData } from 'node:worker_threads';
import type { DraftProgress } from './draft.ts';
import { DraftCancelledError, DraftError } from './errors.ts';
import { ImageDesk } from './images/imageDesk.ts';
import { IMAGE_THREAD, serveImages } from './images/imageThread.ts';
import { ModelShelf } from './loadModel.ts';
import { drawMask, encodeAhead, makeDraft, type Report, type Workplace } from './makeDraft.ts';
import { type FromWorker, readToWorker, type ToWorker } from './protocol.ts';

type Request = Extract<ToWorker, { readonly kind: 'draft' | 'segment' | 'encode' }>;

/** Requests that wait or are worked on, by their numbers. */
const open = new Map<number, AbortController>();
let last: Promise<void> = Promise.resolve();

if (isMainThread) serveHost();
else if (workerData === IMAGE_THREAD) serveImages();

function serveHost(): void {
  const place: Workplace = {
    shelf: new ModelShelf((text) => send({ kind: 'log', text })),
    images: new ImageDesk(process.argv[1]!),
  };
  process.on('message', (message) => {
    const order = readToWorker(message);
    if (order === undefined) {
      send({ kind: 'log', text: 'A message of unknown form was ignored.' });
      return;
    }
    switch (order.kind) {
      case 'prepare':
        void place.images.prepare(order.image);
        break;
      case 'cancel':
        open.get(order.id)?.abort();
        break;
      default:
        open.set(order.id, new AbortController());
        last = last.then(() => answer(order.id, (report, signal) => work(order, place, report, signal)));
    }
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole terminal group; the host decides what to do with a request under way.
  process.on('SIGINT', () => undefined);
}

async function work(order: Request, place: Workplace, report: Report, signal: AbortSignal): Promise<FromWorker> {
  const { id } = order;
  switch (order.kind) {
    case 'draft':
      return { kind: 'draft', id, draft: await makeDraft(order.request, place, report) };
    case 'segment':
      return { kind: 'mask', id, mask: await drawMask(order.request, place, report) };
    case 'encode':
      return { kind: 'encoded', id, encoded: await encodeAhead(order.request, place, report, signal) };
  }
}

async function answer(id: number, make: (report: Report, signal: AbortSignal) => Promise<FromWorker>): Promise<void> {
  const { signal } = open.get(id)!;
  try {
    const made = await make(async (progress: DraftProgress) => {
      send({ kind: 'progress', id, progress });
      await nextTurn();
      if (signal.aborted) throw new DraftCancelledError();
    }, signal);
    send(made);
  } catch (error) {
    // What is not a DraftError is a mistake of ours: the process ends and the host reports the crash with this trace.
    if (!(error instanceof DraftError)) throw error;
    send({ kind: 'failure', id, code: error.code, message: error.message });
  } finally {
    open.delete(id);
  }
}

function send(message: FromWorker): void {
  // The parent may be gone; then `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
