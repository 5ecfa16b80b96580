/** A thread of the inference process that reads photographs ahead, while the native library holds the main one. */
import { createHash } from 'node:crypto';
import { parentPort, Worker } from 'node:worker_threads';
import type { Raster } from '../../../core/images/raster.ts';
import { DraftError } from '../errors.ts';
import { decodeBytes, readImageBytes } from '../imageFile.ts';

/** `workerData` of such a thread. */
export const IMAGE_THREAD = 'uscdf-images';

/** A photograph that was read: its content's hash and its pixels, or the sentence that says why not. */
export type ReadImage = { readonly key: string; readonly raster: Raster } | { readonly message: string };

interface Order {
  readonly id: number;
  readonly path: string;
}

type Answer = { readonly id: number; readonly image: ReadImage };

/** What the thread does. */
export function serveImages(): void {
  parentPort?.on('message', (order: Order) => {
    void read(order.path).then((image) => {
      const answer: Answer = { id: order.id, image };
      parentPort?.postMessage(answer, 'raster' in image ? [image.raster.data.buffer as ArrayBuffer] : []);
    });
  });
}

async function read(path: string): Promise<ReadImage> {
  try {
    const bytes = await readImageBytes(path);
    return { key: keyOf(bytes), raster: decodeBytes(bytes, path) };
  } catch (error) {
    // What is no DraftError is a mistake of ours: it ends the thread, and the process says so.
    if (!(error instanceof DraftError)) throw error;
    return { message: error.message };
  }
}

/** The same for the same bytes. */
export function keyOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** The thread as its owner sees it. It is started with the first photograph and keeps no process alive. */
export class ImageThread {
  readonly #script: string;
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #waiting = new Map<number, (image: ReadImage | undefined) => void>();

  /** `script` calls `serveImages` where `workerData` is `IMAGE_THREAD`. */
  constructor(script: string) {
    this.#script = script;
  }

  /** Reads a photograph; `undefined` where the thread ended. */
  read(path: string): Promise<ReadImage | undefined> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#waiting.set(id, resolve);
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, path } satisfies Order);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { workerData: IMAGE_THREAD, argv: [], execArgv: [] });
    worker.unref();
    worker.on('message', ({ id, image }: Answer) => {
      this.#waiting.get(id)?.(image);
      this.#waiting.delete(id);
    });
    const ended = () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const resolve of this.#waiting.values()) resolve(undefined);
      this.#waiting.clear();
    };
    worker.once('error', ended);
    worker.once('exit', ended);
    return worker;
  }
}
