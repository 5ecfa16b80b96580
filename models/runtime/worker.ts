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
import { drawMask, makeDraft, type Report } from './makeDraft.ts';
import { type FromWorker, readToWorker, type ToWorker } from './protocol.ts';

type Request = Extract<ToWorker, { readonly kind: 'draft' | 'segment' }>;

const open = new Set<number>();
const cancelled = new Set<number>();
let last: Promise<void> = Promise.resolve();

if (isMainThread) serveHost();
else if (workerData === IMAGE_THREAD) serveImages();

function serveHost(): void {
  const place = {
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
        if (open.has(order.id)) cancelled.add(order.id);
        break;
      default:
        open.add(order.id);
        last = last.then(() => answer(order.id, (report) => work(order, place, report)));
    }
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole terminal group; the host decides what to do with a request under way.
  process.on('SIGINT', () => undefined);
}

async function work(order: Request, place: Parameters<typeof makeDraft>[1], report: Report): Promise<FromWorker> {
  const { id } = order;
  return order.kind === 'draft'
    ? { kind: 'draft', id, draft: await makeDraft(order.request, place, report) }
    : { kind: 'mask', id, mask: await drawMask(order.request, place, report) };
}

async function answer(id: number, make: (report: Report) => Promise<FromWorker>): Promise<void> {
  try {
    const made = await make(async (progress: DraftProgress) => {
      send({ kind: 'progress', id, progress });
      await nextTurn();
      if (cancelled.has(id)) throw new DraftCancelledError();
    });
    send(made);
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
