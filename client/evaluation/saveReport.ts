import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { reportForm } from '../../core/metrics/report/forms.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';

const FILTERS = { Markdown: ['md'], 'Web page': ['html'], JSON: ['json'] };

/** Writes the report where the user says, in the form that the file's ending names. Resolves with whether it is there. */
export async function saveReport(report: EvaluationReport, where?: vscode.Uri): Promise<boolean> {
  const target =
    where ?? (await vscode.window.showSaveDialog({ title: 'Save the report', filters: FILTERS, saveLabel: 'Save' }));
  if (target === undefined) return false;
  const form = reportForm(target.path);
  if (form === undefined) {
    void vscode.window.showErrorMessage(
      'The report was not saved, because the ending of the name says its form: write one that ends in .md, .html or .json.',
    );
    return false;
  }
  try {
    await writeWhole(target, form(report));
  } catch (error) {
    void vscode.window.showErrorMessage(
      `The report was not saved (${error instanceof Error ? error.message : String(error)}): check the folder and its permissions, or choose another one.`,
    );
    return false;
  }
  void vscode.window.showInformationMessage(`The report is saved as ${target.fsPath}.`, 'Open').then((action) => {
    if (action === 'Open') void vscode.commands.executeCommand('vscode.open', target);
  });
  return true;
}

/** The file is there whole, or as it was before. */
async function writeWhole(target: vscode.Uri, text: string): Promise<void> {
  const { fs } = vscode.workspace;
  const temporary = target.with({ path: `${target.path}.${randomBytes(4).toString('hex')}.tmp` });
  try {
    await fs.writeFile(temporary, new TextEncoder().encode(text));
    await fs.rename(temporary, target, { overwrite: true });
  } catch (error) {
    await Promise.resolve(fs.delete(temporary)).catch(() => undefined);
    throw error;
  }
}
