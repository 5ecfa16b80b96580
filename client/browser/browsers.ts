/** The dataset browser's tabs: opened by a command, by "Reopen Editor With…", and again when the window is loaded anew. */
import { basename, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { Messenger } from 'vscode-messenger';
import { fileKind } from '../../core/records/fileKind.ts';
import { isUscdf } from '../languageServer.ts';
import type { Previews } from '../preview/previews.ts';
import { BrowserPage, type PageParts } from './browserPage.ts';
import { readKeptPath } from './messages.ts';

const PANEL = 'uscdf.browser';
const EDITOR = 'uscdf.browserEditor';

interface PathItem extends vscode.QuickPickItem {
  readonly path?: string;
  readonly browse?: 'file' | 'folder';
}

export class Browsers implements vscode.Disposable {
  private readonly parts: PageParts;
  private readonly panels = new Map<string, BrowserPage>();
  private readonly pages = new Set<BrowserPage>();
  private readonly registrations: readonly vscode.Disposable[];

  constructor({ extensionUri }: vscode.ExtensionContext, previews: Previews) {
    this.parts = { extension: extensionUri, previews, messenger: new Messenger({ ignoreHiddenViews: false }) };
    this.registrations = [
      vscode.window.registerWebviewPanelSerializer(PANEL, {
        deserializeWebviewPanel: async (panel, state: unknown) => this.restore(panel, readKeptPath(state)),
      }),
      vscode.window.registerCustomEditorProvider(EDITOR, {
        openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: ({ uri }, panel) => {
          this.adopt(panel, uri.fsPath);
        },
      }),
    ];
  }

  /** Opens the browser on a file or folder: the one named, an absolute path or an address; else the user is asked. */
  async open(given?: unknown): Promise<void> {
    const path = given === undefined ? await pickPath() : pathOf(given);
    if (path === undefined) {
      if (given !== undefined) void vscode.window.showErrorMessage(NO_PATH);
      return;
    }
    const known = this.panels.get(path);
    if (known !== undefined) {
      known.panel.reveal();
      return;
    }
    const title = `${basename(path)} (Browser)`;
    this.remember(this.adopt(vscode.window.createWebviewPanel(PANEL, title, vscode.ViewColumn.Active), path));
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    for (const page of this.pages) page.dispose();
  }

  private restore(panel: vscode.WebviewPanel, path: string | undefined): void {
    if (path === undefined || this.panels.has(path)) panel.dispose();
    else this.remember(this.adopt(panel, path));
  }

  private remember(page: BrowserPage): void {
    this.panels.set(page.path, page);
    page.panel.onDidDispose(() => this.panels.delete(page.path));
  }

  private adopt(panel: vscode.WebviewPanel, path: string): BrowserPage {
    const page = new BrowserPage(this.parts, panel, path);
    this.pages.add(page);
    panel.onDidDispose(() => this.pages.delete(page));
    return page;
  }
}

const NO_PATH =
  'Nothing was opened, because the browser reads files of this machine: give the address or the absolute path of a USCDF file, or of a folder of them.';

function pathOf(given: unknown): string | undefined {
  if (given instanceof vscode.Uri) return given.scheme === 'file' ? given.fsPath : undefined;
  return typeof given === 'string' && isAbsolute(given) ? given : undefined;
}

async function pickPath(): Promise<string | undefined> {
  const title = 'Browse Dataset';
  const items: PathItem[] = [
    ...activeFile().map((path) => ({ label: basename(path), description: 'open', path })),
    ...(vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ name, uri }) => ({ label: name, description: 'workspace folder', path: uri.fsPath })),
    { label: '$(file) Choose a File…', browse: 'file', alwaysShow: true },
    { label: '$(folder) Choose a Folder…', browse: 'folder', alwaysShow: true },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'A USCDF file of any size, or a folder of them',
  });
  if (chosen?.browse === undefined) return chosen?.path;
  const isFolder = chosen.browse === 'folder';
  const picked = await vscode.window.showOpenDialog({
    ...{ title, openLabel: 'Browse', canSelectFiles: !isFolder, canSelectFolders: isFolder },
    ...(!isFolder && { filters: { USCDF: ['uscdf', 'json', 'jsonl'] } }),
  });
  return picked?.find(({ scheme }) => scheme === 'file')?.fsPath;
}

/** The file in front: a text, or one that is too large to be handed to extensions as a text. */
function activeFile(): readonly string[] {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) return isUscdf(document) && document.uri.scheme === 'file' ? [document.uri.fsPath] : [];
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
  return uri?.scheme === 'file' && fileKind(uri.fsPath) !== undefined ? [uri.fsPath] : [];
}
