import type * as vscode from 'vscode';
import { Messenger } from 'vscode-messenger';
import { type Answer, type FromPreview, fromPage, type ToPreview, toPage } from '../../media/protocol.ts';
import { readFromPreview } from './messages.ts';

/** The wire to one page. */
export interface PageLink extends vscode.Disposable {
  /** Says something to the page. Lost where the page is hidden: it asks anew when it is shown. */
  post(message: ToPreview): void;
}

const UNREADABLE: Answer = {
  ok: false,
  message: 'The extension could not read what the preview asked for, so that nothing was done: reload the window.',
};

/** Wires to the pages of previews, over vscode-messenger. What a page says is checked before anybody hears it. */
export class PageLinks {
  /** A page may be there before the editor says that it is to be seen. */
  private readonly messenger = new Messenger({ ignoreHiddenViews: false });
  private readonly logged = new Set<string>();

  constructor(private readonly log: (line: string) => void) {}

  /** Connects a page. A request that is none, or that fails, is answered with the reason, and never throws. */
  connect(panel: vscode.WebviewPanel, answer: (message: FromPreview) => Promise<Answer>): PageLink {
    const page = this.messenger.registerWebviewPanel(panel);
    const handler = (message: unknown): Promise<Answer> => this.handle(message, answer);
    const registration = this.messenger.onRequest(fromPage, handler, { sender: page });
    return {
      post: (message) => this.messenger.sendNotification(toPage, page, message),
      dispose: () => registration.dispose(),
    };
  }

  private async handle(message: unknown, answer: (message: FromPreview) => Promise<Answer>): Promise<Answer> {
    const known = readFromPreview(message);
    if (known === undefined) {
      this.logOnce('The preview sent a message that is none of its protocol.');
      return UNREADABLE;
    }
    try {
      return await answer(known);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logOnce(`The preview's request "${known.type}" failed: ${reason}`);
      return { ok: false, message: `This failed, so that nothing was done: ${reason}` };
    }
  }

  private logOnce(line: string): void {
    if (this.logged.has(line)) return;
    this.logged.add(line);
    this.log(line);
  }
}
