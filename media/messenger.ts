/** The library that carries the pages' messages; only `messaging.ts` and `browser/line.ts` know it. */
import type { MessageParticipant } from 'vscode-messenger-common';
import { Messenger } from 'vscode-messenger-webview';
import type { PageApi } from './vscodeApi.ts';

/** The other end. */
export const extension: MessageParticipant = { type: 'extension' };

export function messengerOver(api: PageApi<unknown>): Messenger {
  return new Messenger({
    postMessage: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => {
      api.setState(state);
      return state;
    },
  });
}
