import * as assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { UscdfDocument } from '../../../core/records/document.ts';
import { isObject } from '../../../core/records/isObject.ts';
import { RecordModel } from '../../../core/records/recordModel.ts';
import type { QueueState } from '../../../media/protocol.ts';
import { until } from '../harness/wait.mjs';
import { closeAll, extensionId, findings, open, rangeOf, repository } from './editor.ts';

const file = 'undrafted.uscdf';

interface Api {
  workerPid(): number | undefined;
  drafts(): { readonly undecided: number; readonly queue: QueueState | undefined };
}

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
    const api = await extensionApi();
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

describe('a decision on a draft', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-decide-'));
  let api: Api;

  before(async () => {
    api = await extensionApi();
  });
  afterEach(async () => {
    for (let left = api.drafts().undecided; left > 0; left--) {
      await run('nextDraft');
      await run('rejectDraft');
    }
    await closeAll();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('waits until a draft that was out of sight is shown: its preview was closed', async () => {
    const { document } = await open(file);
    const before = document.getText();
    await run('draft');
    await closePreview();
    for (const command of ['acceptDraft', 'rejectDraft']) {
      await run(command);
      assert.equal(document.getText(), before, 'nothing was decided unseen');
      assert.equal(api.drafts().undecided, 1);
      await previewIsOpen();
      if (command === 'acceptDraft') await closePreview();
    }
    await run('acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    await undo(document);
    assert.equal(document.getText(), before);
  });

  it('waits as well where another file is written in', async () => {
    const { document } = await open(file);
    const before = document.getText();
    await run('draft');
    const { document: other } = await open('scene.uscdf');
    const otherBefore = other.getText();
    await run('acceptDraft');
    assert.deepEqual([document.getText(), other.getText()], [before, otherBefore]);
    assert.equal(vscode.window.visibleTextEditors[0]?.document, document, 'the file of the draft is in front');
    await run('acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    assert.equal(other.getText(), otherBefore);
    await undo(document);
  });

  it('is undone and done again with the document', async () => {
    const { document } = await open(file);
    const before = document.getText();
    await run('draft');
    await run('acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    const accepted = document.getText();
    await undo(document);
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('redo');
    assert.equal(document.getText(), accepted);
    await undo(document);
    await run('draft');
    await run('acceptDraft');
    await until('the second draft is in the document', () => document.getText() !== before);
    assert.equal(withoutTime(document.getText()), withoutTime(accepted));
    await undo(document);
  });

  it('rejects a draft that was edited into something that is no record', async () => {
    const { document } = await open(file);
    const before = document.getText();
    await run('draft');
    await run('editDraft');
    const draft = vscode.window.activeTextEditor?.document;
    assert.match(draft?.fileName ?? '', /draft-of-/);
    await replaceIn(draft!, '"conversations"', '"conversations', 0);
    await run('acceptDraft');
    assert.equal(document.getText(), before, 'what is no record is not accepted');
    assert.equal(api.drafts().undecided, 1);
    await run('rejectDraft');
    assert.equal(api.drafts().undecided, 0);
    assert.equal(document.getText(), before);
    assert.deepEqual(tabsOf(/draft-of-/), []);
    assert.equal(existsSync(draft!.fileName), false);
  });

  it('takes over what was edited when its file is renamed meanwhile', async () => {
    const image = photographs()[1]!;
    const [from, to] = ['from', 'to'].map((name) => vscode.Uri.file(join(folder, `${name}.uscdf`)));
    writeFileSync(from!.fsPath, `---\nid: a\nimage: ${image}\n---\nUser: <IMAGE>\nDescribe the image.\n`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(from!));
    await run('draft');
    await run('editDraft');
    await replaceIn(vscode.window.activeTextEditor!.document, '"value": "', '"value": "Look: ', 1);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from!, to!);
    assert.ok(await vscode.workspace.applyEdit(edit));
    // The draft is on its way to the new name, which a decision waits for.
    await run('nextDraft');
    await run('acceptDraft');
    const moved = await vscode.workspace.openTextDocument(to!);
    await until('the draft is in the file', () => /Assistant: Look: /.test(moved.getText()));
    assert.equal(provenance(moved, 0)['edited'], true);
    await vscode.window.showTextDocument(moved);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('does not get into a file that is read-only', async () => {
    const text = `---\nid: a\nimage: a.jpg\nprovenance: { model: other@1, status: draft }\n---\nUser: <IMAGE>\nDescribe it.\n`;
    const readOnly = vscode.workspace.registerFileSystemProvider('uscdf-read-only', fileSystemOf(text), {
      isReadonly: true,
    });
    const uri = vscode.Uri.parse('uscdf-read-only:/standing.uscdf');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await run('nextDraft');
    await previewIsOpen();
    await run('acceptDraft');
    await run('acceptDraft', uri.toString(), { line: 0, character: 0 });
    assert.equal(document.getText(), text);
    await closeAll();
    readOnly.dispose();
  });
});

describe('drafts of questions', () => {
  afterEach(closeAll);
  const question = 'Please segment the zebra and the giraffe in this image.';

  for (const name of ['scene.uscdf', 'scene.uscdf.jsonl']) {
    it(`stand in ${name} as a record of their own, behind the one that has an answer`, async () => {
      const { document } = await open(name);
      const before = document.getText();
      await run('draftQuestion', undefined, undefined, question);
      assert.equal(document.getText(), before, 'a draft that waits must not be in the document');
      await run('acceptDraft');
      await until('the draft is in the document', () => document.getText() !== before);
      const [first, second] = records(document);
      assert.equal(first?.id, 'poodle');
      assert.equal(second?.task, 'referring');
      assert.ok(second?.turns[0]?.text.includes(question));
      assert.deepEqual(second?.data['negatives'], ['zebra', 'giraffe']);
      assert.equal(second?.masks?.length, second?.segCount);
      await findings(document.uri, 0);
      await undo(document);
      assert.equal(document.getText(), before, 'one undo takes back the draft');
    });
  }

  it('do not answer the question that waits in a record', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'uscdf-question-'));
    const path = join(folder, 'waiting.uscdf');
    writeFileSync(
      path,
      `---\nid: a\nimage: ${photographs()[1]}\n---\nUser: <IMAGE>\nPlease segment the cow in this image.\n`,
    );
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    const before = document.getText();
    await run('draftQuestion', undefined, undefined, 'Please segment the horses and the zebra in this image.');
    await run('acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    assert.ok(document.getText().startsWith(before), 'the record that waits is as it was');
    const [, second, ...others] = records(document);
    assert.equal(others.length, 0);
    assert.match(second?.answers[0]?.text ?? '', /<p> the horses <\/p> \[SEG\].* I don't see any zebra/);
    await undo(document);
    rmSync(folder, { recursive: true });
  });
});

/** A model that knows parts: of MGLMM's kind, of random weights. */
describe('drafts of a phrase', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-parts-'));
  const bundles = join(repository(), 'test', 'fixtures', 'bundles');

  before(async () => {
    await extensionApi();
    await set('models.folder', join(folder, 'models'));
    await vscode.commands.executeCommand('uscdf.models.add', vscode.Uri.file(join(bundles, 'mglmm')), { copy: false });
    await set('model', 'mglmm-test');
  });
  afterEach(closeAll);
  after(async () => {
    for (const key of ['model', 'models.folder']) await set(key, undefined);
    rmSync(folder, { recursive: true });
  });

  it('stand behind the record of the phrase and name both', async () => {
    const path = join(folder, 'riders.uscdf.jsonl');
    const mask = { size: [2, 2], counts: [0, 2, 2] };
    const record = (id: string) => ({
      ...{ id, image: join(bundles, 'riders.png'), task: 'mgsc' },
      conversations: [
        { from: 'human', value: '<image>\nDescribe the image.' },
        { from: 'gpt', value: 'There are <p> two riders </p> [SEG] on <p> dark horses </p> [SEG].' },
      ],
      masks: [mask, mask],
    });
    writeFileSync(path, `${[record('root'), record('other')].map((each) => JSON.stringify(each)).join('\n')}\n`);
    const document = await vscode.workspace.openTextDocument(path);
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    const { start } = rangeOf(document, 'dark horses');
    editor.selection = new vscode.Selection(start, start);
    const before = document.getText();
    await run('draftPhrase');
    await run('acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    const [root, part, other] = records(document);
    assert.deepEqual([root?.id, other?.id], ['root', 'other']);
    assert.deepEqual([part?.data['parent'], part?.data['target'], part?.task], ['root', 'dark horses', 'mgsc']);
    const lines = document.getText().split('\n');
    assert.equal([lines[0], ...lines.slice(2)].join('\n'), before, 'the other records are as they were');
    // By its index, as the preview asks for it.
    await run('draftPhrase', document.uri.toString(), { line: 2, character: 0 }, 0);
    await run('acceptDraft');
    await until('the second draft is in the document', () => records(document).length === 4);
    assert.deepEqual(records(document)[3]?.data['target'], 'two riders');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('are not made where there is no phrase', async () => {
    const { document } = await open('scene.uscdf', 'Please segment');
    await run('draftPhrase');
    await run('acceptDraft');
    assert.equal(document.isDirty, false);
  });
});

describe('the queue of drafts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-queue-'));
  let api: Api;

  before(async () => {
    api = await extensionApi();
  });
  afterEach(async () => {
    await run('stopDrafts');
    for (let left = api.drafts().undecided; left > 0; left--) {
      await run('nextDraft');
      await run('rejectDraft');
    }
    assert.equal(api.drafts().undecided, 0);
    await closeAll();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('drafts for every record that waits, is paused, resumed and reviewed', async () => {
    const document = await openWaiting('six.uscdf.jsonl');
    const before = document.getText();
    await run('draftAll');
    await until('a draft is made', () => (api.drafts().queue?.done ?? 0) >= 1, { timeoutMs: 60_000 });
    await run('pauseDrafts');
    const paused = api.drafts();
    assert.equal(paused.queue?.state, 'paused');
    assert.ok(paused.undecided < 6, `the queue is paused after ${paused.undecided} of 6 drafts`);
    await new Promise((done) => setTimeout(done, 1_000));
    assert.equal(api.drafts().undecided, paused.undecided, 'nothing is drafted during a pause');
    await run('resumeDrafts');
    await until('all drafts are made', () => api.drafts().queue === undefined, { timeoutMs: 120_000 });
    assert.equal(api.drafts().undecided, 6);
    assert.equal(document.getText(), before, 'drafts that wait are not in the document');

    // Accepted: one record has its answer, the others are as they were.
    await run('nextDraft');
    await run('acceptDraft');
    await until('the first draft is in the document', () => document.getText() !== before);
    assert.deepEqual(answered(document), [0]);
    assert.deepEqual(linesBut(document.getText(), 0), linesBut(before, 0));
    assert.equal(provenance(document, 0)['status'], 'accepted');
    assert.match(String(provenance(document, 0)['model']), /^coco80@/);
    // Rejected: nothing changes.
    const first = document.getText();
    await run('rejectDraft');
    assert.equal(document.getText(), first);
    assert.equal(api.drafts().undecided, 4);
    // Passed over, gone back to, and edited before it is accepted.
    await run('nextDraft');
    await run('previousDraft');
    await run('editDraft');
    const draft = vscode.window.activeTextEditor?.document;
    assert.match(draft?.fileName ?? '', /draft-of-r2\.uscdf\.json$/);
    assert.equal(document.getText(), first, 'a draft that is edited is not in the document');
    await replaceIn(draft!, '"value": "', '"value": "Look: ', 1);
    await run('acceptDraft');
    await until('the edited draft is in the document', () => document.getText() !== first);
    assert.deepEqual(answered(document), [0, 2]);
    assert.deepEqual(linesBut(document.getText(), 2), linesBut(first, 2));
    assert.match(records(document)[2]?.answers[0]?.text ?? '', /^Look: /);
    assert.equal(provenance(document, 2)['edited'], true);
    assert.equal(api.drafts().undecided, 3);
    await undo(document);
    assert.equal(document.getText(), first, 'one undo takes back the edited draft');
    await undo(document);
    assert.equal(document.getText(), before);
  });

  it('passes over records that were changed meanwhile, and counts those without a photograph', async () => {
    const document = await openWaiting('changed.uscdf.jsonl');
    await replaceIn(document, photographs()[1]!, join(folder, 'nowhere.jpg'), 0);
    await run('draftAll');
    await replaceIn(document, '"id": "r5"', '"id": "new"', 0);
    await until('the queue is done', () => api.drafts().queue === undefined, { timeoutMs: 120_000 });
    assert.equal(api.drafts().undecided, 4, 'of six one has no photograph, and one is gone');
  });

  it('is not begun for a file that the editor hands to no extension', async () => {
    const path = join(folder, 'large.uscdf.jsonl');
    writeFileSync(path, Buffer.alloc(51e6, ' '));
    await run('draftAll', vscode.Uri.file(path));
    assert.equal(api.drafts().queue, undefined);
  });

  it('drafts every record though its process is killed', async () => {
    const document = await openWaiting('killed.uscdf.jsonl');
    const before = document.getText();
    await run('draftAll');
    await until('a draft is made', () => (api.drafts().queue?.done ?? 0) >= 1, { timeoutMs: 60_000 });
    const worker = api.workerPid();
    assert.ok(worker, 'the queue runs');
    process.kill(worker, 'SIGKILL');
    await until('the queue is done', () => api.drafts().queue === undefined, { timeoutMs: 120_000 });
    assert.equal(api.drafts().undecided, 6);
    assert.equal(document.getText(), before);
  });

  it('goes on while its file is closed, and follows it when it is renamed', async () => {
    const document = await openWaiting('old.uscdf.jsonl');
    const before = document.getText();
    await run('draftAll');
    await closeAll();
    await until('a draft is made', () => (api.drafts().queue?.done ?? 0) >= 1, { timeoutMs: 60_000 });
    const renamed = vscode.Uri.file(join(folder, 'renamed.uscdf.jsonl'));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(vscode.Uri.file(join(folder, 'old.uscdf.jsonl')), renamed);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('all drafts are made', () => api.drafts().queue === undefined, { timeoutMs: 120_000 });
    assert.equal(api.drafts().undecided, 6);
    await run('nextDraft');
    await run('acceptDraft');
    const moved = await vscode.workspace.openTextDocument(renamed);
    await until('the first draft is in the renamed file', () => moved.getText() !== before);
    assert.deepEqual(answered(moved), [0]);
    await vscode.window.showTextDocument(moved);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('gives a draft whose record has changed a record of its own', async () => {
    const document = await openWaiting('late.uscdf.jsonl');
    await run('draft', document.uri.toString(), { line: 2, character: 0 });
    await replaceIn(document, 'Describe the image 2', 'Describe the picture 2', 0);
    const before = document.getText();
    await run('acceptDraft');
    await until('the draft is in the document', () => document.getText() !== before);
    assert.deepEqual(linesBut(document.getText(), 3), before.split('\n'));
    assert.deepEqual(answered(document), [3]);
  });

  it('reviews drafts that stand in the file as well', async () => {
    const document = await openWaiting('standing.uscdf.jsonl', { provenance: { model: 'other@1', status: 'draft' } });
    const before = document.getText();
    await run('nextDraft');
    assert.equal(document.getText(), before);
    await run('acceptDraft');
    await until('the first is accepted', () => document.getText() !== before);
    await run('rejectDraft');
    await until('the second is rejected', () => document.getText().includes('rejected'));
    const states = records(document).map((_, i) => provenance(document, i)['status']);
    assert.deepEqual(states, ['accepted', 'rejected', 'draft', 'draft', 'draft', 'draft']);
  });

  /** Six records that wait for answers, one photograph each, saved and opened. */
  async function openWaiting(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<vscode.TextDocument> {
    const path = join(folder, name);
    const lines = photographs().map((image, i) =>
      JSON.stringify({
        ...{ id: `r${i}`, image },
        conversations: [{ from: 'human', value: `<image>\nDescribe the image ${i}.` }],
        ...{ masks: [], ...more },
      }).replaceAll('":', '": '),
    );
    writeFileSync(path, `${lines.join('\n')}\n`);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    return document;
  }
});

function run(command: string, ...args: readonly unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`uscdf.${command}`, ...args);
}

async function extensionApi(): Promise<Api> {
  const api = await vscode.extensions.getExtension<Api>(extensionId)?.activate();
  assert.ok(api);
  return api;
}

function set(key: string, value: string | undefined): Thenable<void> {
  return vscode.workspace.getConfiguration('uscdf').update(key, value, vscode.ConfigurationTarget.Global);
}

/** Six photographs, absolute paths. */
function photographs(): readonly string[] {
  const names = [
    ...['workspace/images/poodle.jpg', 'workspace/images/horses.jpg', 'photos/000000423617.jpg'],
    ...['datasets/coco/images/000000401416.jpg', 'datasets/coco/images/000000204805.jpg'],
    'preview/cat-and-parakeet.jpg',
  ];
  return names.map((name) => join(repository(), 'test', 'fixtures', name).replaceAll('\\', '/'));
}

function records(document: vscode.TextDocument): readonly RecordModel[] {
  const kind =
    document.languageId === 'uscdf-jsonl' ? 'jsonl' : document.languageId === 'uscdf-json' ? 'json' : 'uscdf';
  return new UscdfDocument(kind, document.getText()).cells.map((cell) => new RecordModel(cell.record));
}

function provenance(document: vscode.TextDocument, record: number): Readonly<Record<string, unknown>> {
  const value = records(document)[record]?.data['provenance'];
  assert.ok(isObject(value), `record ${record} says where it is from`);
  return value;
}

/** The positions of the records that have an answer. */
function answered(document: vscode.TextDocument): readonly number[] {
  return records(document).flatMap(({ answers }, i) => (answers.length > 0 ? [i] : []));
}

function linesBut(text: string, line: number): readonly string[] {
  return text.split('\n').filter((_, i) => i !== line);
}

/** Replaces a text where it stands for the `nth` time, from 0. */
async function replaceIn(document: vscode.TextDocument, text: string, by: string, nth: number): Promise<void> {
  let offset = document.getText().indexOf(text);
  for (let i = 0; i < nth; i++) offset = document.getText().indexOf(text, offset + 1);
  assert.ok(offset >= 0, `${document.fileName} holds “${text}”`);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length));
  edit.replace(document.uri, range, by);
  await vscode.workspace.applyEdit(edit);
}

function previews(): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => input instanceof vscode.TabInputWebview);
}

function previewIsOpen(): Promise<unknown> {
  return until('the preview is open', () => previews().length === 1);
}

/** Closes the preview, and waits as long as the extension needs to hear of it. */
async function closePreview(): Promise<void> {
  await previewIsOpen();
  await vscode.window.tabGroups.close(previews());
  await until('the preview is closed', () => previews().length === 0);
  await new Promise((done) => setTimeout(done, 500));
}

/** A file system whose every file holds one text. */
function fileSystemOf(text: string): vscode.FileSystemProvider {
  const bytes = new TextEncoder().encode(text);
  const refuse = () => {
    throw vscode.FileSystemError.NoPermissions();
  };
  return {
    onDidChangeFile: () => new vscode.Disposable(() => undefined),
    watch: () => new vscode.Disposable(() => undefined),
    stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytes.length }),
    readFile: () => bytes,
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
}

function tabsOf(name: RegExp): readonly vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ label }) => name.test(label));
}

function withoutTime(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, '');
}

function segs(text: string): number {
  return text.split(/<p> [^<]+ <\/p> \[SEG\]/).length - 1;
}

/** Undo goes to the editor that has the focus, and a preview beside the text may have taken it. */
async function undo(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  await vscode.commands.executeCommand('undo');
}
