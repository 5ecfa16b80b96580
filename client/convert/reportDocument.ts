import * as vscode from 'vscode';
import { itemOffset } from './itemPlace.ts';
import type { ConversionReport } from './report.ts';
import { type PageLink, reportPage } from './reportPage.ts';

const SCHEME = 'uscdf-conversion';
const OPEN_ITEM = 'uscdf.openConvertedItem';

/** The report of the last conversion as a text that cannot be changed, with links to the items. */
export class ReportDocument implements vscode.Disposable {
  private readonly uri = vscode.Uri.from({ scheme: SCHEME, path: '/Conversion.md' });
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private page: { readonly text: string; readonly links: readonly PageLink[] } = { text: '', links: [] };
  private readonly parts: vscode.Disposable[];

  constructor() {
    this.parts = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: () =>
          this.page.text || 'This report is not there any more: convert again to have it anew.\n',
      }),
      vscode.languages.registerDocumentLinkProvider(
        { scheme: SCHEME },
        { provideDocumentLinks: () => this.page.links.map(documentLink) },
      ),
      vscode.commands.registerCommand(OPEN_ITEM, openItem),
    ];
  }

  /** Shows a report in place of the last one. */
  async show(report: ConversionReport, reportFile: string): Promise<void> {
    const page = reportPage(report, reportFile);
    this.page = page;
    this.changed.fire(this.uri);
    const document = await vscode.workspace.openTextDocument(this.uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}

function documentLink({ line, start, end, file, item }: PageLink): vscode.DocumentLink {
  const args = encodeURIComponent(JSON.stringify([file, item]));
  const link = new vscode.DocumentLink(
    new vscode.Range(line, start, line, end),
    vscode.Uri.parse(`command:${OPEN_ITEM}?${args}`),
  );
  link.tooltip = item === undefined ? 'Open the file' : 'Open the file at this item';
  return link;
}

/** Opens a file where an item of it stands; a file that is no text with whatever opens it. */
async function openItem(file: unknown, item: unknown): Promise<void> {
  if (typeof file !== 'string') return;
  const uri = vscode.Uri.file(file);
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const offset = typeof item === 'string' ? itemOffset(document.getText(), item) : undefined;
    const place = document.positionAt(offset ?? 0);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.One,
      selection: new vscode.Range(place, place),
    });
  } catch {
    await vscode.commands.executeCommand('vscode.open', uri);
  }
}
