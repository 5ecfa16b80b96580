import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, extensionId, findings, open } from './editor.ts';

const file = 'undrafted.uscdf';

describe('draft', () => {
  afterEach(closeAll);

  for (const name of [file, 'scene.uscdf', 'scene.uscdf.json', 'scene.uscdf.jsonl']) {
    it(`is accepted into ${name} as one edit and undone as one`, () => acceptAndUndo(name));
  }

  async function acceptAndUndo(name: string): Promise<void> {
    const { document } = await open(name);
    const before = document.getText();
    await vscode.commands.executeCommand('uscdf.draft');
    assert.equal(document.getText(), before, 'a draft that waits must not be in the document');
    await vscode.commands.executeCommand('uscdf.acceptDraft');
    await until('the draft is in the document', () => segs(document.getText()) > segs(before));
    await findings(document.uri, 0);
    await undo(document);
    assert.equal(document.getText(), before);
  }

  it('is rejected without a trace', async () => {
    const { document } = await open(file);
    const version = document.version;
    await vscode.commands.executeCommand('uscdf.draft');
    await vscode.commands.executeCommand('uscdf.rejectDraft');
    await vscode.commands.executeCommand('uscdf.acceptDraft');
    assert.equal(document.version, version, 'after rejecting there is nothing left to accept');
  });

  it('leaves the extension host free to do other work', async () => {
    await open(file);
    const gaps: number[] = [];
    let last = performance.now();
    const tick = () => {
      gaps.push(performance.now() - last);
      last = performance.now();
    };
    const timer = setInterval(tick, 5);
    const started = performance.now();
    await vscode.commands.executeCommand('uscdf.draft');
    const whole = performance.now() - started;
    clearInterval(timer);
    await vscode.commands.executeCommand('uscdf.rejectDraft');
    // A model that ran here would stop the clock for most of the draft.
    assert.ok(gaps.length > 3, `the clock ticked ${gaps.length} times in ${whole} ms`);
    assert.ok(Math.max(...gaps) < whole / 2, `the host stood still for ${Math.max(...gaps)} of ${whole} ms`);
  });

  it('works again after the worker was killed', async () => {
    const extension = vscode.extensions.getExtension<{ workerPid(): number | undefined }>(extensionId);
    const api = await extension?.activate();
    assert.ok(api);
    const { document } = await open(file);
    await vscode.commands.executeCommand('uscdf.draft');
    const first = api.workerPid();
    assert.ok(first, 'after a draft the worker runs');
    process.kill(first, 'SIGKILL');
    await until('the killed worker is missed', () => api.workerPid() !== first);
    const before = document.getText();
    await vscode.commands.executeCommand('uscdf.draft');
    await vscode.commands.executeCommand('uscdf.acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    await undo(document);
  });
});

function segs(text: string): number {
  return text.split(/<p> [^<]+ <\/p> \[SEG\]/).length - 1;
}

/** Undo goes to the editor that has the focus, and a preview beside the text may have taken it. */
async function undo(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  await vscode.commands.executeCommand('undo');
}
