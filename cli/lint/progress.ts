/** Says on a terminal how much of a large input is checked. Writes nothing anywhere else. */

/** What the bar is written to: standard error. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CELLS = 30;

export class LintProgress {
  private done = 0;
  private shown = '';

  /** `total` is the size of the input in bytes; 0 for one that is too small for a bar. */
  constructor(
    private readonly terminal: Terminal,
    private readonly total: number,
  ) {}

  /** So many bytes more are checked. */
  add(bytes: number): void {
    this.done += bytes;
    if (this.terminal.isTTY !== true || this.total === 0) return;
    const share = Math.min(1, this.done / this.total);
    const filled = Math.floor(share * CELLS);
    const bar = `[${'#'.repeat(filled)}${' '.repeat(CELLS - filled)}] ${Math.floor(share * 100)} %`;
    if (bar === this.shown || (this.terminal.columns ?? 80) <= bar.length) return;
    this.terminal.write(`\r\u001b[K${bar}`);
    this.shown = bar;
  }

  /** Takes the bar away, so that a line of text can follow. */
  clear(): void {
    if (this.shown !== '') this.terminal.write('\r\u001b[K');
    this.shown = '';
  }
}
