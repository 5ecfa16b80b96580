/** Where a report goes. */

/** What a report is written to: standard output or standard error. */
export interface Sink {
  readonly isTTY?: boolean;
  /** Whether more should wait for `drain`. */
  readonly writableNeedDrain?: boolean;
  write(text: string): unknown;
  once(event: 'drain', then: () => void): unknown;
}

/** Gathers text, so that a million findings are not a million writes, and waits for a slow reader. */
export class Output {
  private parts: string[] = [];
  private length = 0;

  constructor(private readonly sink: Sink) {}

  get isTTY(): boolean {
    return this.sink.isTTY === true;
  }

  write(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    if (this.length > MAX_GATHERED) this.pass();
  }

  /** Passes everything on; resolves when the reader has room for more. */
  async flush(): Promise<void> {
    this.pass();
    if (this.sink.writableNeedDrain !== true) return;
    await new Promise<void>((resolve) => this.sink.once('drain', resolve));
  }

  private pass(): void {
    if (this.length === 0) return;
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    this.sink.write(text);
  }
}

const MAX_GATHERED = 1 << 20;
