/** Tells the editor how far a long job is, and lets its user end it. */
import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import type { JobEvent } from './messages.ts';

/** What takes less is done before anybody could read it. */
const SHOWN_AFTER_MS = 1_000;

export class JobProgress {
  private readonly timer: NodeJS.Timeout;
  private reporter: WorkDoneProgressServerReporter | undefined;
  private files = 0;
  private bytes = 0;
  private doneFiles = 0;
  private doneBytes = 0;
  private isDone = false;

  constructor(
    private readonly connection: Connection,
    private readonly cancel: () => void,
  ) {
    this.timer = setTimeout(() => void this.show(), SHOWN_AFTER_MS);
  }

  see(event: JobEvent): void {
    if (event.kind === 'found') {
      this.files += event.files;
      this.bytes += event.bytes;
    } else if (event.kind === 'report' || event.kind === 'unchanged') this.doneFiles++;
    else if (event.kind === 'progress') this.doneBytes = event.bytes;
    else return;
    this.reporter?.report(this.percentage, this.message);
  }

  done(): void {
    this.isDone = true;
    clearTimeout(this.timer);
    this.reporter?.done();
    this.reporter = undefined;
  }

  private async show(): Promise<void> {
    // An editor that refuses shows no progress; the job goes on.
    const reporter = await this.connection.window.createWorkDoneProgress().catch(() => undefined);
    if (reporter === undefined) return;
    if (this.isDone) {
      reporter.done();
      return;
    }
    reporter.begin('Checking USCDF files', this.percentage, this.message, true);
    reporter.token.onCancellationRequested(this.cancel);
    this.reporter = reporter;
  }

  private get percentage(): number {
    return this.bytes === 0 ? 0 : Math.min(100, (100 * this.doneBytes) / this.bytes);
  }

  private get message(): string {
    return `${this.doneFiles} of ${this.files}`;
  }
}
