/** How far a long task is, on one line of a terminal that is written again and again; nothing on anything else. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (!this.#stream.isTTY || text === this.#shown) return;
    const width = Math.max(20, this.#stream.columns || 80) - 1;
    this.#stream.write(`\r\u001b[K${text.slice(0, width)}`);
    this.#shown = text;
  }

  clear(): void {
    if (this.#shown !== '') this.#stream.write('\r\u001b[K');
    this.#shown = '';
  }
}
