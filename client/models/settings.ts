import * as vscode from 'vscode';
import { DEFAULT_HUB } from '../../models/runtime/manager/defaultHub.ts';
import { modelsFolder } from '../../models/runtime/manager/modelsFolder.ts';
import { ModelStore } from '../../models/runtime/manager/store.ts';

/** The user's choices about models, as the settings have them now. */

export function chosenModel(): string {
  return text('model') || 'coco80';
}

/** The model for points and boxes; nothing where the user leaves it to the program. */
export function chosenPromptModel(): string | undefined {
  return text('promptModel') || undefined;
}

/** The server that the user lets photographs be sent to; none without. */
export function chosenServer(): string | undefined {
  return text('inference.server') || undefined;
}

export function chosenHub(): string {
  return text('models.hub') || DEFAULT_HUB;
}

/** The models that ship with the extension, and those that the user added or downloaded. */
export function modelStore(context: vscode.ExtensionContext): ModelStore {
  return new ModelStore({
    folder: text('models.folder') || modelsFolder(),
    shipped: vscode.Uri.joinPath(context.extensionUri, 'models', 'bundles').fsPath,
  });
}

function text(key: string): string {
  const value: unknown = vscode.workspace.getConfiguration('uscdf').get(key);
  return typeof value === 'string' ? value.trim() : '';
}
