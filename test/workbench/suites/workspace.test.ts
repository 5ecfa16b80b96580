import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, findings, inWorkspace, open, rangeOf } from './editor.ts';

const fresh = 'never-opened.uscdf.jsonl';
const nearMiss = 'But I do not see any zebra in this image.';
const exact = "But I don't see any zebra in this image.";
const mistake = 'I do not see';

describe('files that nobody has open', () => {
  afterEach(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(inWorkspace(fresh)).then(undefined, () => undefined);
  });

  it('have their findings, and other ones when they change', async () => {
    // Any of our files starts the extension.
    await open('scene.uscdf');
    await write(`${record('a', exact)}\n${record('b', nearMiss)}\n`);
    const [finding] = await findings(inWorkspace(fresh), 1);
    assert.equal(finding?.range.start.line, 1);
    await write(`${record('a', nearMiss)}\n${record('b', nearMiss)}\n\n${record('c', nearMiss)}\n`);
    const lines = (await findings(inWorkspace(fresh), 3)).map(({ range }) => range.start.line);
    assert.deepEqual(lines.sort(), [0, 1, 3]);
    await vscode.workspace.fs.delete(inWorkspace(fresh));
    await findings(inWorkspace(fresh), 0);
  });

  it('have the findings of the text while they are open, and of the disk afterwards', async () => {
    const editor = await open('broken.uscdf');
    await findings(editor.document.uri, 1);
    await editor.edit((edit) => edit.replace(rangeOf(editor.document, mistake), "I don't see"));
    await findings(editor.document.uri, 0);
    await closeAll();
    await findings(inWorkspace('broken.uscdf'), 1);
  });

  it('are found by the names of their records', async () => {
    await open('scene.uscdf');
    await write(`${record('a-very-rare-name', exact)}\n`);
    const found = () =>
      vscode.commands.executeCommand<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'rare-name');
    let names: readonly string[] = [];
    await until('the record is found', async () => {
      names = (await found()).map(({ name }) => name);
      return names.includes('a-very-rare-name');
    });
  });
});

function record(id: string, clause: string): string {
  return JSON.stringify({
    id,
    image: 'https://images.test/a.jpg',
    conversations: [
      { from: 'human', value: '<image>\nPlease segment the dog, and the zebra in this image.' },
      { from: 'gpt', value: `Sure, it is <p> dog </p> [SEG]. ${clause}` },
    ],
    masks: [{ size: [2, 2], counts: [1, 3] }],
  });
}

async function write(text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(inWorkspace(fresh), new TextEncoder().encode(text));
}
