import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { escapeMarkup } from '../../core/metrics/report/escape.ts';
import { type CellOf, reportBody } from '../../core/metrics/report/html.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import type { FromReport } from '../../media/reportProtocol.ts';
import type { RecordOpener } from './recordOpener.ts';
import { readFromReport } from './reportMessages.ts';
import { saveReport } from './saveReport.ts';

/** The report in a tab of the editor: tables, plots, and records that a click opens. */
export class ReportPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private report: EvaluationReport | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly opener: RecordOpener,
  ) {}

  /** Shows a report in place of the last one; `remarks` are what the command complained about. */
  show(report: EvaluationReport, remarks: readonly string[]): void {
    this.report = report;
    const panel = this.panel ?? this.create();
    panel.webview.html = this.page(panel.webview, report, remarks);
    panel.reveal();
  }

  /** Saves the report that is shown. */
  async save(where?: vscode.Uri): Promise<boolean> {
    if (this.report !== undefined && this.panel !== undefined) return saveReport(this.report, where);
    void vscode.window.showInformationMessage('There is no report to save yet: make one with "USCDF: Evaluate…".');
    return false;
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private create(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel('uscdf.report', 'USCDF Report', vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [this.file('')],
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.report = undefined;
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const known = readFromReport(message);
      if (known !== undefined) void this.receive(known, panel);
    });
    this.panel = panel;
    return panel;
  }

  private async receive(message: FromReport, panel: vscode.WebviewPanel): Promise<void> {
    if (message.type === 'save') {
      await this.save();
      return;
    }
    const column = panel.viewColumn ?? vscode.ViewColumn.One;
    if (message.list === 'worst') {
      const record = this.report?.worst[message.index];
      if (record !== undefined) await this.opener.open(record, column);
      return;
    }
    const problem = this.report?.problems[message.index];
    if (problem !== undefined) await this.opener.openText(problem.place, column);
  }

  private file(name: string): vscode.Uri {
    return vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'media', name);
  }

  private page(webview: vscode.Webview, report: EvaluationReport, remarks: readonly string[]): string {
    const address = (name: string) => webview.asWebviewUri(this.file(name)).toString();
    const nonce = randomBytes(16).toString('base64url');
    const policy = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address('report.css')}">
<title>USCDF Report</title>
</head>
<body>
<div class="tools">${report.worst.length === 0 ? '' : WORST_LINK}<button type="button" class="action" id="save">Save Report…</button></div>
${remarksSection(remarks)}
${reportBody(report, placeButton)}
<script nonce="${nonce}" src="${address('report.js')}"></script>
</body>
</html>`;
  }
}

const WORST_LINK = '<a class="action" href="#worst">Worst Records</a>';

const TITLES = {
  worst: 'Open the record, and its masks with the prediction’s over them',
  problems: 'Open the file at this line',
} as const;

const placeButton: CellOf = (list, index, text) =>
  `<button type="button" class="place" data-list="${list}" data-index="${index}" title="${TITLES[list]}">${escapeMarkup(text)}</button>`;

function remarksSection(remarks: readonly string[]): string {
  const items = remarks.map((remark) => `<li>${escapeMarkup(remark)}</li>`);
  return items.length === 0 ? '' : `<div class="remarks" role="note"><ul>${items.join('')}</ul></div>`;
}
