import * as vscode from 'vscode';
import { licenceNote } from '../../models/runtime/licence.ts';
import { CATALOGUE } from '../../models/runtime/manager/catalogue.ts';
import { ModelsCancelledError, ModelsError } from '../../models/runtime/manager/errors.ts';
import { fetchBundle, megabytes, planDownload } from '../../models/runtime/manager/fetchBundle.ts';
import { entryPage, modelPage, modelSummary, planPage } from '../../models/runtime/manager/page.ts';
import { type PromptModel, promptModel } from '../../models/runtime/manager/promptModel.ts';
import { writePublishedManifest } from '../../models/runtime/manager/publishedManifest.ts';
import type { KnownModel, ModelStore } from '../../models/runtime/manager/store.ts';
import { shownText } from '../../models/runtime/remote/exchange.ts';
import { ModelPages } from './modelPages.ts';
import { isUsable, type ModelRow, ModelTree } from './modelTree.ts';
import { askConsent, askCopy, type Consent, pickEntry, pickFolder } from './questions.ts';
import { chosenHub, chosenModel, chosenPromptModel, chosenServer, modelStore } from './settings.ts';

interface RowItem extends vscode.QuickPickItem {
  readonly row?: ModelRow;
}

const ALLOWED_SERVERS = 'uscdf.allowedServers';

