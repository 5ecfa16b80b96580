import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import { formatOf } from '../../core/datasets/registry.ts';
import { fileKind } from '../../core/records/fileKind.ts';
import { askToSave } from '../unsavedFiles.ts';
import { askExport, askImport } from './choices.ts';
import { type ConversionEnd, runConversion } from './process.ts';
import { type ConversionReport, countOf, OUTCOMES, summary } from './report.ts';
import type { ReportDocument } from './reportDocument.ts';
import { type ConversionRequest, readRequest } from './request.ts';

type Direction = 'import' | 'export';

const REMEMBERED = { import: 'uscdf.import', export: 'uscdf.export' } as const;
const NOUNS = { import: 'Import', export: 'Export' } as const;
const SHOW = 'Show Report';

/** The commands "Import…" and "Export…": ask, have it done in another process, show the report and the result. */
export class Conversions {
  /** The command's file. */
  private readonly command: string;
  private readonly storage: vscode.Uri;
  private running = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly document: ReportDocument,
  ) {
    this.command = vscode.Uri.joinPath(context.extensionUri, 'dist', 'uscdf.cjs').fsPath;
    // Without a folder there is no storage of the workspace's own.
    this.storage = context.storageUri ?? context.globalStorageUri;
  }

  /**
   * Resolves with the report, or with `undefined` where there is none. A task or key binding may hand over `{from, to, inputs,
   * output, images, set, seed}`, with absolute paths; then nothing is asked. The explorer hands over what is chosen there.
   */
  async convert(direction: Direction, given?: unknown, chosen?: unknown): Promise<ConversionReport | undefined> {
    if (this.running) {
      void vscode.window.showInformationMessage('A conversion is under way already: wait for it, or cancel it.');
      return undefined;
    }
    this.running = true;
    try {
      const request = await this.requestFrom(direction, given, chosen);
      if (request === undefined || !(await askToSave(request.inputs, NOUNS[direction], 'the conversion')))
        return undefined;
      return await this.finish(direction, request, await this.run(direction, request));
    } finally {
      this.running = false;
    }
  }

  private get reportFile(): string {
    return vscode.Uri.joinPath(this.storage, 'conversion.json').fsPath;
  }

  private async requestFrom(
    direction: Direction,
    given: unknown,
    chosen: unknown,
  ): Promise<ConversionRequest | undefined> {
    const paths = pathsOf(given, chosen);
    if (paths === undefined) {
      const request = readRequest(given);
      if (request === undefined)
        void vscode.window.showErrorMessage(
          `Nothing was converted, because the command was called with something else than {from, to, inputs, output, images, set, seed}: give kinds that uscdf convert knows, and absolute paths.`,
        );
      return request;
    }
    const memory = this.context.workspaceState;
    const last = readRequest(memory.get(REMEMBERED[direction]));
    const asked = await (direction === 'import' ? askImport : askExport)(paths, last);
    if (asked !== undefined) await memory.update(REMEMBERED[direction], asked);
    return asked;
  }

  private async run(direction: Direction, request: ConversionRequest): Promise<ConversionEnd> {
    await vscode.workspace.fs.createDirectory(this.storage);
    const title = `USCDF ${NOUNS[direction].toLowerCase()}`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      let shown = 0;
      progress.report({ message: 'looking at the files' });
      return runConversion(this.command, request, {
        report: this.reportFile,
        signal: abort.signal,
        onProgress: (share) => {
          const percent = 100 * share;
          const message = share < 1 ? `${Math.floor(percent)} % read` : 'everything is read; writing';
          progress.report({ message, increment: Math.max(0, percent - shown) });
          shown = Math.max(shown, percent);
        },
      });
    });
  }

  private async finish(
    direction: Direction,
    request: ConversionRequest,
    end: ConversionEnd,
  ): Promise<ConversionReport | undefined> {
    if (end.kind === 'report') {
      await this.show(direction, request, end.report);
      return end.report;
    }
    if (end.kind === 'cancelled')
      void vscode.window.showInformationMessage(`The ${direction} was cancelled, and nothing was written.`);
    else void vscode.window.showErrorMessage(`Nothing was written: ${end.message}`);
    return undefined;
  }

  private async show(direction: Direction, request: ConversionRequest, report: ConversionReport): Promise<void> {
    const isEmpty = report.outputs.length === 0;
    if (!isEmpty) await openResult(request, report);
    const hasItems = report.imagesNotFound > 0 || OUTCOMES.some((outcome) => countOf(report, outcome) > 0);
    if (hasItems) await this.document.show(report, this.reportFile);
    const again = (action: string | undefined) => {
      if (action === SHOW) void this.document.show(report, this.reportFile);
    };
    if (isEmpty)
      void vscode.window
        .showErrorMessage(
          `Nothing was written, for no item became a record: the report says why, and "${request.from}" may not be what the input is.`,
          SHOW,
        )
        .then(again);
    else void vscode.window.showInformationMessage(`${NOUNS[direction]}: ${summary(report)}`, SHOW).then(again);
  }
}

/** What was chosen in the explorer; empty where the user is to be asked, `undefined` where something else was handed over. */
function pathsOf(given: unknown, chosen: unknown): readonly string[] | undefined {
  if (given === undefined) return [];
  if (!(given instanceof vscode.Uri)) return undefined;
  const all = Array.isArray(chosen) ? chosen.filter((one) => one instanceof vscode.Uri) : [];
  return (all.length > 0 ? all : [given]).filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
}

/** Opens the file that was written, or shows the folder. */
async function openResult({ to, output }: ConversionRequest, { outputs }: ConversionReport): Promise<void> {
  const file = outputs[0];
  if (file === undefined) return;
  if (formatOf(to)?.writesFolder === true) {
    const folder = vscode.Uri.file(output);
    if (vscode.workspace.getWorkspaceFolder(folder) !== undefined)
      await vscode.commands.executeCommand('revealInExplorer', folder);
    return;
  }
  const uri = vscode.Uri.file(isAbsolute(file) ? file : resolve(output));
  try {
    await vscode.window.showTextDocument(uri, { preview: false, viewColumn: vscode.ViewColumn.Active });
  } catch {
    // The editor opens no text of 50 MB and more.
    const { size } = await stat(uri.fsPath);
    const what = fileKind(file) === undefined ? 'The file' : 'The file, which USCDF checks all the same,';
    void vscode.window.showInformationMessage(
      `${what} is too large for the editor (${Math.round(size / 1e6)} MB): it is at ${uri.fsPath}.`,
    );
  }
}
