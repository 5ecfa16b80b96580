import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { previewRecord } from '../../core/language/preview.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { Place } from '../../core/metrics/evaluate/work.ts';
import type { EvaluationReport, WorstRecord } from '../../core/metrics/report/model.ts';
import { fileKind } from '../../core/records/fileKind.ts';
import { JsonRecord } from '../../core/records/jsonRecord.ts';
import { PreviewRequest } from '../../server/protocol.ts';
import { streamRecords } from '../../server/recordStream.ts';
import type { LanguageServer } from '../languageServer.ts';
import type { Previews } from '../preview/previews.ts';
import { officialPair } from './officialPair.ts';

/** Opens what a report speaks of: a record's text at its line, and its masks with the prediction's over the photograph. */
export class RecordOpener {
  constructor(
    private readonly server: LanguageServer,
    private readonly preview: Previews,
    /** The built `dist/uscdf.cjs`. */
    private readonly command: string,
  ) {}

  /** The reference's text comes into `column`, the overlay beside it. */
  async open(record: WorstRecord, report: EvaluationReport, column: vscode.ViewColumn): Promise<void> {
    const { reference, prediction } = record;
    if (!(await this.openText(reference, column))) return;
    const uri = vscode.Uri.file(reference.file);
    const position = { line: reference.line, character: 0 };
    if (fileKind(reference.file) === undefined) {
      const pair = await officialPair(this.command, report, record);
      if (pair !== undefined)
        await this.preview.compare({ uri, position, ...pair, prediction: pair.prediction ?? EMPTY });
      else
        void vscode.window.showInformationMessage(
          'The masks of this record cannot be shown over each other: only captions of official files can, and only while the files are as they were evaluated.',
        );
      return;
    }
    const [own, predicted] = await Promise.all([
      this.read(reference),
      prediction === undefined ? undefined : this.read(prediction),
    ]);
    if (own !== undefined && predicted !== undefined) {
      await this.preview.compare({ uri, position, reference: own, prediction: predicted });
      return;
    }
    // Without a prediction, or with one that cannot be read, the reference alone says what was asked for.
    if (prediction !== undefined)
      void vscode.window.showWarningMessage(
        `The prediction cannot be shown, because ${prediction.file} has no record that can be read at line ${prediction.line + 1}: it may have changed since; evaluate again.`,
      );
    if (isOpen(uri)) await this.preview.open(uri.toString(), position);
  }

  /** Puts the cursor at a place. Resolves with whether the file is there. */
  async openText({ file, line }: Place, column: vscode.ViewColumn): Promise<boolean> {
    if (!existsSync(file)) {
      void vscode.window.showErrorMessage(
        `${file} is not there any more, so that its record cannot be opened: evaluate again.`,
      );
      return false;
    }
    const uri = vscode.Uri.file(file);
    const selection = new vscode.Range(line, 0, line, 0);
    // Unlike `showTextDocument`, this opens files too that are too large for extensions.
    await vscode.commands.executeCommand('vscode.open', uri, { selection, viewColumn: column });
    return true;
  }

  private async read(place: Place): Promise<PreviewRecord | undefined> {
    const uri = vscode.Uri.file(place.file);
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const at = { uri: this.server.uriOf(document), position: { line: place.line, character: 0 } };
      return (await this.server.ask<PreviewRequest.Answer>(PreviewRequest.method, at)) ?? undefined;
    } catch {
      return readFromDisk(place);
    }
  }
}

/** What stands for a prediction that is missing. */
const EMPTY: PreviewRecord = {
  id: '',
  index: 0,
  image: '',
  turns: [],
  masks: [],
  negatives: [],
  errors: 0,
  warnings: 0,
};

function isOpen(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

/** A record of a file that is too large for the editor; masks that lie in other files are not read. */
async function readFromDisk({ file, line }: Place): Promise<PreviewRecord | undefined> {
  if (fileKind(file) !== 'jsonl') return undefined;
  try {
    for await (const record of streamRecords(file))
      if (record.line >= line)
        return record.line === line ? previewRecord(new JsonRecord(record.source), 0, [], undefined) : undefined;
  } catch {
    // It cannot be read any more: the caller says so.
  }
  return undefined;
}
