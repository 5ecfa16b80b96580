/** The editor that started `uscdf label`: it is asked before a batch begins, hears how far it is, and may lend its language model. */
import { toBase64 } from '../../core/images/encode.ts';
import { type FromEditor, fromEditor, type ToEditor } from '../../core/labelling/channel.ts';
import { type Ask, type ChatAnswer, ChatError } from '../../core/labelling/chat.ts';
import { STOP } from '../evaluate/parent.ts';

/** No more often than a person can see. */
const EVERY_MS = 100;

interface Waiting {
  readonly resolve: (answer: ChatAnswer) => void;
  readonly reject: (error: ChatError) => void;
}

/** Where no editor is, `isThere` is false and nothing is sent. */
export class Editor {
  readonly isThere = process.send !== undefined;
  private nextId = 1;
  private sent = 0;
  private readonly waiting = new Map<number, Waiting>();
  private decide: ((goes: boolean) => void) | undefined;
  private stopped = false;
  private readonly listen = (message: unknown) => this.receive(message);
  private readonly leave = () => this.stopAll();

  /** `stop` is called when the editor asks for it, or is gone. */
  constructor(private readonly stop: () => void) {
    if (!this.isThere) return;
    process.on('message', this.listen);
    process.once('disconnect', this.leave);
  }

  /** Resolves with whether the user lets the batch begin. */
  consent(text: string, destination: string | undefined): Promise<boolean> {
    if (this.stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.decide = resolve;
      this.send({ kind: 'plan', text, destination });
    });
  }

  /** Asks the editor's language model. */
  readonly ask: Ask = ({ messages }) => {
    if (this.stopped) return Promise.reject(stoppedError());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const list = messages.map(({ role, text, images = [] }) => ({
        role,
        text,
        images: images.map(({ jpeg }) => toBase64(jpeg)),
      }));
      this.send({ kind: 'ask', id, messages: list });
    });
  };

  progress(text: string, done: number, total: number): void {
    const now = Date.now();
    if (!this.isThere || (done < total && now - this.sent < EVERY_MS)) return;
    this.sent = now;
    this.send({ kind: 'progress', text, done, total });
  }

  /** Lets the process end. */
  close(): void {
    process.off('message', this.listen);
    process.off('disconnect', this.leave);
    if (this.isThere && process.connected) process.disconnect();
  }

  private send(message: ToEditor): void {
    // An editor that is just going away needs nothing.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  private receive(message: unknown): void {
    if (message === STOP) {
      this.stopAll();
      return;
    }
    const read = fromEditor.safeParse(message);
    if (!read.success) return;
    if (read.data.kind === 'go') this.decide?.(true);
    else this.settle(read.data);
  }

  private settle(from: Exclude<FromEditor, { readonly kind: 'go' }>): void {
    const waiting = this.waiting.get(from.id);
    this.waiting.delete(from.id);
    if (from.kind === 'answer') waiting?.resolve({ text: from.text });
    else waiting?.reject(new ChatError(from.message, from.ofAll));
  }

  private stopAll(): void {
    this.stopped = true;
    this.decide?.(false);
    for (const { reject } of this.waiting.values()) reject(stoppedError());
    this.waiting.clear();
    this.stop();
  }
}

function stoppedError(): ChatError {
  return new ChatError('The run was stopped.', true);
}
