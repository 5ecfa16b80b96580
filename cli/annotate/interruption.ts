/** What Ctrl-C does: the first lets the image under way be finished, the second does not. */
export class Interruption {
  readonly #listener: () => void;
  asked = false;

  constructor(onFirst: () => void, onSecond: () => void) {
    this.#listener = () => {
      if (this.asked) onSecond();
      else {
        this.asked = true;
        onFirst();
      }
    };
    process.on('SIGINT', this.#listener);
    process.on('SIGTERM', this.#listener);
  }

  end(): void {
    process.off('SIGINT', this.#listener);
    process.off('SIGTERM', this.#listener);
  }
}
