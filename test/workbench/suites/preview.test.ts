import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, open, rangeOf } from './editor.ts';

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

  it('opens to draw the mask of words of the answer, not of a question or of a denial', async () => {
    const editor = await open('scene.uscdf');
    for (const words of ['Please segment', 'any cat in']) {
      editor.selection = selectionOf(editor.document, words);
      await vscode.commands.executeCommand('uscdf.drawSelection');
      assert.equal(previews().length, 0, `“${words}” have no mask`);
    }
    editor.selection = selectionOf(editor.document, 'Sure');
    await vscode.commands.executeCommand('uscdf.drawSelection');
    await until('a preview is open', () => previews().length === 1);
  });
});

function previews(): readonly vscode.Tab[] {
  const beside = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== vscode.ViewColumn.One);
  return beside.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview);
}

function selectionOf(document: vscode.TextDocument, text: string): vscode.Selection {
  const { start, end } = rangeOf(document, text);
  return new vscode.Selection(start, end);
}
