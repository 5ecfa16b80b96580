/** The frame of every page of the extension: its own files under a strict policy, and what else it may read. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export interface PageFrame {
  readonly title: string;
  /** Of the script and the style sheet in `dist/media`. */
  readonly name: 'preview' | 'browser' | 'report';
  /** Markup that is there before the script runs. */
  readonly body?: string;
}

/** The folder of the pages' own files. */
export function mediaFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist', 'media');
}

/** The page's markup. Nothing but its own script runs, and nothing comes from the network. */
export function pageMarkup(extension: vscode.Uri, webview: vscode.Webview, { title, name, body }: PageFrame): string {
  const file = (own: string) => webview.asWebviewUri(vscode.Uri.joinPath(mediaFolder(extension), own)).toString();
  const nonce = randomBytes(16).toString('base64url');
  const source = webview.cspSource;
  const policy = `default-src 'none'; img-src ${source} blob: data:; style-src ${source}; font-src ${source}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${file('codicon.css')}">
<link rel="stylesheet" href="${file(`${name}.css`)}">
<title>${title}</title>
</head>
<body>
${body ?? ''}
<script nonce="${nonce}" src="${file(`${name}.js`)}"></script>
</body>
</html>`;
}

/** Whether the page may read the folder already. */
export function mayRead(webview: vscode.Webview, folder: vscode.Uri): boolean {
  return (webview.options.localResourceRoots ?? []).some((root) => isWithin(root, folder));
}

/** Lets the page read one folder more. The editor loads the page anew for it. */
export function allowFolder(webview: vscode.Webview, folder: vscode.Uri): void {
  const roots = webview.options.localResourceRoots ?? [];
  webview.options = { enableScripts: true, localResourceRoots: [...roots, folder] };
}

function isWithin(root: vscode.Uri, folder: vscode.Uri): boolean {
  return (
    folder.scheme === root.scheme &&
    (folder.path === root.path || folder.path.startsWith(`${root.path.replace(/\/$/, '')}/`))
  );
}
