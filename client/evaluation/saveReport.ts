import * as vscode from 'vscode';
import { reportForm } from '../../core/metrics/report/forms.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { writeWhole } from './keptReport.ts';

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
