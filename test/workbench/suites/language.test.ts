import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { processesWith } from '../harness/processes.mjs';
import { until } from '../harness/wait.mjs';
import { closeAll, extensionId, findings, inWorkspace, open, rangeOf } from './editor.ts';

const kinds = { 'scene.uscdf': 'uscdf', 'scene.uscdf.json': 'uscdf-json', 'scene.uscdf.jsonl': 'uscdf-jsonl' };
const mistake = 'I do not see';

describe('language', () => {
  afterEach(closeAll);

  it('is the packaged extension, not a folder under development', () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    assert.match(extension.extensionPath, /extensions[\\/]uscdf\.uscdf-/);
  });

  for (const [name, language] of Object.entries(kinds)) {
    it(`${name} is ${language}, activates the extension and has no finding`, async () => {
      const { document } = await open(name);
      assert.equal(document.languageId, language);
      await vscode.extensions.getExtension(extensionId)?.activate();
      // A finding elsewhere proves that the server has answered by then.
      await open('broken.uscdf');
      await findings(inWorkspace('broken.uscdf'), 1);
      await findings(document.uri, 0);
    });
  }

  it('a mistake is found at its place and leaves when it is mended', async () => {
    const editor = await open('broken.uscdf');
    const [finding] = await findings(editor.document.uri, 1);
    const place = rangeOf(editor.document, mistake);
    assert.ok(finding?.range.intersection(place), `found at line ${finding?.range.start.line}: ${finding?.message}`);
    await mendAndBreakAgain();
  });

  it('a quick fix mends it', async () => {
    const { document } = await open('broken.uscdf');
    const before = document.getText();
    const [finding] = await findings(document.uri, 1);
    assert.ok(finding);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
      10,
    );
    const fix = actions.find(({ edit, title }) => edit && /don't see/.test(title));
    assert.ok(fix?.edit, `offered: ${actions.map(({ title }) => title).join(' · ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), before.replace(mistake, "I don't see"));
    await findings(document.uri, 0);
  });

  it('hover on a phrase holds a picture', async () => {
    const { document } = await open('scene.uscdf');
    const { end } = rangeOf(document, '<p> the fire');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      end,
    );
    const text = hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === 'string' ? part : part.value)),
    );
    assert.match(text.join('\n'), /data:image\/(png|jpeg);base64,/);
  });

  it('a restarted server answers again', async () => {
    await open('broken.uscdf');
    await findings(inWorkspace('broken.uscdf'), 1);
    await vscode.commands.executeCommand('uscdf.restartServer');
    await mendAndBreakAgain();
  });

  it('a killed server comes back', async () => {
    const path = vscode.extensions.getExtension(extensionId)?.extensionPath ?? '';
    const servers = () => processesWith(path, 'server.cjs');
    await open('broken.uscdf');
    await findings(inWorkspace('broken.uscdf'), 1);
    const [id] = servers();
    assert.ok(id, 'the server runs');
    process.kill(id, 'SIGKILL');
    await until('another server runs', () => servers().some((other) => other !== id));
    await mendAndBreakAgain();
  });
});

/** Only a server that answers can take the finding away and bring it again. */
async function mendAndBreakAgain(): Promise<void> {
  const editor = await open('broken.uscdf');
  await editor.edit((edit) => edit.replace(rangeOf(editor.document, mistake), "I don't see"));
  await findings(editor.document.uri, 0);
  await vscode.commands.executeCommand('undo');
  await findings(editor.document.uri, 1);
}
