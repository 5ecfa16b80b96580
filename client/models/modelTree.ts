import * as vscode from 'vscode';
import { CATALOGUE, type CatalogueEntry } from '../../models/runtime/manager/catalogue.ts';
import { megabytes } from '../../models/runtime/manager/fetchBundle.ts';
import { bytesOf } from '../../models/runtime/manager/files.ts';
import { modelSummary } from '../../models/runtime/manager/page.ts';
import type { KnownModel, ModelStore } from '../../models/runtime/manager/store.ts';
import { chosenModel } from './settings.ts';

/** A row of the view: a model that is here, or one that can be fetched. */
export type ModelRow =
  | { readonly kind: 'here'; readonly model: KnownModel }
  | { readonly kind: 'remote'; readonly entry: CatalogueEntry };

/** The view "Models": those that are here, the one for drafts marked, then those that can be fetched. */
export class ModelTree implements vscode.TreeDataProvider<ModelRow>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly store: () => ModelStore) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  async getChildren(row?: ModelRow): Promise<ModelRow[]> {
    if (row !== undefined) return [];
    const models = await this.store().list();
    const entries = CATALOGUE.filter(({ name }) => !models.some((model) => model.name === name));
    return [
      ...models.map((model) => ({ kind: 'here', model }) as const),
      ...entries.map((entry) => ({ kind: 'remote', entry }) as const),
    ];
  }

  getTreeItem(row: ModelRow): vscode.TreeItem {
    const item = row.kind === 'here' ? itemOfModel(row.model) : itemOfEntry(row.entry);
    item.command = { command: 'uscdf.models.show', title: 'Show', arguments: [row] };
    return item;
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function itemOfModel(model: KnownModel): vscode.TreeItem {
  const { name, manifest, origin, problem } = model;
  const item = new vscode.TreeItem(name);
  const isChosen = name === chosenModel();
  item.description =
    manifest === undefined ? 'cannot be used' : `${isChosen ? 'for drafts · ' : ''}${megabytes(bytesOf(manifest))}`;
  item.tooltip = `${manifest?.title ?? name}\n${modelSummary(model)}`;
  item.iconPath = new vscode.ThemeIcon(problem !== undefined ? 'warning' : isChosen ? 'check' : 'package');
  const can = [...(isUsable(model) && !isChosen ? ['usable'] : []), ...(origin === 'shipped' ? [] : ['removable'])];
  item.contextValue = ['model', ...can].join(' ');
  return item;
}

function itemOfEntry({ name, title, licence, aboutBytes }: CatalogueEntry): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.description = `about ${megabytes(aboutBytes)}, not here`;
  item.tooltip = `${title} (${licence}). It is fetched when you say so, after you saw its files and their hashes.`;
  item.iconPath = new vscode.ThemeIcon('cloud');
  item.contextValue = 'model downloadable';
  return item;
}

/** Whether drafts can be made with it. */
export function isUsable({ manifest }: KnownModel): boolean {
  return manifest !== undefined && manifest.driver !== 'segmenter' && manifest.driver !== 'embedder';
}
