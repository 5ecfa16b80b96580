import * as vscode from 'vscode';
import type { Draft } from '../models/runtime/draft.ts';

/** Says in the status bar which model made the last draft and on which device, and on hovering why on that one. */
export class ModelStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('uscdf.model', vscode.StatusBarAlignment.Right, 90);

  constructor() {
    this.item.name = 'USCDF Model';
    this.item.command = 'uscdf.showLog';
  }

  show({ model, device, deviceReasons, timings }: Draft): void {
    this.item.text = `$(chip) ${model.name} · ${device}`;
    const tooltip = new vscode.MarkdownString();
    tooltip.appendText(`${model.name} ${model.version}\n`);
    for (const reason of deviceReasons) tooltip.appendText(`${reason}\n`);
    tooltip.appendText(`The last draft took ${(timings.totalMs / 1000).toFixed(1)} s. Click for the log.`);
    this.item.tooltip = tooltip;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
