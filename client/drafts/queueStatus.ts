import * as vscode from 'vscode';
import { nameOf } from './documents.ts';
import type { QueueStanding } from './draftQueue.ts';

/** Says in the status bar how far the queue is, or how many drafts wait for a decision. */
export class QueueStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('uscdf.drafts', vscode.StatusBarAlignment.Right, 91);

  constructor() {
    this.item.name = 'USCDF Drafts';
  }

  show(queue: QueueStanding | undefined, undecided: number): void {
    const shown = queue === undefined ? waiting(undecided) : standing(queue, undecided);
    if (shown === undefined) {
      this.item.hide();
      return;
    }
    Object.assign(this.item, shown);
    this.item.accessibilityInformation = { label: shown.tooltip };
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}

type Shown = Record<'text' | 'tooltip' | 'command', string>;

function standing({ state, next, total, failed, document }: QueueStanding, undecided: number): Shown {
  const isRunning = state === 'running';
  const given = failed === 0 ? '' : `, ${failed} failed`;
  return {
    text: `${isRunning ? '$(sync~spin)' : '$(debug-pause)'} Drafts ${next}/${total}`,
    tooltip: `Drafts for ${nameOf(document)}: ${next} of ${total} records${given}; ${undecided} wait for a decision. Click to ${isRunning ? 'pause' : 'go on'}.`,
    command: isRunning ? 'uscdf.pauseDrafts' : 'uscdf.resumeDrafts',
  };
}

function waiting(undecided: number): Shown | undefined {
  if (undecided === 0) return undefined;
  const what = undecided === 1 ? '1 draft waits' : `${undecided} drafts wait`;
  return {
    text: `$(checklist) ${what}`,
    tooltip: `${what} for a decision. Click to review.`,
    command: 'uscdf.nextDraft',
  };
}
