/** What VS Code hands to a web page, in the terms of the page's messages. */
import type { FromPreview } from './protocol.ts';

export interface PageApi<Message> {
  postMessage(message: Message): void;
  /** The value of the last `setState`, also after the page was closed and opened again. */
  getState(): unknown;
  setState(state: unknown): void;
}

export type PreviewApi = PageApi<FromPreview>;

declare global {
  /** Exists in a VS Code web page only, and may be called once. */
  var acquireVsCodeApi: (<Message>() => PageApi<Message>) | undefined;
}
