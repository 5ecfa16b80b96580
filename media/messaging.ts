/** The page's line to the extension. A library carries it; nothing else of the page knows which. */
import { extension, messengerOver } from './messenger.ts';
import { type Answer, type FromPreview, fromPage, type ToPreview, toPage } from './protocol.ts';
import type { PageApi } from './vscodeApi.ts';

export interface Messaging {
  /** What the extension answers; a sentence where it could not be asked. Never rejects. */
  send(message: FromPreview): Promise<Answer>;
  /** Hands every message of the extension to `handler`, from now on. */
  receive(handler: (message: ToPreview) => void): void;
}

export function messagingOver(api: PageApi<unknown>): Messaging {
  const messenger = messengerOver(api);
  return {
    send: async (message) => {
      try {
        return await messenger.sendRequest(fromPage, extension, message);
      } catch (error) {
        return { ok: false, message: unanswered(error) };
      }
    },
    receive: (handler) => {
      messenger.onNotification(toPage, handler);
      messenger.start();
    },
  };
}

function unanswered(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const why = typeof message === 'string' && message !== '' ? ` (${message})` : '';
  return `The extension did not answer${why}: nothing was changed. Try again, or reload the window.`;
}
