import { harmless } from '../../models/runtime/manager/page.ts';

/** Words of an answer on standard error as the model writes them, for `--verbose`: one line an image. */
export class WordStream {
  readonly #stream: NodeJS.WritableStream;
  #shown = '';
  #open = false;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  /** Shows what was added to the text since the last call; another answer begins another line. */
  show(name: string, text: string): void {
    if (!text.startsWith(this.#shown)) this.end();
    if (text.length === this.#shown.length) return;
    if (!this.#open) this.#stream.write(`uscdf annotate: ${name}: `);
    this.#open = true;
    this.#stream.write(harmless(text.slice(this.#shown.length)));
    this.#shown = text;
  }

  /** Ends the line, so that another can follow. */
  end(): void {
    if (this.#open) this.#stream.write('\n');
    this.#open = false;
    this.#shown = '';
  }
}
