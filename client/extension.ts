/** The extension's entry: starts the server, and ties commands to the preview and to drafts. */
import * as vscode from 'vscode';
import type { Conversions } from './convert/conversions.ts';
import { ReportDocument } from './convert/reportDocument.ts';
import { Drafts } from './drafts.ts';
import { Evaluations } from './evaluation/evaluations.ts';
import { Labelling } from './labelling/labelling.ts';
import { LanguageServer } from './languageServer.ts';
import { Models } from './models/models.ts';
import type { ModelRow } from './models/modelTree.ts';
import type { Consent } from './models/questions.ts';
import { PreviewPanel } from './previewPanel.ts';
import { Quality } from './quality/quality.ts';

/** What other extensions and tests may use. */
export interface UscdfApi {
  /** The id of the inference process while it runs. */
  readonly workerPid: () => number | undefined;
  /** Downloads a model of the catalogue where `consent` agrees to its files; the folder that it then lies in. */
  readonly downloadModel: (name: string, consent: Consent) => Promise<string | undefined>;
}

export async function activate(context: vscode.ExtensionContext): Promise<UscdfApi> {
  const server = new LanguageServer(context);
  const preview = new PreviewPanel(context, server);
  const models = new Models(context);
  const drafts = new Drafts(context, server, preview, models);
  const evaluations = new Evaluations(context, server, preview);
  const report = new ReportDocument();
  let loaded: Promise<Conversions> | undefined;
  // With every format of datasets: a start should not wait for them.
  const conversions = () => {
    loaded ??= import('./convert/conversions.ts').then((module) => new module.Conversions(context, report));
    return loaded;
  };
  const labelling = new Labelling(context);
  const command = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, run));

  command('uscdf.showPreview', (uri?: string, position?: { line: number; character: number }) =>
    preview.open(uri, position),
  );
  command('uscdf.draft', (uri?: string, position?: { line: number; character: number }) => drafts.draft(uri, position));
  command('uscdf.acceptDraft', (uri?: string, position?: { line: number; character: number }) =>
    drafts.accept(uri, position),
  );
  command('uscdf.rejectDraft', (uri?: string, position?: { line: number; character: number }) =>
    drafts.reject(uri, position),
  );
  command('uscdf.restartServer', () => server.restart());
  command('uscdf.showLog', () => drafts.showLog());
  command('uscdf.evaluate', (given?: unknown) => evaluations.evaluate(given));
  const quality = new Quality(context);
  command('uscdf.statistics', (given?: unknown) => quality.show('stats', given));
  command('uscdf.findDuplicates', (given?: unknown) => quality.show('duplicates', given));
  command('uscdf.saveReport', (where?: unknown) => evaluations.save(where));
  command('uscdf.label', (given?: unknown) => labelling.label(given));
  command('uscdf.labelling.setKey', () => labelling.setKey());
  command('uscdf.labelling.copyPrompts', () => labelling.copyPrompts());
  command('uscdf.import', async (given?: unknown, chosen?: unknown) =>
    (await conversions()).convert('import', given, chosen),
  );
  command('uscdf.export', async (given?: unknown, chosen?: unknown) =>
    (await conversions()).convert('export', given, chosen),
  );
  command('uscdf.models', () => models.open());
  command('uscdf.models.show', (what?: ModelRow | string) => models.show(what));
  command('uscdf.models.choose', (what?: ModelRow | string) => models.choose(what));
  command('uscdf.models.add', (folder?: unknown, how?: { readonly copy?: boolean }) => models.add(folder, how));
  command('uscdf.models.download', (what?: ModelRow | string) => models.download(what));
  command('uscdf.models.remove', (what?: ModelRow | string) => models.remove(what));
  command('uscdf.models.refresh', () => models.refresh());
  command('uscdf.openRulePage', (code: string) => openRulePage(context, code));
  context.subscriptions.push(server, preview, models, drafts, evaluations, report);
  await server.start();
  await vscode.commands.executeCommand('setContext', 'uscdf.active', true);
  return {
    workerPid: () => drafts.workerPid,
    downloadModel: async (name, consent) => (await models.download(name, consent))?.folder,
  };
}

/** The page lies in the extension, so that it opens without a network. */
async function openRulePage(context: vscode.ExtensionContext, code: string): Promise<void> {
  if (!/^[a-z-]+$/.test(String(code))) return;
  const page = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules', `${code}.md`);
  await vscode.commands.executeCommand('markdown.showPreview', page);
}
