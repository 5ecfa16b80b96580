/** The browser page's line to the extension. A library carries it; nothing else of the page knows which. */
import { Messenger } from 'vscode-messenger-webview';
import { type FromBrowser, fromBrowser, type ToBrowser, toBrowser } from '../browserProtocol.ts';
import type { PageApi } from '../vscodeApi.ts';

export interface Line {
  send(message: FromBrowser): void;
}

/** Hands every message of the extension to `hear`, from now on. */
export function lineOver(api: PageApi<unknown>, hear: (message: ToBrowser) => void): Line {
  const messenger = new Messenger({
    postMessage: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => {
      api.setState(state);
      return state;
    },
  });
  messenger.onNotification(toBrowser, hear);
  messenger.start();
  return { send: (message) => messenger.sendNotification(fromBrowser, { type: 'extension' }, message) };
}
