import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';

/** What the report's tab shows. */
export interface ShownReport {
  readonly report: EvaluationReport;
  /** What the command complained about, a sentence or two each. */
  readonly remarks: readonly string[];
}

/** The report that is shown, on disk, so that its tab is whole again after the window was loaded anew. */
export class KeptReport {
  private readonly file: vscode.Uri;

  constructor({ storageUri, globalStorageUri }: vscode.ExtensionContext) {
    // Without a folder there is no storage of the workspace's own.
    this.file = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'report.json');
  }

  /** Where it cannot be kept, such as on a full disk, it is still shown: only the next start knows nothing of it. */
  async keep(shown: ShownReport): Promise<void> {
    try {
      await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(this.file, '..'));
      await writeWhole(this.file, JSON.stringify(shown));
    } catch {
      await this.forget();
    }
  }

  /** `undefined` where there is none, or one that another version wrote. */
  async read(): Promise<ShownReport | undefined> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.file);
      const { report, remarks } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<ShownReport>;
      return report?.version === 1 && Array.isArray(remarks) ? { report, remarks } : undefined;
    } catch {
      return undefined;
    }
  }

  async forget(): Promise<void> {
    await Promise.resolve(vscode.workspace.fs.delete(this.file)).catch(() => undefined);
  }
}

/** The file is there whole, or as it was before. */
export async function writeWhole(target: vscode.Uri, text: string): Promise<void> {
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
