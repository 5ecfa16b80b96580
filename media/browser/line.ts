/** The browser page's line to the extension. A library carries it; nothing else of the page knows which. */
import { type FromBrowser, fromBrowser, type ToBrowser, toBrowser } from '../browserProtocol.ts';
import { extension, messengerOver } from '../messenger.ts';
import type { PageApi } from '../vscodeApi.ts';

export interface Line {
  send(message: FromBrowser): void;
}

/** Hands every message of the extension to `hear`, from now on. */
export function lineOver(api: PageApi<unknown>, hear: (message: ToBrowser) => void): Line {
  const messenger = messengerOver(api);
  messenger.onNotification(toBrowser, hear);
  messenger.start();
  return { send: (message) => messenger.sendNotification(fromBrowser, extension, message) };
}
