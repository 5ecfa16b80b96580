import * as assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readMask } from '../../../core/masks/maskValue.ts';
import { iou } from '../../../core/masks/runLengthMask.ts';
import { UscdfDocument } from '../../../core/records/document.ts';
import { RecordModel } from '../../../core/records/recordModel.ts';
import { until } from '../harness/wait.mjs';
import { closeAll, extensionId, findings, repository } from './editor.ts';

interface Case {
  readonly task: string;
  readonly asked: string;
  readonly text: string;
  readonly uscdf?: string;
  readonly negatives: readonly string[];
  readonly masks: readonly unknown[];
}

/** A model of MGLMM's kind, from its bundle to the text of a record: what PyTorch says of the same photograph has to come out. */
describe('a bundle of MGLMM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-mglmm-'));
  const bundles = join(repository(), 'test', 'fixtures', 'bundles');
  const { cases } = JSON.parse(readFileSync(join(bundles, 'mglmm', 'reference.json'), 'utf8')) as {
    cases: readonly Case[];
  };

  let files = 0;

  before(async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    await extension?.activate();
    copyFileSync(join(bundles, 'riders.png'), join(folder, 'riders.png'));
    await set('models.folder', join(folder, 'models'));
    await vscode.commands.executeCommand('uscdf.models.add', vscode.Uri.file(join(bundles, 'mglmm')), { copy: false });
    await vscode.commands.executeCommand('uscdf.models.choose', manifestName(join(bundles, 'mglmm')));
  });
  afterEach(closeAll);
  after(async () => {
    for (const key of ['model', 'models.folder']) await set(key, undefined);
    rmSync(folder, { recursive: true });
  });

  for (const [name, pick] of [
    ['describes the photograph', (one: Case) => one.task === 'gcg'],
    ['segments what is there and denies what is not', (one: Case) => one.masks.length > 0 && one.negatives.length > 0],
    ['denies what is not there', (one: Case) => one.masks.length === 0 && one.negatives.length > 0],
  ] as const) {
    it(`${name}, as PyTorch does`, async () => {
      const expected = cases.find(pick);
      assert.ok(expected, 'the reference has such a case');
      const text = await accepted(expected.asked);
      const cell = new UscdfDocument('uscdf', text).cells[0];
      assert.ok(cell);
      const record = new RecordModel(cell.record);
      assert.equal(record.answers[0]?.text, expected.uscdf ?? expected.text);
      assert.equal(record.masks?.length ?? 0, expected.masks.length);
      for (const [i, mask] of expected.masks.entries()) {
        const [own, reference] = [record.reading(i), readMask(mask)];
        assert.ok(own.ok && reference.ok);
        assert.ok(iou(own.mask, reference.mask) > 0.99, `mask ${i + 1}`);
      }
    });
  }

  /** The text of a file with one question after its draft was accepted. */
  async function accepted(question: string): Promise<string> {
    const path = join(folder, `riders-${++files}.uscdf`);
    writeFileSync(path, `---\nid: riders\nimage: riders.png\n---\nUser: <IMAGE>\n${question}\n`);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('uscdf.draft');
    await vscode.commands.executeCommand('uscdf.acceptDraft');
    await until('the draft is in the document', () => document.getText().includes('Assistant:'));
    await findings(document.uri, 0);
    return document.getText();
  }

  function set(key: string, value: string | undefined): Thenable<void> {
    return vscode.workspace.getConfiguration('uscdf').update(key, value, vscode.ConfigurationTarget.Global);
  }
});

function manifestName(bundle: string): string {
  return (JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8')) as { name: string }).name;
}
