/** What VS Code hands to a web page, in the terms of this page's messages. */
import type { FromPreview } from './protocol.ts';

export interface PreviewApi {
  postMessage(message: FromPreview): void;
  /** The value of the last `setState`, also after the page was closed and opened again. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  /** Exists in a VS Code web page only, and may be called once. */
  var acquireVsCodeApi: (() => PreviewApi) | undefined;
}
