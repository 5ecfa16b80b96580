import { basename, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { isUscdf } from '../languageServer.ts';
import { askToSave } from '../unsavedFiles.ts';
import { type QualityCommand, runQuality } from './process.ts';

interface PathItem extends vscode.QuickPickItem {
  readonly paths?: readonly string[];
  readonly browse?: 'files' | 'folder';
}

const TITLES: Readonly<Record<QualityCommand, string>> = { stats: 'Statistics', duplicates: 'Find Duplicates' };

/** The commands "Statistics…" and "Find Duplicates…": ask which files, have them read in another process, show the result. */
export class Quality {
  /** The command's file. */
  private readonly program: string;

  constructor(context: vscode.ExtensionContext) {
    this.program = vscode.Uri.joinPath(context.extensionUri, 'dist', 'uscdf.cjs').fsPath;
  }

  /**
   * Resolves with the text that is shown, or with `undefined` where there is none. A task or key binding may hand over a list
   * of absolute paths; then nothing is asked.
   */
  async show(command: QualityCommand, given?: unknown): Promise<string | undefined> {
    const title = TITLES[command];
    const paths = given === undefined ? await pickPaths(title) : readPaths(given);
    if (paths === undefined || !(await askToSave(paths, title, 'this command'))) return undefined;
    const end = await this.run(command, paths);
    if (end.kind === 'failed') void vscode.window.showErrorMessage(`${title}: ${end.message}`);
    if (end.kind !== 'text') return undefined;
    if (end.remarks.length > 0) void vscode.window.showWarningMessage(`${title}: ${end.remarks.slice(0, 3).join(' ')}`);
    const document = await vscode.workspace.openTextDocument({ content: end.text, language: 'plaintext' });
    await vscode.window.showTextDocument(document, { preview: true });
    return end.text;
  }

  private async run(command: QualityCommand, paths: readonly string[]) {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `USCDF: ${TITLES[command]}`,
      cancellable: true,
    };
    return vscode.window.withProgress(options, (progress, token) => {
      const stopper = new AbortController();
      token.onCancellationRequested(() => stopper.abort());
      let shown = 0;
      return runQuality(this.program, command, paths, {
        signal: stopper.signal,
        onProgress(share) {
          progress.report({ increment: 100 * (share - shown) });
          shown = share;
        },
      });
    });
  }
}

function readPaths(given: unknown): readonly string[] | undefined {
  const list = Array.isArray(given) ? given : [given];
  const paths = list.map((each: unknown) => (each instanceof vscode.Uri ? each.fsPath : each));
  if (paths.length > 0 && paths.every((path): path is string => typeof path === 'string' && isAbsolute(path)))
    return paths;
  void vscode.window.showErrorMessage(
    'Nothing was looked at, because the command was called with something else than absolute paths: give a list of them.',
  );
  return undefined;
}

async function pickPaths(title: string): Promise<readonly string[] | undefined> {
  const open = vscode.window.activeTextEditor?.document;
  const items: PathItem[] = [];
  if (open !== undefined && isUscdf(open) && open.uri.scheme === 'file')
    items.push({ label: basename(open.uri.fsPath), description: 'open', paths: [open.uri.fsPath] });
  for (const { name, uri } of vscode.workspace.workspaceFolders ?? [])
    if (uri.scheme === 'file') items.push({ label: name, description: 'workspace folder', paths: [uri.fsPath] });
  items.push(
    { label: '$(file) Choose Files…', browse: 'files', alwaysShow: true },
    { label: '$(folder) Choose a Folder…', browse: 'folder', alwaysShow: true },
  );
  const placeHolder = 'USCDF files, or a folder of them';
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder });
  return chosen?.browse === undefined ? chosen?.paths : browse(title, chosen.browse === 'folder');
}

async function browse(title: string, folder: boolean): Promise<readonly string[] | undefined> {
  const picked = await vscode.window.showOpenDialog({
    ...{ title, openLabel: 'Choose', canSelectFiles: !folder, canSelectFolders: folder, canSelectMany: true },
    ...(!folder && { filters: { USCDF: ['uscdf', 'json', 'jsonl'] } }),
  });
  const local = picked?.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  return local === undefined || local.length === 0 ? undefined : local;
}
