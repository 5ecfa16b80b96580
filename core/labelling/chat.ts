/** What the labelling pipeline asks of a model, whoever runs it. */

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
  /** JPEG files. */
  readonly images?: readonly ChatImage[];
}

export interface ChatImage {
  readonly jpeg: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** The longest answer that is of use, in tokens. */
  readonly maxTokens: number;
}

export interface ChatAnswer {
  readonly text: string;
  /** Tokens as the provider counted them; `undefined` where it does not say. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

/** Asks a model once. Rejects with a `ChatError` where no answer can be had. */
export type Ask = (request: ChatRequest) => Promise<ChatAnswer>;

/** No answer can be had; the message is a sentence for people that says what to do. */
export class ChatError extends Error {
  /**
   * @param ofAll Whether the next request would fare no better: a wrong key, a model that is not there, an interruption.
   */
  constructor(
    message: string,
    readonly ofAll: boolean,
  ) {
    super(message);
  }
}
