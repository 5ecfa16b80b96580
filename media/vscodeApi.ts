/** What VS Code hands to a web page, in the terms of the page's messages. */

export interface PageApi<Message> {
  postMessage(message: Message): void;
  /** The value of the last `setState`, also after the page was closed and opened again. */
  getState(): unknown;
  setState(state: unknown): void;
}

/** The preview's messages are wrapped by the library that carries them (`messaging.ts`). */
export type PreviewApi = PageApi<unknown>;

declare global {
  /** Exists in a VS Code web page only, and may be called once. */
  var acquireVsCodeApi: (<Message>() => PageApi<Message>) | undefined;
}
