/** What the user is asked before a batch is labelled. */
import { dirname, join, parse } from 'node:path';
import * as vscode from 'vscode';
import { isUscdf } from '../languageServer.ts';
import { takesPictures } from './languageModel.ts';

interface ProviderItem extends vscode.QuickPickItem {
  readonly choice?: ProviderChoice;
}

export type ProviderChoice =
  | { readonly kind: 'openai' }
  | { readonly kind: 'local' }
  | { readonly kind: 'editor'; readonly model: vscode.LanguageModelChat };

/** The server of the settings, the editor's models, and the local one; `undefined` where the user leaves. */
export async function pickProvider(endpoint: string, model: string): Promise<ProviderChoice | undefined> {
  const models = takesPictures() ? await vscode.lm.selectChatModels() : [];
  const items: ProviderItem[] = [
    {
      label: '$(server) A server',
      description: endpoint === '' ? 'none is set' : `${model || 'no model is set'} at ${endpoint}`,
      detail: 'Any OpenAI-compatible address, set in the settings; also one on this machine.',
      choice: { kind: 'openai' },
    },
    {
      label: '$(device-desktop) The local model',
      detail: 'Finds and names objects by itself, whatever masks there are. Nothing leaves this machine.',
      choice: { kind: 'local' },
    },
    { label: 'Language models of this editor', kind: vscode.QuickPickItemKind.Separator },
    ...models.map((each) => ({
      label: `$(sparkle) ${each.name}`,
      description: each.vendor,
      choice: { kind: 'editor' as const, model: each },
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: 'Label (1 of 3): who describes the objects' });
  return picked?.choice;
}

/** Records or images; the file that is open comes first. */
export async function pickInputs(): Promise<readonly string[] | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const open = document !== undefined && document.uri.scheme === 'file' && isUscdf(document) ? document : undefined;
  const browse = 'Other files…';
  if (open !== undefined) {
    const name = vscode.workspace.asRelativePath(open.uri);
    const picked = await vscode.window.showQuickPick([name, browse], { title: 'Label (2 of 3): what is labelled' });
    if (picked === undefined) return undefined;
    if (picked === name) return [open.uri.fsPath];
  }
  const files = await vscode.window.showOpenDialog({
    title: 'Label (2 of 3): records with masks, or images',
    openLabel: 'Label',
    canSelectMany: true,
    filters: { 'USCDF files and images': ['uscdf', 'jsonl', 'json', 'jpg', 'jpeg', 'png'] },
  });
  return files === undefined || files.length === 0 ? undefined : files.map(({ fsPath }) => fsPath);
}

/** The file that records are added to: a new one, or one whose batch goes on. */
export async function pickOutput(input: string): Promise<string | undefined> {
  const name = parse(input).base.replace(/\.uscdf(?:\.jsonl?)?$|\.[a-z]+$/i, '');
  const file = await vscode.window.showSaveDialog({
    title: 'Label (3 of 3): where the drafts go (a batch that was interrupted goes on in its file)',
    defaultUri: vscode.Uri.file(join(dirname(input), `${name}-labelled.uscdf.jsonl`)),
    filters: { 'USCDF records': ['jsonl'] },
  });
  return file?.fsPath;
}

/** Says what a batch takes, and who would get pictures. Nothing is sent before this is answered. */
export async function askConsent(plan: string, destination: string | undefined): Promise<boolean> {
  const sends = destination !== undefined;
  const action = sends ? `Send to ${destination}` : 'Begin';
  const where = sends
    ? `Parts of the images, each with one object, are sent to ${destination}.`
    : 'Nothing leaves this machine.';
  const question = sends ? `Send images to ${destination}?` : 'Begin to label?';
  const answer = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: `${plan}\n\n${where}` },
    action,
  );
  return answer === action;
}
