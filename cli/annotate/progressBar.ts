/** A progress bar on one terminal line. On anything that is no terminal it writes nothing. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  #done = 0;
  #shown = false;

  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  /** Shows the image under way and how far it is, 0 to 1. */
  show(name: string, share: number): void {
    if (!this.#stream.isTTY) return;
    const width = Math.max(20, this.#stream.columns || 80) - 1;
    const counter = `${this.#done}/${this.#total}`;
    const cells = Math.min(30, width - counter.length - 3);
    const filled = Math.floor(((this.#done + share) / Math.max(1, this.#total)) * cells);
    const bar = `[${'#'.repeat(filled)}${' '.repeat(Math.max(0, cells - filled))}] ${counter} ${name}`;
    this.#stream.write(`\r\u001b[K${bar.slice(0, width)}`);
    this.#shown = true;
  }

  /** One image more is done with. */
  advance(): void {
    this.#done++;
  }

  /** Takes the bar away, so that a line of text can follow. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[K');
    this.#shown = false;
  }
}
