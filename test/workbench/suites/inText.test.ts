import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, extensionId, open } from './editor.ts';

const files = ['scene.uscdf', 'scene.uscdf.json', 'scene.uscdf.jsonl'];
const settings = { inlineMasks: ['off', 'currentLine', 'always'], gutterSwatches: [false, true] };

// What is drawn beside the text cannot be read back here: test/workbench/ui/inText.checks.mjs looks at the page.
describe('inText', () => {
  before(() => vscode.extensions.getExtension(extensionId)?.activate());
  afterEach(async () => {
    for (const name of Object.keys(settings)) await set(name, undefined);
    await closeAll();
  });

  it('shows pictures and colours unless the settings say otherwise', () => {
    const section = vscode.workspace.getConfiguration('uscdf');
    assert.equal(section.get('inlineMasks'), 'always');
    assert.equal(section.get('gutterSwatches'), true);
  });

  for (const name of files) {
    it(`never touches the text of ${name}`, async () => {
      const { document } = await open(name, '[SEG]');
      const { version } = document;
      const before = document.getText();
      for (const [setting, values] of Object.entries(settings))
        for (const value of values) {
          await set(setting, value);
          // The server answers in order, so that it has drawn what was asked before.
          await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
        }
      assert.equal(document.getText(), before);
      assert.deepEqual([document.version, document.isDirty], [version, false]);
    });
  }
});

async function set(name: string, value: unknown): Promise<void> {
  const section = vscode.workspace.getConfiguration('uscdf');
  await section.update(name, value, vscode.ConfigurationTarget.Global);
}
