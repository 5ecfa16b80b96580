/** Shows what is wrong with config files, in the files themselves. */
import { readFile } from 'node:fs/promises';
import { type Connection, DiagnosticSeverity } from 'vscode-languageserver';
import { configProblems } from '../core/config.ts';
import { LineOffsets } from '../core/records/lineStore.ts';
import { uriOf } from './paths.ts';

export class ConfigProblems {
  /** The config files that have findings in the editor. */
  private readonly shown = new Set<string>();

  constructor(private readonly connection: Connection) {}

  /** Reads a config file and shows its mistakes, or that there are none any more. */
  async look(path: string): Promise<void> {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    const problems = text === undefined ? [] : configProblems(text);
    if (problems.length === 0 && !this.shown.has(path)) return;
    if (problems.length === 0) this.shown.delete(path);
    else this.shown.add(path);
    const offsets = new LineOffsets(text?.replace('\ufeff', '') ?? '');
    await this.connection.sendDiagnostics({
      uri: uriOf(path),
      diagnostics: problems.map(({ span, message }) => ({
        range: offsets.range(span),
        severity: DiagnosticSeverity.Error,
        source: 'uscdf',
        code: 'config',
        message,
      })),
    });
  }
}
