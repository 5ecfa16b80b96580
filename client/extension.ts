/** The extension's entry: starts the server, and ties commands to the preview and to drafts. */
import * as vscode from 'vscode';
import type { QueueState } from '../media/protocol.ts';
import { Browsers } from './browser/browsers.ts';
import { placeOf, textOf } from './commandArguments.ts';
import type { Conversions } from './convert/conversions.ts';
import { ReportDocument } from './convert/reportDocument.ts';
import { registerDraftCommands } from './drafts/commands.ts';
import { Drafts } from './drafts/drafts.ts';
import { Evaluations } from './evaluation/evaluations.ts';
import { Inference } from './inference.ts';
import { InText } from './inText/inText.ts';
import { Labelling } from './labelling/labelling.ts';
import { LanguageServer } from './languageServer.ts';
import { Models } from './models/models.ts';
import type { ModelRow } from './models/modelTree.ts';
import type { Consent } from './models/questions.ts';
import { registerPageActions } from './preview/actions.ts';
import { Previews } from './preview/previews.ts';
import { Prompts } from './prompts.ts';
import { Quality } from './quality/quality.ts';

/** What other extensions and tests may use. */
export interface UscdfApi {
  /** The id of the inference process while it runs. */
  readonly workerPid: () => number | undefined;
  /** Downloads a model of the catalogue where `consent` agrees to its files; the folder that it then lies in. */
  readonly downloadModel: (name: string, consent: Consent) => Promise<string | undefined>;
  /** How many drafts wait for a decision, and how the queue of drafts stands. */
  readonly drafts: () => { readonly undecided: number; readonly queue: QueueState | undefined };
}

export async function activate(context: vscode.ExtensionContext): Promise<UscdfApi> {
  const server = new LanguageServer(context);
  const models = new Models(context);
  const inference = new Inference(context, models);
  const prompts = new Prompts(inference, models);
  const preview = new Previews(context, server, prompts);
  const drafts = new Drafts(context, server, preview, inference);
  const browsers = new Browsers(context, preview);
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

  command('uscdf.showPreview', (uri?: unknown, position?: unknown) => preview.open(textOf(uri), placeOf(position)));
  command('uscdf.openMaskEditor', (uri?: unknown) => preview.openMaskEditor(uri));
  command('uscdf.drawSelection', () => preview.drawSelection());
  command('uscdf.restartServer', () => server.restart());
  command('uscdf.showLog', () => inference.showLog());
  command('uscdf.browse', (given?: unknown) => browsers.open(given));
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
  context.subscriptions.push(
    server,
    preview,
    registerPageActions(preview),
    registerDraftCommands(drafts),
    models,
    drafts,
    prompts,
    inference,
    evaluations,
    browsers,
    report,
    new InText(server),
  );
  await server.start();
  await vscode.commands.executeCommand('setContext', 'uscdf.active', true);
  void drafts.restore();
  return {
    workerPid: () => inference.workerPid,
    drafts: () => ({ undecided: drafts.undecided, queue: drafts.queueState }),
    downloadModel: async (name, consent) => (await models.download(name, consent))?.folder,
  };
}

/** The page lies in the extension, so that it opens without a network. */
async function openRulePage(context: vscode.ExtensionContext, code: string): Promise<void> {
  if (!/^[a-z-]+$/.test(String(code))) return;
  const page = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules', `${code}.md`);
  await vscode.commands.executeCommand('markdown.showPreview', page);
}
