import * as assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, findings, inWorkspace, open, repository } from './editor.ts';

const folder = 'converted';
const dataset = join(repository(), 'test/fixtures/datasets/coco');
/** Characters, from which on editors draw no more of a line. */
const LONG_LINE = 10_000;
const photographs = ['000000204805.jpg', '000000401416.jpg'];

interface Report {
  readonly outputs: readonly string[];
  readonly records: number;
  readonly phrases: number;
  readonly masks: number;
  readonly imagesNotFound: number;
  readonly counts: Readonly<Record<'rejected' | 'changed' | 'lost', Readonly<Record<string, number>>>>;
}

interface Coco {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly iscrowd: 0 | 1 }[];
}

const coco = JSON.parse(readFileSync(join(dataset, 'instances.json'), 'utf8')) as Coco;
const things = coco.annotations.filter(({ iscrowd }) => iscrowd === 0);
const crowds = coco.annotations.length - things.length;

describe('import and export', () => {
  before(async () => {
    // Any of our files starts the extension.
    await open('scene.uscdf');
    mkdirSync(at('images'), { recursive: true });
    copyFileSync(join(dataset, 'instances.json'), at('instances.json'));
    for (const name of photographs) copyFileSync(join(dataset, 'images', name), at(`images/${name}`));
  });
  afterEach(closeAll);
  after(() => vscode.workspace.fs.delete(inWorkspace(folder), { recursive: true }));

  it('imports a dataset, and opens the records and the report', async () => {
    const report = await convert('import', importing());
    assert.deepEqual(
      [report?.records, report?.phrases, report?.masks],
      [coco.images.length, things.length, things.length],
    );
    assert.deepEqual(report?.counts, { rejected: {}, changed: { crowd: crowds }, lost: {} });
    assert.equal(report.imagesNotFound, coco.images.length - photographs.length);

    const records = readFileSync(at('coco.uscdf.jsonl'), 'utf8').trim().split('\n').map(parse);
    assert.equal(records.length, coco.images.length);
    for (const { file_name: name, id } of coco.images) {
      const record = records.find((each) => each.image.endsWith(name));
      assert.ok(record, name);
      assert.equal(record.masks.length, things.filter(({ image_id: image }) => image === id).length, name);
      const found = photographs.includes(name);
      assert.equal(record.image, found ? `images/${name}` : name);
    }
    await until('the records are shown', () => shown('coco.uscdf.jsonl'));
    await until('the report is shown', () => reportText() !== undefined);
    assert.match(reportText() ?? '', new RegExp(`${crowds} items changed`));
  });

  it('imports records in which nothing is wrong but photographs that are not there and long lines', async () => {
    await convert('import', importing());
    const uri = inWorkspace(`${folder}/coco.uscdf.jsonl`);
    const missing = coco.images.length - photographs.length;
    const lines = readFileSync(uri.fsPath, 'utf8').split('\n');
    const long = lines.filter((line) => line.length > LONG_LINE).length;
    const found = await findings(uri, missing + long);
    const codes = found.map(({ code }) => (typeof code === 'object' ? code.value : code));
    assert.equal(codes.filter((code) => code === 'image-missing').length, missing);
    assert.equal(codes.filter((code) => code === 'long-line').length, long);
  });

  it('leads from the report to the item', async () => {
    await convert('import', importing());
    const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'uscdf-conversion');
    assert.ok(report);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', report.uri);
    const link = links.find(({ range }) => report.getText(range).includes('annotations['));
    const [, index] = /annotations\[(\d+)\]/.exec(report.getText(link?.range)) ?? [];
    assert.ok(link?.target);
    const [file, item] = JSON.parse(link.target.query) as [string, string];
    await vscode.commands.executeCommand(link.target.path, file, item);
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.fsPath === at('instances.json'),
    );
    assert.ok(editor);
    const text = editor.document.getText().slice(editor.document.offsetAt(editor.selection.active));
    const annotation = coco.annotations[Number(index)] as unknown as { readonly id: number };
    assert.equal(/"id": (\d+)/.exec(text)?.[1], String(annotation.id));
  });

  it('exports records, with what the format cannot hold', async () => {
    const output = at('scene.coco-instances.json');
    const report = await convert('export', {
      ...{ from: 'uscdf', to: 'coco-instances', inputs: [inWorkspace('scene.uscdf.jsonl').fsPath], output },
    });
    assert.deepEqual(report?.outputs, [output]);
    const written = JSON.parse(readFileSync(output, 'utf8')) as Coco;
    assert.equal(written.annotations.length, report.masks);
    assert.ok(Object.keys(report.counts.lost).length > 0);
    await until('the file is shown', () => shown('scene.coco-instances.json'));
  });

  it('writes nothing where there is nothing to write', async () => {
    const output = at('none.uscdf.jsonl');
    const empty = await convert('import', { ...importing(), from: 'llava', output });
    assert.deepEqual(empty?.outputs, []);
    assert.equal(await convert('import', { ...importing(), inputs: [at('nowhere.json')], output }), undefined);
    assert.equal(await convert('import', { ...importing(), from: 'coco' }), undefined);
    assert.equal(await convert('import', { ...importing(), output: 'relative.uscdf.jsonl' }), undefined);
    assert.equal(existsSync(output), false);
  });
});

function importing() {
  const [inputs, images] = [[at('instances.json')], [at('images')]];
  return { from: 'coco-instances', to: 'uscdf', inputs, images, output: at('coco.uscdf.jsonl') };
}

function convert(direction: 'import' | 'export', request: object): Thenable<Report | undefined> {
  return vscode.commands.executeCommand<Report | undefined>(`uscdf.${direction}`, request);
}

function at(name: string): string {
  return inWorkspace(`${folder}/${name}`).fsPath;
}

function shown(name: string): boolean {
  return vscode.window.visibleTextEditors.some(({ document }) => document.uri.fsPath === at(name));
}

function reportText(): string | undefined {
  return vscode.window.visibleTextEditors
    .find(({ document }) => document.uri.scheme === 'uscdf-conversion')
    ?.document.getText();
}

function parse(line: string): { readonly image: string; readonly masks: readonly unknown[] } {
  return JSON.parse(line);
}
