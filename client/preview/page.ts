import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { ShownRecord } from '../../media/protocol.ts';
import { imageUri } from '../imagePaths.ts';

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
    const own = vscode.Uri.joinPath(this.extension, 'dist', 'media');
    const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const roots = [own, ...workspace, ...(document === undefined ? [] : [vscode.Uri.joinPath(document, '..')])];
    this.webview.options = { enableScripts: true, localResourceRoots: roots };
    this.webview.html = this.html();
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
    const roots = this.webview.options.localResourceRoots ?? [];
    if (roots.some((root) => isWithin(root, folder))) return;
    this.reloading = true;
    this.webview.options = { enableScripts: true, localResourceRoots: [...roots, folder] };
  }

  private html(): string {
    const file = (name: string) =>
      this.webview.asWebviewUri(vscode.Uri.joinPath(this.extension, 'dist', 'media', name)).toString();
    const nonce = randomBytes(16).toString('base64url');
    const source = this.webview.cspSource;
    const policy = `default-src 'none'; img-src ${source} blob: data:; style-src ${source}; font-src ${source}; script-src 'nonce-${nonce}'`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${file('codicon.css')}">
<link rel="stylesheet" href="${file('preview.css')}">
<title>USCDF Preview</title>
</head>
<body>
<script nonce="${nonce}" src="${file('preview.js')}"></script>
</body>
</html>`;
  }
}

function isWithin(root: vscode.Uri, folder: vscode.Uri): boolean {
  return (
    folder.scheme === root.scheme &&
    (folder.path === root.path || folder.path.startsWith(`${root.path.replace(/\/$/, '')}/`))
  );
}