/** The models that drafts can be made with: the view, and what can be done to each. */
export class Models implements vscode.Disposable {
  private readonly pages = new ModelPages();
  private readonly tree: ModelTree;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly context: vscode.ExtensionContext) {
    this.tree = new ModelTree(() => this.store);
    this.subscriptions = [
      this.pages,
      this.tree,
      vscode.window.registerTreeDataProvider('uscdf.models', this.tree),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('uscdf')) this.tree.refresh();
      }),
    ];
  }

  private get store(): ModelStore {
    return modelStore(this.context);
  }

  /** The folder of the model for drafts, or `undefined` where there is none and the user was told. */
  async bundleForDrafts(): Promise<string | undefined> {
    const name = chosenModel();
    const model = await this.store.find(name);
    const problem =
      model === undefined ? `There is no model "${name}", which the setting uscdf.model names.` : model.problem;
    if (model !== undefined && problem === undefined) return model.folder;
    void vscode.window.showErrorMessage(`Nothing was drafted: ${problem}`, 'Choose a Model').then((action) => {
      if (action !== undefined) void this.choose();
    });
    return undefined;
  }

  /** The model for points and boxes, or why there is none. */
  async bundleForPrompts(): Promise<PromptModel> {
    return promptModel(await this.store.list(), { prompts: chosenPromptModel(), drafts: chosenModel() });
  }

  /** Whether graphs run on a server, so that photographs leave this machine. */
  get usesServer(): boolean {
    return chosenServer() !== undefined;
  }

  /**
   * The server that runs the graphs, `undefined` where they run here, or `false` where the user does not want photographs
   * to be sent to it. Asked once for each address.
   */
  async serverForDrafts(): Promise<string | undefined | false> {
    const server = chosenServer();
    const allowed = this.context.globalState.get<readonly string[]>(ALLOWED_SERVERS, []);
    if (server === undefined) return server;
    // The address may hold a name and a password, which are neither shown nor kept.
    const address = shownText(server);
    if (allowed.includes(address)) return server;
    const answer = await vscode.window.showWarningMessage(
      `Send photographs to ${address}?`,
      {
        modal: true,
        detail:
          'The setting uscdf.inference.server has drafts made there: what is made of a photograph leaves this machine. Without a server models run here.',
      },
      'Send',
    );
    if (answer !== 'Send') return false;
    await this.context.globalState.update(ALLOWED_SERVERS, [...allowed, address]);
    return server;
  }

  /** A list of all models to look at, and what else can be done. */
  async open(): Promise<void> {
    const rows = await this.tree.getChildren();
    const items: RowItem[] = rows.map((row) => ({ row, label: nameOf(row), detail: detailOf(row) }));
    const add: RowItem = { label: '$(add) Add a Model from a Folder…', alwaysShow: true };
    const chosen = await vscode.window.showQuickPick([...items, add], {
      title: 'Models',
      placeHolder: 'A model to look at',
      matchOnDetail: true,
    });
    if (chosen === undefined) return;
    await (chosen.row === undefined ? this.add() : this.show(chosen.row));
  }

  /** Shows all about a model, its licence and model card included. */
  async show(what?: ModelRow | string): Promise<void> {
    if (what === undefined) return this.open();
    const row = typeof what === 'string' ? await this.rowOf(what) : what;
    if (row === undefined) return;
    const text = row.kind === 'here' ? await modelPage(row.model) : entryPage(row.entry);
    await this.pages.show(nameOf(row), text);
  }

  /** Makes a model the one for drafts. */
  async choose(what?: ModelRow | string): Promise<void> {
    const name = typeof what === 'object' ? nameOf(what) : (what ?? (await this.pickUsable()));
    if (name === undefined) return;
    const model = await this.store.find(name);
    if (model === undefined || !isUsable(model)) {
      void vscode.window.showErrorMessage(
        `${name} makes no drafts${model?.problem === undefined ? '' : `: ${model.problem}`} Choose another model from the list.`,
      );
      return;
    }
    await vscode.workspace.getConfiguration('uscdf').update('model', name, vscode.ConfigurationTarget.Global);
    this.warnOfLicence(model);
  }

  /** Checks a bundle and takes it up, as it is or as a copy. */
  async add(folder?: unknown, how?: { readonly copy?: boolean }): Promise<KnownModel | undefined> {
    if (!isTrusted('added')) return undefined;
    const uri = folder instanceof vscode.Uri ? folder : await pickFolder();
    if (uri === undefined) return undefined;
    const copy = how?.copy ?? (await askCopy());
    if (copy === undefined) return undefined;
    return this.task('Checking the model', async (signal, report) => {
      const model = await this.store.add(uri.fsPath, {
        copy,
        signal,
        onProgress: (done) => report(done, `copying, ${Math.floor(100 * done)} %`),
      });
      this.offer(model, 'was checked and added');
      return model;
    });
  }

  /** Fetches a public model, after its files, sizes, licences and hashes were shown and agreed to. */
  async download(what?: ModelRow | string, consent: Consent = askConsent): Promise<KnownModel | undefined> {
    if (!isTrusted('downloaded')) return undefined;
    const name = typeof what === 'object' ? nameOf(what) : what;
    const entry = name === undefined ? await pickEntry() : CATALOGUE.find((each) => each.name === name);
    if (entry === undefined) return undefined;
    const { store } = this;
    const plan = await this.task(`Asking the hub about ${entry.title}`, async (signal) => {
      await store.expectFree(entry.name);
      return planDownload(entry, { hub: chosenHub(), signal });
    });
    if (plan === undefined) return undefined;
    await this.pages.show(`Download of ${entry.name}`, planPage(plan));
    if (!(await consent(plan))) return undefined;
    return this.task(`Downloading ${entry.title}`, async (signal, report) => {
      const model = await fetchBundle(plan, store, writePublishedManifest, {
        signal,
        onProgress: ({ doneBytes, totalBytes, file }) =>
          report(doneBytes / totalBytes, `${megabytes(doneBytes)} of ${megabytes(totalBytes)}, ${file}`),
      });
      this.offer(model, 'is here, and every file is what the hub lists');
      return model;
    });
  }

  /** Forgets a model; asks first where its files go with it. */
  async remove(what?: ModelRow | string): Promise<void> {
    const name = typeof what === 'object' ? nameOf(what) : what;
    if (name === undefined) return this.open();
    const model = await this.store.find(name);
    if (typeof what === 'object' && model !== undefined && model.origin !== 'linked') {
      const detail = `Its files in ${model.folder} are deleted.`;
      const answer = await vscode.window.showWarningMessage(`Remove ${name}?`, { modal: true, detail }, 'Remove');
      if (answer !== 'Remove') return;
    }
    await this.task(`Removing ${name}`, () => this.store.remove(name));
  }

  refresh(): void {
    this.tree.refresh();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async rowOf(name: string): Promise<ModelRow | undefined> {
    return (await this.tree.getChildren()).find((row) => nameOf(row) === name);
  }

  private async pickUsable(): Promise<string | undefined> {
    const models = (await this.store.list()).filter(isUsable);
    const items = models.map((model) => ({ label: model.name, detail: modelSummary(model) }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'The model for drafts', matchOnDetail: true });
    return chosen?.label;
  }

  /** Says that a model is here, and offers to use it. */
  private offer(model: KnownModel, what: string): void {
    const limits = model.manifest && licenceNote(model.manifest);
    const text = [`${model.name} ${what}.`, ...(limits === undefined ? [] : [limits])].join(' ');
    const show = limits === undefined ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const actions = isUsable(model) ? ['Use for Drafts', 'Show'] : ['Show'];
    void show(text, ...actions).then((action) => {
      if (action === 'Use for Drafts') void this.choose(model.name);
      if (action === 'Show') void this.show(model.name);
    });
  }

  private warnOfLicence({ manifest }: KnownModel): void {
    const limits = manifest && licenceNote(manifest);
    if (limits !== undefined) void vscode.window.showWarningMessage(limits);
  }

  /** Runs something that takes time, with a way to stop it; what the user can cause becomes a message. */
  private async task<T>(
    title: string,
    run: (signal: AbortSignal, report: (done: number, message: string) => void) => Promise<T>,
  ): Promise<T | undefined> {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    try {
      return await vscode.window.withProgress(options, (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        let shown = 0;
        return run(abort.signal, (done, message) => {
          progress.report({ message, increment: 100 * (done - shown) });
          shown = done;
        });
      });
    } catch (error) {
      if (!(error instanceof ModelsError)) throw error;
      const tell =
        error instanceof ModelsCancelledError ? vscode.window.showInformationMessage : vscode.window.showErrorMessage;
      void tell(error.message);
      return undefined;
    } finally {
      this.tree.refresh();
    }
  }
}

function nameOf(row: ModelRow): string {
  return row.kind === 'here' ? row.model.name : row.entry.name;
}

function detailOf(row: ModelRow): string {
  if (row.kind === 'here') return modelSummary(row.model);
  return `to be fetched · about ${megabytes(row.entry.aboutBytes)} · ${row.entry.licence}`;
}

function isTrusted(done: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window.showWarningMessage(
    `No model is ${done} in a restricted workspace, because models are programs: trust this workspace first (Manage Workspace Trust).`,
  );
  return false;
}
