/** One page of the dataset browser: a webview, the process that reads for it, and what passes between them. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Messenger } from 'vscode-messenger';
import type { BrowsedRow } from '../../core/browsing/row.ts';
import {
  type FromBrowser,
  fromBrowser,
  type ShownRow,
  type ToBrowser,
  toBrowser,
} from '../../media/browserProtocol.ts';
import type { FromBrowsing } from '../../server/browsing/messages.ts';
import { imageUri } from '../imagePaths.ts';
import { allowFolder, mayRead, mediaFolder, pageMarkup } from '../pageFrame.ts';
import type { Previews } from '../preview/previews.ts';
import { BrowsingProcess } from './browsingProcess.ts';
import { readFromBrowser } from './messages.ts';
import { openRecord } from './openRecord.ts';

export interface PageParts {
  readonly extension: vscode.Uri;
  readonly previews: Previews;
  readonly messenger: Messenger;
}

export class BrowserPage implements vscode.Disposable {
  private process: BrowsingProcess | undefined;
  private readonly page: ReturnType<Messenger['registerWebviewPanel']>;
  private readonly listening: vscode.Disposable;
  /** What a page that is shown again has to hear. */
  private readonly last = new Map<'state' | 'selection', ToBrowser>();

  constructor(
    private readonly parts: PageParts,
    readonly panel: vscode.WebviewPanel,
    /** A USCDF file or a folder of them, absolute. */
    readonly path: string,
  ) {
    this.page = parts.messenger.registerWebviewPanel(panel);
    this.listening = parts.messenger.onNotification(fromBrowser, (message) => this.receive(message), {
      sender: this.page,
    });
    panel.onDidDispose(() => this.dispose());
    panel.webview.options = { enableScripts: true, localResourceRoots: this.roots() };
    panel.webview.html = pageMarkup(parts.extension, panel.webview, {
      title: 'USCDF Dataset Browser',
      name: 'browser',
    });
  }

  dispose(): void {
    this.listening.dispose();
    this.process?.dispose();
    this.process = undefined;
  }

  private receive(message: unknown): void {
    const known = readFromBrowser(message);
    if (known !== undefined) this.handle(known);
  }

  private handle(message: FromBrowser): void {
    switch (message.type) {
      case 'ready':
        if (this.process === undefined) this.start();
        else for (const known of this.last.values()) this.post(known);
        this.process?.send({ kind: 'view', view: message.view });
        return;
      case 'view':
        this.process?.send({ kind: 'view', view: message.view });
        return;
      case 'want':
        this.process?.send({ kind: 'want', selection: message.selection, stretches: message.stretches });
        return;
      case 'statistics':
        this.process?.send({ kind: 'statistics', wanted: message.wanted });
        return;
      case 'open':
        void this.open(message.record);
        return;
      case 'again':
        this.start();
        return;
    }
  }

  private start(): void {
    this.process?.dispose();
    this.last.clear();
    const program = vscode.Uri.joinPath(this.parts.extension, 'dist', 'browser.cjs').fsPath;
    const editor: unknown = vscode.workspace.getConfiguration('uscdf', vscode.Uri.file(this.path));
    // The settings are an object with functions, which cannot be sent.
    this.process = new BrowsingProcess(program, this.path, JSON.parse(JSON.stringify(editor)), {
      onMessage: (message) => this.relay(message),
      onEnd: (reason) => {
        this.process = undefined;
        this.post({
          type: 'failed',
          message: `The dataset is not read any further, because its process is gone (${reason}): try again, and look at a part of it if it happens again.`,
        });
      },
    });
  }

  private relay(message: Exclude<FromBrowsing, { kind: 'found' }>): void {
    switch (message.kind) {
      case 'state':
        this.keep({ type: 'state', state: message.state });
        return;
      case 'selection':
        this.keep({ type: 'selection', selection: message.selection });
        return;
      case 'rows':
        this.post({ ...message, type: 'rows', rows: message.rows.map((row) => this.withImage(row)) });
        return;
      case 'statistics':
        this.post({ type: 'statistics', summary: message.summary });
        return;
    }
  }

  private keep(message: Extract<ToBrowser, { type: 'state' | 'selection' }>): void {
    this.last.set(message.type, message);
    this.post(message);
  }

  private async open(record: number): Promise<void> {
    // The page says that the process is gone, and how to start it again.
    if (this.process === undefined) return;
    const found = await this.process.find(record);
    if (found === undefined) {
      void vscode.window.showWarningMessage(
        'The record cannot be opened, because its file has changed or is gone: wait until the dataset is read anew, and try again.',
      );
      return;
    }
    await openRecord(found, this.parts.previews, this.panel.viewColumn ?? vscode.ViewColumn.One);
  }

  private withImage(row: BrowsedRow): ShownRow {
    const image = imageUri(vscode.Uri.file(row.file), row.image);
    if (image === undefined) return row;
    this.allow(vscode.Uri.joinPath(image, '..'));
    return { ...row, imageSource: this.panel.webview.asWebviewUri(image).toString() };
  }

  /**
   * Lets the page read a folder of images. The editor loads the page anew for it, so that the folder's own folder is allowed,
   * where the photographs of the other splits lie.
   */
  private allow(folder: vscode.Uri): void {
    const { webview } = this.panel;
    if (mayRead(webview, folder)) return;
    const parent = vscode.Uri.joinPath(folder, '..');
    allowFolder(webview, parent.path === '/' ? folder : parent);
  }

  private roots(): vscode.Uri[] {
    const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    return [
      mediaFolder(this.parts.extension),
      vscode.Uri.file(this.path),
      vscode.Uri.file(dirname(this.path)),
      ...workspace,
    ];
  }

  private post(message: ToBrowser): void {
    // A page that is hidden is not there; when it is shown it asks anew.
    if (this.panel.visible) this.parts.messenger.sendNotification(toBrowser, this.page, message);
  }
}
