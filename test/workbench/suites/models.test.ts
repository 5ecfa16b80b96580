import * as assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { UscdfApi } from '../../../client/extension.ts';
import { TestHub } from '../../../models/runtime/testing/hub.ts';
import { publishedFiles } from '../../../models/runtime/testing/publishedFiles.ts';
import { until } from '../harness/wait.mjs';
import { closeAll, extensionId, open, repository } from './editor.ts';

describe('models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-models-'));
  let api: UscdfApi;
  let hub: TestHub;
  let shipped: string;

  before(async () => {
    await open('scene.uscdf');
    const extension = vscode.extensions.getExtension<UscdfApi>(extensionId);
    assert.ok(extension);
    api = await extension.activate();
    shipped = join(extension.extensionPath, 'models', 'bundles', 'coco80');
    hub = await TestHub.start(publishedFiles(repository()));
    await set('models.folder', join(folder, 'models'));
    await set('models.hub', hub.url);
  });
  afterEach(closeAll);
  after(async () => {
    for (const key of ['model', 'models.folder', 'models.hub']) await set(key, undefined);
    await hub.stop();
    rmSync(folder, { recursive: true });
  });

  it('shows a page of the model that ships', async () => {
    await vscode.commands.executeCommand('uscdf.models.show', 'coco80');
    await until('a tab shows the page', () => tabs().some((label) => label.includes('coco80')));
  });

  it('adds a bundle from a folder, drafts with it, and forgets it', async () => {
    const mine = join(folder, 'mine');
    cpSync(shipped, mine, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(mine, 'bundle.json'), 'utf8'));
    const licence = { ...manifest.licence, forbids: ['commercial-use'] };
    writeFileSync(join(mine, 'bundle.json'), JSON.stringify({ ...manifest, name: 'mine', licence }));
    await vscode.commands.executeCommand('uscdf.models.add', vscode.Uri.file(mine), { copy: false });
    await vscode.commands.executeCommand('uscdf.models.choose', 'mine');
    const { document } = await open('undrafted.uscdf');
    await vscode.commands.executeCommand('uscdf.draft');
    await vscode.commands.executeCommand('uscdf.acceptDraft');
    await until('the draft names its model', () => document.getText().includes('mine@'));
    await vscode.commands.executeCommand('uscdf.models.remove', 'mine');
    assert.ok(existsSync(join(mine, 'bundle.json')), 'what was added without a copy stays');
    await set('model', undefined);
  });

  it('fetches nothing that was not agreed to, and then what was', async () => {
    assert.equal(await api.downloadModel('slimsam-77', async () => false), undefined);
    assert.deepEqual(
      hub.requests.filter((line) => !line.includes('/api/')),
      [],
    );
    let bytes = 0;
    const place = await api.downloadModel('slimsam-77', async (plan) => {
      bytes = plan.bytes;
      return plan.sources.every(({ files }) => files.every(({ digest }) => digest.value.length >= 40));
    });
    assert.ok(place !== undefined && bytes > 0);
    assert.ok(existsSync(join(place, 'bundle.json')));
    await vscode.commands.executeCommand('uscdf.models.remove', 'slimsam-77');
    assert.equal(existsSync(place), false);
  });

  function set(key: string, value: string | undefined): Thenable<void> {
    return vscode.workspace.getConfiguration('uscdf').update(key, value, vscode.ConfigurationTarget.Global);
  }
});

function tabs(): readonly string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
}
