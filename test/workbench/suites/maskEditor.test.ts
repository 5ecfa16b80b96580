import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, extensionId, inWorkspace, open } from './editor.ts';

const VIEW = 'uscdf.maskEditor';

describe('mask editor', () => {
  afterEach(closeAll);

  for (const name of ['scene.uscdf', 'scene.uscdf.json', 'scene.uscdf.jsonl']) {
    it(`opens ${name}, which opens as text by itself`, async () => {
      await vscode.commands.executeCommand('vscode.open', inWorkspace(name));
      await until('the text is open', () => vscode.window.activeTextEditor?.document.fileName.endsWith(name));
      await vscode.commands.executeCommand('uscdf.openMaskEditor', inWorkspace(name));
      await until('the mask editor is open', () => maskEditorOf(name) !== undefined);
    });
  }

  it('opens the text that is active', async () => {
    await open('scene.uscdf');
    await vscode.commands.executeCommand('uscdf.openMaskEditor');
    await until('the mask editor is open', () => maskEditorOf('scene.uscdf') !== undefined);
  });

  it('undoes the document’s edits, without a text editor', async () => {
    const uri = inWorkspace('scene.uscdf.jsonl');
    await vscode.commands.executeCommand('uscdf.openMaskEditor', uri);
    await until('the mask editor is open', () => maskEditorOf('scene.uscdf.jsonl')?.isActive);
    const document = await vscode.workspace.openTextDocument(uri);
    const before = document.getText();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 1), ' ');
    await vscode.workspace.applyEdit(edit);
    assert.notEqual(document.getText(), before);
    await vscode.commands.executeCommand('undo');
    await until('the edit is undone', () => document.getText() === before);
  });
});

describe('commands of the preview', () => {
  it('are there for every keybinding and every entry of the palette', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension);
    await extension.activate();
    const { commands, keybindings } = extension.packageJSON.contributes as {
      readonly commands: readonly { readonly command: string; readonly category: string }[];
      readonly keybindings: readonly { readonly command: string }[];
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const named = [...commands, ...keybindings].map(({ command }) => command);
    assert.deepEqual(
      named.filter((command) => !registered.has(command)),
      [],
    );
    assert.ok(commands.filter(({ category }) => category === 'USCDF Masks').length > 40, 'the page has many actions');
  });
});

/** The tab that shows a file in the mask editor. */
function maskEditorOf(name: string): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(
    ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === VIEW && input.uri.path.endsWith(name),
  );
}
