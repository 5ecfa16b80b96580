/** Starts the browsing process of one tab and talks to it: the extension host never reads a dataset itself. */
import { type ChildProcess, fork } from 'node:child_process';
import type { FoundRecord, FromBrowsing, ToBrowsing } from '../../server/browsing/messages.ts';

/** Megabytes of the process's own heap; its threads have theirs. */
const HEAP_MB = 1_024;

export interface BrowsingEvents {
  readonly onMessage: (message: Exclude<FromBrowsing, { kind: 'found' }>) => void;
  /** It ended before `dispose`, and why. */
  readonly onEnd: (reason: string) => void;
}

export class BrowsingProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (found: FoundRecord | undefined) => void>();
  private requests = 0;
  private disposed = false;

  /** `program` is the built `dist/browser.cjs`, `editor` the editor's `uscdf` section. */
  constructor(program: string, path: string, editor: unknown, events: BrowsingEvents) {
    this.child = fork(program, {
      // What is sent is kept as it is, and costs less than as JSON.
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // The extension host may be Electron, which is then asked to be Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.child.on('message', (message: FromBrowsing) => {
      if (this.disposed) return;
      if (message.kind !== 'found') events.onMessage(message);
      else this.answer(message.request, message.found);
    });
    const end = (reason: string): void => {
      if (!this.disposed) events.onEnd(reason);
      this.dispose();
    };
    this.child.once('error', (error) => end(error.message));
    this.child.once('exit', (code, signal) => end(`it ended with ${signal ?? code}`));
    this.send({ kind: 'open', path, editor });
  }

  send(message: ToBrowsing): void {
    // One that has ended by itself says so by its end.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /** Where a record can be opened; `undefined` where it is not there any more, or nobody answers. */
  find(record: number): Promise<FoundRecord | undefined> {
    const request = this.requests++;
    return new Promise((resolve) => {
      if (!this.child.connected) {
        resolve(undefined);
        return;
      }
      this.waiting.set(request, resolve);
      this.send({ kind: 'find', request, record });
    });
  }

  dispose(): void {
    this.disposed = true;
    if (this.child.connected) this.child.disconnect();
    for (const request of [...this.waiting.keys()]) this.answer(request, undefined);
  }

  private answer(request: number, found: FoundRecord | undefined): void {
    this.waiting.get(request)?.(found);
    this.waiting.delete(request);
  }
}
