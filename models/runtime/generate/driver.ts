import type { TensorValue } from '../sessions/session.ts';

/** Writes an answer token by token, always the most probable one. How the cache is kept is the driver's own affair. */
export interface DecoderDriver {
  begin(prompt: DecoderPrompt): Decoding;
}

/** What stands before an answer. */
export interface DecoderPrompt {
  /** `[1, T, H]`, float32. */
  readonly embeds: TensorValue;
  /** Places from 0 to T - 1 that the model does not attend to: padding of the photograph. */
  readonly unseen: readonly number[];
}

/** An answer under way. */
export interface Decoding {
  /**
   * At least one and at most `limit` further steps, in one run of the model or as few as the driver needs; fewer where an end
   * token came, which is then the last. No further call may follow that.
   */
  next(limit: number): Promise<readonly Step[]>;
  /** Gives the cache back. */
  end(): void;
}

export interface Step {
  readonly tokenId: number;
  /** The state that predicted the token: the last hidden state `[H]` at the position before it, as the graph gave it. */
  readonly state: State;
}

/** Float32, or the bits of halves. */
export type State = Float32Array | Uint16Array;
