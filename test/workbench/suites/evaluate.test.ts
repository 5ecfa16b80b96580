import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, inWorkspace, open } from './editor.ts';

const truth = 'scene.uscdf.jsonl';
const folder = 'evaluated';
const predicted = `${folder}/predicted.uscdf.jsonl`;

interface Report {
  readonly protocol: string;
  readonly complete: boolean;
  readonly counts: { readonly images: number };
  readonly worst: readonly { readonly id: string; readonly reference: { readonly line: number } }[];
}

describe('evaluate', () => {
  before(async () => {
    // Any of our files starts the extension.
    await open('scene.uscdf');
    const records = readFileSync(inWorkspace(truth).fsPath, 'utf8').trim().split('\n').map(parse);
    // One mask of the caption is found twice, and the others are not.
    for (const record of records) if (record.task === 'gcg') record.masks.fill(record.masks[0]);
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    await vscode.workspace.fs.writeFile(inWorkspace(predicted), Buffer.from(text));
  });
  afterEach(closeAll);
  after(() => vscode.workspace.fs.delete(inWorkspace(folder), { recursive: true }));

  it('scores files outside the extension host and shows the report, the worst record first', async () => {
    const report = await evaluate({ protocol: 'strict' });
    assert.equal(report?.protocol, 'strict');
    assert.equal(report.complete, true);
    assert.equal(report.counts.images, 2);
    assert.equal(report.worst[0]?.id, 'poodle-caption');
    assert.equal(report.worst[0].reference.line, 1);
    await until('a tab shows the report', () => reportTabs().length === 1);
    await evaluate({});
    assert.equal(reportTabs().length, 1, 'the next report takes the place of the last one');
  });

  it('saves the report whole, in the form that the name says', async () => {
    const report = await evaluate({});
    const save = (name: string) =>
      vscode.commands.executeCommand<boolean>('uscdf.saveReport', inWorkspace(`${folder}/${name}`));
    for (const name of ['report.md', 'report.html', 'report.json']) assert.equal(await save(name), true, name);
    assert.equal(await save('report.pdf'), false);
    const read = (name: string) => readFileSync(inWorkspace(`${folder}/${name}`).fsPath, 'utf8');
    assert.match(read('report.md'), /^# Evaluation/);
    assert.match(read('report.html'), /^<!doctype html>/);
    assert.deepEqual(JSON.parse(read('report.json')), report);
    const names = readdirSync(inWorkspace(folder).fsPath).sort();
    assert.deepEqual(names, ['predicted.uscdf.jsonl', 'report.html', 'report.json', 'report.md']);
  });

  it('shows nothing where there is nothing to score', async () => {
    assert.equal(await evaluate({ predictions: [inWorkspace('images').fsPath] }), undefined);
    assert.equal(await evaluate({ predictions: ['relative.uscdf.jsonl'] }), undefined);
    assert.equal(await evaluate({ protocol: 'kind' }), undefined);
    assert.deepEqual(reportTabs(), []);
  });
});

function evaluate(more: object): Thenable<Report | undefined> {
  const request = { references: [inWorkspace(truth).fsPath], predictions: [inWorkspace(predicted).fsPath], ...more };
  return vscode.commands.executeCommand<Report | undefined>('uscdf.evaluate', request);
}

function reportTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('uscdf.report'));
}

function parse(line: string): { readonly task: string; readonly masks: unknown[] } {
  return JSON.parse(line);
}
