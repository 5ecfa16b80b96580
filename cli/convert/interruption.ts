/** Ctrl-C and what a system sends to end a process: the first asks the conversion to stop, the second ends it at once. */

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export class Interruption {
  private readonly stopper = new AbortController();
  private readonly listeners = new Map<NodeJS.Signals, () => void>();

  constructor() {
    for (const [signal, code] of Object.entries(SIGNALS)) {
      const listen = () => {
        // Files that are not whole go with the process.
        if (this.signal.aborted) process.exit(code);
        this.stop();
      };
      this.listeners.set(signal as NodeJS.Signals, listen);
      process.on(signal, listen);
    }
  }

  get signal(): AbortSignal {
    return this.stopper.signal;
  }

  stop(): void {
    this.stopper.abort();
  }

  close(): void {
    for (const [signal, listen] of this.listeners) process.off(signal, listen);
  }
}
