import { mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { PROMPT_NAMES } from '../../core/labelling/prompts.ts';
import { chosenModel } from '../models/settings.ts';
import { askToSave } from '../unsavedFiles.ts';
import { askConsent, type ProviderChoice, pickInputs, pickOutput, pickProvider } from './choices.ts';
import { Keys } from './keys.ts';
import { askLanguageModel } from './languageModel.ts';
import { type LabellingEnd, type LabellingProvider, runLabelling } from './process.ts';
import { readGiven } from './request.ts';

const OWN_PROMPTS = '.uscdf/prompts';

interface Batch {
  readonly choice: ProviderChoice;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Asked before anything is sent; `destination` is who would get pictures. */
  readonly consent: (plan: string, destination: string | undefined) => Promise<boolean>;
}

/** The command "Label…": asks who describes what, shows what it takes, and has it done in another process. */
export class Labelling {
  private readonly keys: Keys;
  private running = false;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.keys = new Keys(context.secrets);
  }

  /**
   * Labels records with masks, or images; resolves with the path of the drafts, or `undefined` where there are none. A task or
   * key binding may hand over `{inputs, output, provider}`, with absolute paths; then only what leaves the machine is asked about.
   */
  async label(given?: unknown): Promise<string | undefined> {
    if (!mayRun()) return undefined;
    if (this.running) {
      void vscode.window.showInformationMessage('A batch is being labelled already: wait for it, or cancel it.');
      return undefined;
    }
    this.running = true;
    try {
      const batch = given === undefined ? await this.askBatch() : await this.givenBatch(given);
      return batch && this.finish(await this.run(batch), batch.output);
    } finally {
      this.running = false;
    }
  }

  private async askBatch(): Promise<Batch | undefined> {
    const choice = await pickProvider(text('endpoint'), text('model'));
    if (choice === undefined || !(await this.isSet(choice))) return undefined;
    const inputs = await pickInputs();
    if (inputs === undefined || !(await askToSave(inputs, 'Label', 'the labelling'))) return undefined;
    const output = await pickOutput(inputs[0]!);
    return output === undefined ? undefined : { choice, inputs, output, consent: askConsent };
  }

  private async givenBatch(given: unknown): Promise<Batch | undefined> {
    const read = readGiven(given);
    if (read === undefined) {
      void vscode.window.showErrorMessage(
        'Nothing was labelled, because the command was called with something else than {inputs, output, provider}: give absolute paths, and "server" or "local".',
      );
      return undefined;
    }
    const choice: ProviderChoice = read.provider === 'local' ? { kind: 'local' } : { kind: 'openai' };
    const { inputs, output } = read;
    if (!(await this.isSet(choice)) || !(await askToSave(inputs, 'Label', 'the labelling'))) return undefined;
    const consent = async (plan: string, destination: string | undefined) =>
      destination === undefined || askConsent(plan, destination);
    return { choice, inputs, output, consent };
  }

  /** Keeps the key of the server that the settings name. */
  async setKey(): Promise<void> {
    if (!(await this.isSet({ kind: 'openai' }, { model: false }))) return;
    if (await this.keys.ask(text('endpoint')))
      void vscode.window.showInformationMessage('The key is kept, and sent to this server only.');
  }

  /** Copies the prompts that ship into the workspace, to be changed, and has them used there. */
  async copyPrompts(): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) {
      void vscode.window.showWarningMessage(
        'The prompts are copied into the workspace, and no folder is open: open one.',
      );
      return;
    }
    const target = vscode.Uri.joinPath(folder.uri, OWN_PROMPTS);
    for (const name of PROMPT_NAMES) {
      const from = vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'prompts', `${name}.md`);
      try {
        await vscode.workspace.fs.copy(from, vscode.Uri.joinPath(target, `${name}.md`), { overwrite: false });
      } catch (error) {
        // One that is there is the user's own.
        if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileExists') throw error;
      }
    }
    const settings = vscode.workspace.getConfiguration('uscdf');
    await settings.update('labelling.prompts', OWN_PROMPTS, vscode.ConfigurationTarget.Workspace);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(target, 'object.md'));
  }

  /** Offers the settings where the server, or its model, is not set. */
  private async isSet(choice: ProviderChoice, needs = { model: true }): Promise<boolean> {
    if (choice.kind !== 'openai' || (text('endpoint') !== '' && (!needs.model || text('model') !== ''))) return true;
    const open = 'Open Settings';
    const action = await vscode.window.showWarningMessage(
      'No server is set that could describe objects: set its address in uscdf.labelling.endpoint, and the model in uscdf.labelling.model.',
      open,
    );
    if (action === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'uscdf.labelling');
    return false;
  }

  private async run({ choice, inputs, output, consent }: Batch): Promise<LabellingEnd> {
    const command = vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'uscdf.cjs').fsPath;
    const prices = this.pricesFile();
    const options = { location: vscode.ProgressLocation.Notification, title: 'USCDF labelling', cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      let shown = 0;
      progress.report({ message: 'looking for objects' });
      const provider = await this.providerOf(choice, token);
      const request = { inputs, output, provider, prompts: promptsFolder(), prices };
      return runLabelling(command, request, {
        signal: abort.signal,
        consent: (plan, destination) => consent(plan, choice.kind === 'editor' ? choice.model.name : destination),
        onProgress: (what, done, total) => {
          const share = total === 0 ? 0 : (100 * done) / total;
          progress.report({ message: `${done} of ${total} ${what}`, increment: Math.max(0, share - shown) });
          shown = share;
        },
      });
    });
  }

  private async providerOf(choice: ProviderChoice, token: vscode.CancellationToken): Promise<LabellingProvider> {
    if (choice.kind === 'local') return { kind: 'local', bundle: chosenModel() };
    if (choice.kind === 'openai') {
      const endpoint = text('endpoint');
      return { kind: 'openai', endpoint, model: text('model'), key: await this.keys.of(endpoint) };
    }
    const { model } = choice;
    return { kind: 'editor', model: model.id, ask: (question) => askLanguageModel(model, question, token) };
  }

  /** The prices of the settings as the file that the command reads. */
  private pricesFile(): string | undefined {
    const prices = vscode.workspace.getConfiguration('uscdf').get<object>('labelling.prices') ?? {};
    if (Object.keys(prices).length === 0) return undefined;
    const folder = this.context.globalStorageUri.fsPath;
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'prices.json');
    writeFileSync(path, JSON.stringify(prices));
    return path;
  }

  private async finish(end: LabellingEnd, output: string): Promise<string | undefined> {
    switch (end.kind) {
      case 'done': {
        const message = [end.summary, ...end.remarks].join(' ');
        const show = end.complete ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
        const open = 'Open the Drafts';
        void show(message, open).then((action) => {
          if (action === open) void vscode.window.showTextDocument(vscode.Uri.file(output));
        });
        return output;
      }
      case 'cancelled':
        void vscode.window.showInformationMessage(
          'The labelling was cancelled. What was answered before is kept: label into the same file to go on.',
        );
        return undefined;
      case 'failed':
        void vscode.window.showErrorMessage(`Nothing was labelled: ${end.message}`);
        return undefined;
    }
  }
}

/** A folder of the settings, relative to the workspace's first. */
function promptsFolder(): string | undefined {
  const path = text('prompts');
  if (path === '') return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return isAbsolute(path) || folder === undefined ? path : join(folder, path);
}

function text(key: string): string {
  const value: unknown = vscode.workspace.getConfiguration('uscdf.labelling').get(key);
  return typeof value === 'string' ? value.trim() : '';
}

function mayRun(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void vscode.window.showWarningMessage(
    'Nothing is sent and no model is loaded in a restricted workspace, whose files may not be yours: trust this workspace first (Manage Workspace Trust).',
  );
  return false;
}
