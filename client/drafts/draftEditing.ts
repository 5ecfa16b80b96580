import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { imageUri } from '../imagePaths.ts';
import { opened } from './documents.ts';
import { readEdited, textOf } from './draftRecord.ts';
import { type DraftStore, writeWhole } from './draftStore.ts';
import type { StoredDraft } from './storedDraft.ts';

/** Characters of a record's id in a file's name. */
const NAME_LENGTH = 60;

/**
 * Drafts that a person changes before accepting them: each is a file of its own in the extension's storage, so that all that works on
 * records works on it. Saved, it becomes the draft.
 */
export class DraftEditing implements vscode.Disposable {
  private readonly saving: vscode.Disposable;
  /** Drafts whose documents are being closed: these are saved only so that nobody is asked, and say nothing any more. */
  private readonly closing = new Set<string>();
  /** Ends when all that was saved is taken over: a draft that was decided on must not be written once more. */
  private taking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly store: DraftStore,
  ) {
    this.saving = vscode.workspace.onDidSaveTextDocument((document) => {
      const key = this.keyOf(document.uri);
      if (key !== undefined && !this.closing.has(key)) void this.takeInTurn(document);
    });
  }

  /** The key of the draft that a document is. */
  keyOf(uri: vscode.Uri): string | undefined {
    const folder = uri.scheme === 'file' ? dirname(uri.fsPath) : '';
    return dirname(folder) === this.folder ? basename(folder).split('-')[0] : undefined;
  }

  /** The draft's own document, made where it is not open yet; `undefined` where the draft is gone. */
  async open(key: string): Promise<vscode.TextDocument | undefined> {
    const stored = await this.store.read(key);
    if (stored === undefined) return undefined;
    const [open] = this.documentsOf(key, stored);
    if (open !== undefined) return open;
    const { draft, record, document } = stored;
    const image = imageUri(vscode.Uri.parse(document), draft.image)?.fsPath.replaceAll('\\', '/') ?? draft.image;
    const name = (record?.id ?? basename(draft.image)).replace(/[^\w.-]+/g, '-').slice(0, NAME_LENGTH);
    const file = join(this.folderOf(key, stored), `draft-of-${name}.uscdf.json`);
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, textOf(stored, image));
    return opened(vscode.Uri.file(file));
  }

  /** Whether the draft's document is open in a tab. */
  isOpen(key: string): boolean {
    return ownTabs(({ uri }) => this.keyOf(uri) === key).length > 0;
  }

  /** Takes over what is not saved yet. Resolves with whether the draft is what its document says. */
  async finish(key: string): Promise<boolean> {
    const stored = await this.store.read(key);
    for (const document of stored === undefined ? [] : this.documentsOf(key, stored)) {
      if (document.isDirty && !(await document.save())) return false;
      if (!(await this.takeInTurn(document))) return false;
    }
    return true;
  }

  /** Closes the draft's document and takes its file away. Resolves with whether it was to be seen. */
  async close(key: string): Promise<boolean> {
    const stored = await this.store.read(key);
    if (stored === undefined) return false;
    this.closing.add(key);
    try {
      await this.taking;
      return await this.closeTabs(key, stored);
    } finally {
      this.closing.delete(key);
    }
  }

  dispose(): void {
    this.saving.dispose();
  }

  private async closeTabs(key: string, stored: StoredDraft): Promise<boolean> {
    // A document with changes would ask what to do with them.
    for (const document of this.documentsOf(key, stored)) if (document.isDirty) await document.save();
    const folder = this.folderOf(key, stored);
    const own = ownTabs(({ uri }) => dirname(uri.fsPath) === folder);
    if (own.length > 0) await vscode.window.tabGroups.close(own);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    return own.length > 0;
  }

  private takeInTurn(document: vscode.TextDocument): Promise<boolean> {
    const taken = this.taking.then(() => this.take(document));
    this.taking = taken.catch(() => undefined);
    return taken;
  }

  /** The draft becomes what its document says; the user is told where it cannot. */
  private async take(document: vscode.TextDocument): Promise<boolean> {
    const key = this.keyOf(document.uri)!;
    const stored = await this.store.read(key);
    if (stored === undefined || dirname(document.uri.fsPath) !== this.folderOf(key, stored)) return false;
    const edited = readEdited(document.getText(), stored);
    if (!edited.ok) {
      void vscode.window.showWarningMessage(`The draft stays as it was. ${edited.message}`);
      return false;
    }
    if (edited.value.edited) await this.store.put(edited.value);
    return true;
  }

  private documentsOf(key: string, stored: StoredDraft): readonly vscode.TextDocument[] {
    const folder = this.folderOf(key, stored);
    return vscode.workspace.textDocuments.filter(
      ({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && dirname(uri.fsPath) === folder,
    );
  }

  /** Another one for each draft, though its key be the same: the editor may still hold the document of an older one. */
  private folderOf(key: string, { created }: StoredDraft): string {
    return join(this.folder, `${key}-${created.replace(/\D/g, '')}`);
  }
}

function ownTabs(isOwn: (input: vscode.TabInputText | vscode.TabInputCustom) => boolean): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => {
    const isDocument = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
    return isDocument && isOwn(input);
  });
}
