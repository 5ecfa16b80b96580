import * as vscode from 'vscode';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import type { LanguageServer } from '../languageServer.ts';
import type { Previews } from '../preview/previews.ts';
import { askToSave } from '../unsavedFiles.ts';
import { askRequest } from './choices.ts';
import { type EvaluationEnd, runEvaluation } from './process.ts';
import { RecordOpener } from './recordOpener.ts';
import { ReportPanel } from './reportPanel.ts';
import { type EvaluationRequest, readRequest } from './request.ts';

const REMEMBERED = 'uscdf.evaluate';

/** The command "Evaluate…": asks what is compared, has it computed in another process, shows the report. */
export class Evaluations implements vscode.Disposable {
  private readonly panel: ReportPanel;
  /** The command's file. */
  private readonly command: string;
  private running = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    server: LanguageServer,
    preview: Previews,
  ) {
    this.command = vscode.Uri.joinPath(context.extensionUri, 'dist', 'uscdf.cjs').fsPath;
    this.panel = new ReportPanel(context, new RecordOpener(server, preview, this.command));
  }

  /**
   * Resolves with the report that is shown, or with `undefined` where there is none. A task or key binding may hand over
   * `{references, predictions, protocol}`, with absolute paths; then nothing is asked.
   */
  async evaluate(given?: unknown): Promise<EvaluationReport | undefined> {
    if (this.running) {
      void vscode.window.showInformationMessage('An evaluation is under way already: wait for it, or cancel it.');
      return undefined;
    }
    this.running = true;
    try {
      const request = await this.requestFrom(given);
      if (request === undefined || !mayRun(request)) return undefined;
      const paths = [...request.references, ...request.predictions];
      if (!(await askToSave(paths, 'Evaluate', 'the evaluation'))) return undefined;
      return this.finish(await this.run(request));
    } finally {
      this.running = false;
    }
  }

  /** Saves the report that is shown. */
  save(where?: unknown): Promise<boolean> {
    return this.panel.save(where instanceof vscode.Uri ? where : undefined);
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async requestFrom(given: unknown): Promise<EvaluationRequest | undefined> {
    const memory = this.context.workspaceState;
    if (given === undefined) {
      const asked = await askRequest(readRequest(memory.get(REMEMBERED)), similaritySetting());
      if (asked !== undefined) await memory.update(REMEMBERED, asked);
      return asked;
    }
    const request = readRequest(given);
    if (request === undefined)
      void vscode.window.showErrorMessage(
        'Nothing was evaluated, because the command was called with something else than {references, predictions, protocol, similarity}: give lists of absolute paths, "paper" or "strict", and a similarity such as "shared-words".',
      );
    return request && { ...request, similarity: request.similarity ?? similaritySetting() };
  }

  private async run(request: EvaluationRequest): Promise<EvaluationEnd> {
    const options = { location: vscode.ProgressLocation.Notification, title: 'USCDF evaluation', cancellable: true };
    return vscode.window.withProgress(options, (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      let shown = 0;
      progress.report({ message: 'looking for the records' });
      return runEvaluation(this.command, request, {
        signal: abort.signal,
        onProgress: (done, total, unit) => {
          if (unit === 'phrases') {
            progress.report({ message: `comparing phrases, ${done} of ${total}` });
            return;
          }
          const share = total === 0 ? 0 : (100 * done) / total;
          progress.report({ message: `${done} of ${total} references`, increment: share - shown });
          shown = share;
        },
      });
    });
  }

  private finish(end: EvaluationEnd): EvaluationReport | undefined {
    switch (end.kind) {
      case 'report':
        this.panel.show({ report: end.report, remarks: end.remarks });
        return end.report;
      case 'cancelled':
        void vscode.window.showInformationMessage(
          'The evaluation was cancelled before anything was scored, so that there is no report.',
        );
        return undefined;
      case 'failed':
        void vscode.window.showErrorMessage(`Nothing was evaluated: ${end.message}`);
        return undefined;
    }
  }
}

function similaritySetting(): string {
  const set = vscode.workspace.getConfiguration('uscdf').get<string>('evaluate.similarity')?.trim();
  return set === undefined || set === '' ? 'shared-words' : set;
}

/** Says so where a model would have to be loaded in a workspace that is not trusted. */
function mayRun({ similarity = 'shared-words' }: EvaluationRequest): boolean {
  const isPlain = similarity === 'shared-words' || similarity === 'none' || similarity.endsWith('.json');
  if (isPlain || vscode.workspace.isTrusted) return true;
  void vscode.window.showErrorMessage(
    `Nothing was evaluated, because ${similarity} is a model, and no model is loaded in a workspace that is not trusted: trust it, or choose shared-words.`,
  );
  return false;
}
