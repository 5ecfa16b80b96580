import * as vscode from 'vscode';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { ShownRecord } from '../../media/protocol.ts';
import { imageUri } from '../imagePaths.ts';
import { allowFolder, mayRead, mediaFolder, pageMarkup } from '../pageFrame.ts';

/** The page's frame: its own files, what it may read, and what it may not do. */
export class Page {
  /** The editor loads the page anew: what is posted before it says that it is ready may be lost. */
  private reloading = false;

  constructor(
    /** The extension's folder. */
    private readonly extension: vscode.Uri,
    private readonly webview: vscode.Webview,
  ) {}

  /** Loads the page. It may read its own files, the workspace, and the folder of the document where there is one. */
  load(document: vscode.Uri | undefined): void {
    const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const roots = [
      mediaFolder(this.extension),
      ...workspace,
      ...(document === undefined ? [] : [vscode.Uri.joinPath(document, '..')]),
    ];
    this.webview.options = { enableScripts: true, localResourceRoots: roots };
    this.webview.html = pageMarkup(this.extension, this.webview, { title: 'USCDF Preview', name: 'preview' });
  }

  get isReloading(): boolean {
    return this.reloading;
  }

  /** The page said that it is ready. */
  loaded(): void {
    this.reloading = false;
  }

  /** The record with its photograph's address in the page, and leave to read the photograph's folder. */
  withImage(document: vscode.Uri, record: PreviewRecord): ShownRecord {
    const file = imageUri(document, record.image);
    if (file === undefined) return record;
    this.allow(vscode.Uri.joinPath(file, '..'));
    return { ...record, imageSource: this.webview.asWebviewUri(file).toString() };
  }

  /** Allows the folder of an image. The editor loads the page anew for it. */
  private allow(folder: vscode.Uri): void {
    if (mayRead(this.webview, folder)) return;
    this.reloading = true;
    allowFolder(this.webview, folder);
  }
}
