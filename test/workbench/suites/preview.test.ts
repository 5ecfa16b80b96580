import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, open } from './editor.ts';

describe('preview', () => {
  afterEach(closeAll);

  it('opens beside the text, once', async () => {
    await open('scene.uscdf', 'the dog </p>');
    await vscode.commands.executeCommand('uscdf.showPreview');
    await until('a webview is open in the second column', () => previews().length === 1);
    await open('scene.uscdf');
    await vscode.commands.executeCommand('uscdf.showPreview');
    await until('there is still one', () => previews().length === 1);
  });
});

function previews(): readonly vscode.Tab[] {
  const beside = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== vscode.ViewColumn.One);
  return beside.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview);
}
