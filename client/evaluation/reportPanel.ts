import * as vscode from 'vscode';
import { escapeMarkup } from '../../core/metrics/report/escape.ts';
import { type CellOf, reportBody } from '../../core/metrics/report/html.ts';
import type { FromReport } from '../../media/reportProtocol.ts';
import { mediaFolder, pageMarkup } from '../pageFrame.ts';
import { KeptReport, type ShownReport } from './keptReport.ts';
import type { RecordOpener } from './recordOpener.ts';
import { readFromReport } from './reportMessages.ts';
import { saveReport } from './saveReport.ts';

const VIEW = 'uscdf.report';

/** The report in a tab of the editor: tables, plots, and records that a click opens. */
export class ReportPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: ShownReport | undefined;
  private readonly kept: KeptReport;
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly opener: RecordOpener,
  ) {
    this.kept = new KeptReport(context);
    this.serializer = vscode.window.registerWebviewPanelSerializer(VIEW, {
      deserializeWebviewPanel: (panel) => this.restore(panel),
    });
  }

  /** Shows a report in place of the last one. */
  show(shown: ShownReport): void {
    const panel = this.panel ?? this.create();
    this.fill(panel, shown);
    panel.reveal();
    void this.kept.keep(shown);
  }

  /** Saves the report that is shown. */
  async save(where?: vscode.Uri): Promise<boolean> {
    if (this.shown !== undefined && this.panel !== undefined) return saveReport(this.shown.report, where);
    void vscode.window.showInformationMessage('There is no report to save yet: make one with "USCDF: Evaluate…".');
    return false;
  }

  dispose(): void {
    this.serializer.dispose();
    this.panel?.dispose();
  }

  private create(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(VIEW, 'USCDF Report', vscode.ViewColumn.Active);
    this.adopt(panel);
    return panel;
  }

  /** Takes over the tab that was open when the window was loaded anew. */
  private async restore(panel: vscode.WebviewPanel): Promise<void> {
    // A report was made before the tab's turn came: one tab is enough.
    if (this.panel !== undefined) {
      panel.dispose();
      return;
    }
    this.adopt(panel);
    const shown = await this.kept.read();
    try {
      if (shown !== undefined) this.fill(panel, shown);
      else panel.webview.html = LOST;
    } catch {
      // What is stored has not the form of a report.
      panel.webview.html = LOST;
    }
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [mediaFolder(this.context.extensionUri)] };
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.shown = undefined;
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const known = readFromReport(message);
      if (known !== undefined) void this.receive(known, panel);
    });
  }

  private fill(panel: vscode.WebviewPanel, shown: ShownReport): void {
    const frame = { title: 'USCDF Report', name: 'report', body: bodyOf(shown) } as const;
    panel.webview.html = pageMarkup(this.context.extensionUri, panel.webview, frame);
    this.shown = shown;
  }

  private async receive(message: FromReport, panel: vscode.WebviewPanel): Promise<void> {
    if (message.type === 'save') {
      await this.save();
      return;
    }
    const column = panel.viewColumn ?? vscode.ViewColumn.One;
    if (message.list === 'worst') {
      const report = this.shown?.report;
      const record = report?.worst[message.index];
      if (report !== undefined && record !== undefined) await this.opener.open(record, report, column);
      return;
    }
    const problem = this.shown?.report.problems[message.index];
    if (problem !== undefined) await this.opener.openText(problem.place, column);
  }
}

const LOST =
  '<!doctype html><html lang="en"><body><p>This report is not there any more: make it anew with “USCDF: Evaluate…”.</p></body></html>';

function bodyOf({ report, remarks }: ShownReport): string {
  return `<div class="tools">${report.worst.length === 0 ? '' : WORST_LINK}<button type="button" class="action" id="save">Save Report…</button></div>
${remarksSection(remarks)}
${reportBody(report, placeButton)}`;
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
