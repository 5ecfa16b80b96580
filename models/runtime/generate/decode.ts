import type { Piece } from '../dialects/dialect.ts';
import type { TextTokenizer } from '../tokenizer.ts';
import type { DecoderDriver, DecoderPrompt, Decoding, State } from './driver.ts';
import { RepeatGuard } from './repeats.ts';

export interface DecodeOptions {
  readonly driver: DecoderDriver;
  readonly tokenizer: TextTokenizer;
  readonly eos: ReadonlySet<number>;
  /** Most tokens of the answer. */
  readonly maxTokens: number;
  /** Whether `maxTokens` is what the context leaves, rather than what the bundle allows. */
  readonly contextIsShort: boolean;
  /** Whether the state after the last token is wanted too: that of the step that was fed it. */
  readonly stateAfter: boolean;
  /** Awaited from time to time; throws where the work was cancelled. */
  readonly onText: (text: string, tokens: number) => Promise<void>;
}

/** An answer as it was generated. */
export interface Decoded {
  readonly pieces: readonly Piece[];
  /** `states[step]` predicted `pieces[step]`; the next one is that of the step that was fed it. */
  readonly states: readonly State[];
  /** Whether the model ended its answer itself. */
  readonly finished: boolean;
  /** Why it was stopped, for the person who reviews the draft. */
  readonly note?: string;
}

/** Between two looks at whether the work was cancelled, unless one run takes longer. */
const LOOK_EVERY_MS = 30;
/** An answer of that length is no caption. Keeps what crosses the process boundary small. */
const MAX_CHARACTERS = 20_000;

/** Writes an answer to its end, or to where it has to be stopped. */
export async function decode(prompt: DecoderPrompt, options: DecodeOptions): Promise<Decoded> {
  const decoding = options.driver.begin(prompt);
  try {
    return await new Writing(options, decoding).toTheEnd();
  } finally {
    decoding.end();
  }
}

class Writing {
  readonly #options: DecodeOptions;
  readonly #decoding: Decoding;
  readonly #pieces: { readonly tokenId: number; text: string }[] = [];
  readonly #states: State[] = [];
  readonly #guard = new RepeatGuard();
  #text = '';
  #ended: Pick<Decoded, 'finished' | 'note'> | undefined;

  constructor(options: DecodeOptions, decoding: Decoding) {
    this.#options = options;
    this.#decoding = decoding;
  }

  async toTheEnd(): Promise<Decoded> {
    const { maxTokens, stateAfter, tokenizer, onText } = this.#options;
    const most = maxTokens + (stateAfter ? 1 : 0);
    const reader = tokenizer.reader();
    let looked = performance.now();
    while (this.#ended === undefined) {
      const steps = await this.#decoding.next(most - this.#states.length);
      for (const { tokenId, state } of steps) {
        this.#states.push(state);
        if (this.#ended === undefined) this.#take(tokenId, reader.next(tokenId));
      }
      if (performance.now() - looked < LOOK_EVERY_MS) continue;
      await onText(this.#text, this.#pieces.length);
      looked = performance.now();
    }
    // A space, because the last word is whole now.
    await onText(`${this.#text} `, this.#pieces.length);
    // Stopped in the middle of a run: the last token was not fed yet.
    if (stateAfter && this.#pieces.length === this.#states.length) this.#pieces.pop();
    if (this.#pieces.length > 0) this.#pieces[this.#pieces.length - 1]!.text += reader.end();
    return { pieces: this.#pieces, states: this.#states, ...this.#ended };
  }

  #take(tokenId: number, text: string): void {
    const { eos, maxTokens, contextIsShort } = this.#options;
    if (eos.has(tokenId)) {
      this.#ended = { finished: true };
      return;
    }
    // The step whose state alone was wanted.
    if (this.#pieces.length === maxTokens) {
      this.#stop(tooLong(maxTokens, contextIsShort));
      return;
    }
    this.#pieces.push({ tokenId, text });
    this.#text += text;
    const kept = this.#guard.add(tokenId);
    if (kept !== undefined) {
      this.#pieces.length = kept;
      this.#stop(
        'The model wrote the same words over and over; the repetition was cut off. Check the end of the answer.',
      );
    } else if (this.#text.length > MAX_CHARACTERS) {
      this.#stop(`The answer was stopped at ${MAX_CHARACTERS} characters. Check its end.`);
    } else if (this.#pieces.length === maxTokens && !this.#options.stateAfter) {
      this.#stop(tooLong(maxTokens, contextIsShort));
    }
  }

  #stop(note: string): void {
    this.#ended = { finished: false, note };
  }
}

function tooLong(tokens: number, contextIsShort: boolean): string {
  return contextIsShort
    ? `The answer was stopped after ${tokens} tokens, where the model's context ends. Ask a shorter question, or for less.`
    : `The answer was stopped after ${tokens} tokens, the most that the bundle allows. Check its end.`;
}
