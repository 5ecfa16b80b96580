import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processesWith } from '../harness/processes.mjs';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';
import { Drawing } from './drawing.mjs';
import { Preview } from './preview.mjs';

const command = 'USCDF: Draft a Grounded Caption';
const file = 'undrafted.uscdf';

check('a draft is accepted and undone', async ({ workbench }) => {
  const before = workbench.read(file);
  const preview = await draft(workbench);
  assert.equal(workbench.read(file), before, 'a draft that waits must not be in the file');
  await preview.accept.click();
  await preview.draft.waitFor({ state: 'hidden' });
  const accepted = await workbench.save(file);
  assert.match(accepted, /<p> [^<]*\bhorses\b <\/p> \[SEG\]/, 'the photograph shows horses');
  assert.equal(accepted.match(/"counts":/g)?.length, accepted.match(/\[SEG\]/g)?.length, 'each [SEG] owns one mask');
  await workbench.undo();
  assert.equal(await workbench.save(file), before, 'one undo must take back the whole draft');
});

check('a draft is rejected and leaves no trace', async ({ workbench }) => {
  const before = workbench.read(file);
  const preview = await draft(workbench);
  await preview.reject.click();
  await preview.draft.waitFor({ state: 'hidden' });
  assert.equal(await workbench.save(file), before);
});

check('a killed worker is reported and the next draft works', async ({ workbench, session }) => {
  const workers = () => processesWith(session.extensionsDir, 'worker.cjs');
  // A worker that is warm from an earlier check would answer before it can be killed.
  for (const id of workers()) process.kill(id, 'SIGKILL');
  await until('no worker is left', () => workers().length === 0);
  await workbench.clearNotifications();
  await workbench.openFile(file);
  await workbench.runCommand(command);
  const [id] = await until('the worker runs', () => (workers().length > 0 ? workers() : undefined), { everyMs: 10 });
  process.kill(id, 'SIGKILL');
  const notification = await workbench.notification(/ended unexpectedly/);
  await notification.getByText('Draft Again').click();
  const preview = await waitingDraft(workbench);
  await preview.reject.click();
  await preview.draft.waitFor({ state: 'hidden' });
});

check(
  'drafts: a queue is paused, goes on after the window was loaded anew, and is reviewed',
  async ({ workbench, session }) => {
    const name = 'queue.uscdf.jsonl';
    const total = writeWaiting(join(session.workspace, name));
    const before = workbench.read(name);
    const status = workbench.page.locator('.statusbar-item', { hasText: new RegExp(`Drafts \\d+/${total}`) });
    await workbench.openPath(name);
    await workbench.runCommand('USCDF: Draft All Records Without an Answer');
    const done = async () => Number(/(\d+)\//.exec((await status.textContent()) ?? '')?.[1]);
    await until('a draft is made', async () => (await done()) >= 1, { timeoutMs: 60_000 });
    await status.locator('a').click();
    await status.locator('.codicon-debug-pause').waitFor();
    const paused = await done();
    assert.ok(paused < total, `the queue was paused after ${paused} of ${total} drafts`);

    await workbench.page.reload();
    await workbench.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    const offer = await workbench.notification(/were not finished/);
    assert.equal(await done(), paused);
    await offer.getByText('Go On').click();
    const end = await workbench.notification(new RegExp(`${total} made`));
    assert.equal(workbench.read(name), before, 'drafts that wait are not in the file');

    await end.getByText('Review').click();
    const preview = await waitingDraft(workbench);
    await preview.draftSays(new RegExp(`draft 1 of ${total}`));
    await preview.draftSays(/coco80/);
    await preview.accept.click();
    await preview.draftSays(new RegExp(`draft 1 of ${total - 1}`));
    const accepted = await workbench.save(name);
    assert.deepEqual(changedLines(before, accepted), [0]);
    assert.equal(JSON.parse(accepted.split('\n')[0]).provenance.status, 'accepted');

    await preview.reject.click();
    await preview.draftSays(new RegExp(`draft 1 of ${total - 2}`));
    await preview.nextDraft.click();
    await preview.draftSays(new RegExp(`draft 2 of ${total - 2}`));
    await preview.previousDraft.click();
    await preview.draftSays(new RegExp(`draft 1 of ${total - 2}`));
    assert.equal(workbench.read(name), accepted, 'nothing but the first draft is in the file');

    await preview.editDraft.click();
    const tab = workbench.page.locator('.tab.active', { hasText: 'draft-of-r2' });
    await tab.waitFor();
    await workbench.focusEditor();
    const answer = '"gpt", "value": "';
    const { line, column } = placeIn(readStored(session, 'draft-of-r2.uscdf.json'), answer);
    await workbench.goto(line, column + answer.length);
    await workbench.page.keyboard.type('Look: ');
    assert.equal(workbench.read(name), accepted, 'a draft that is edited is not in the file');
    await workbench.runCommand('USCDF: Accept Draft');
    await tab.waitFor({ state: 'detached' });
    await workbench.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    const edited = await workbench.save(name);
    assert.deepEqual(changedLines(accepted, edited), [2]);
    const record = JSON.parse(edited.split('\n')[2]);
    assert.match(record.conversations[1].value, /^Look: /);
    assert.equal(record.provenance.edited, true);

    for (let left = total - 3; left > 0; left--) {
      await preview.draftSays(left === 1 ? /^(?!.*draft 1 of 2)/s : new RegExp(`of ${left}\\b`));
      await preview.reject.click();
    }
    await preview.draft.waitFor({ state: 'hidden' });
    assert.equal(await workbench.save(name), edited, 'what was rejected left no trace');
    rmSync(join(session.workspace, name));
  },
);

check('drafts: a mask of a draft is painted over before it is accepted', async ({ workbench, session }) => {
  const preview = await draft(workbench);
  await preview.editDraft.click();
  const tab = workbench.page.locator('.tab.active', { hasText: 'draft-of-horses' });
  await tab.waitFor();
  const drafted = JSON.parse(readStored(session, 'draft-of-horses-undrafted.uscdf.json'))[0];
  await until('the draft is shown to be edited', () => preview.draft.isHidden());
  await preview.painted();
  const drawing = new Drawing(workbench, preview, drafted);
  await drawing.row(0).click();
  await drawing.begin('e');
  await drawing.tool('brush', 'b');
  const corner = [
    { x: 40, y: 40 },
    { x: 160, y: 40 },
  ];
  await drawing.drag(corner);
  await drawing.save();
  await workbench.runCommand('USCDF: Accept Draft');
  await tab.waitFor({ state: 'detached' });
  await workbench.page.locator(`.tab.active[data-resource-name="${file}"]`).waitFor();
  const accepted = await workbench.save(file);
  assert.match(accepted, /"edited": true/);
  const counts = drafted.masks.map((mask) => mask.counts);
  assert.ok(counts.length > 1, 'the photograph shows several things');
  const kept = counts.map((each) => accepted.includes(JSON.stringify(each)));
  assert.deepEqual(kept, [false, ...counts.slice(1).map(() => true)], 'only the mask that was painted over is another');
});

check('drafts: what the disk does not take is said, and pauses the queue', async ({ workbench, session }) => {
  await rejected(await draft(workbench));
  const waiting = readdirSync(session.dataDir, { recursive: true }).find((path) =>
    path.endsWith(join('drafts', 'waiting')),
  );
  assert.ok(waiting, 'drafts are kept in a folder');
  const folder = join(session.dataDir, waiting);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  const name = 'full.uscdf.jsonl';
  writeWaiting(join(session.workspace, name));
  try {
    await workbench.focusEditor();
    await workbench.runCommand(command);
    const preview = await waitingDraft(workbench);
    await workbench.notification(/The disk did not take this draft/);
    await rejected(preview);
    await workbench.focusEditor();
    await workbench.openPath(name);
    await workbench.runCommand('USCDF: Draft All Records Without an Answer');
    await workbench.notification(/The queue of drafts paused: the disk takes no more drafts/);
    await workbench.runCommand('USCDF: Stop the Queue of Drafts');
    await workbench.runCommand('USCDF: Next Draft Without a Decision');
    await rejected(await waitingDraft(workbench));
  } finally {
    rmSync(folder);
    rmSync(join(session.workspace, name));
  }
});

check('drafts: in a field the keys of a decision are those of the field', async ({ workbench, session }) => {
  const name = 'fields.uscdf.jsonl';
  writeWaiting(join(session.workspace, name));
  const before = workbench.read(name);
  await workbench.openPath(name);
  await workbench.runCommand(command);
  const preview = await waitingDraft(workbench);
  const field = workbench.webview.locator('#record-number input');
  await field.click();
  await workbench.page.waitForTimeout(400);
  for (const key of ['Control+Backspace', 'Control+Enter', 'Control+Shift+Enter'])
    await workbench.page.keyboard.press(key);
  await workbench.page.waitForTimeout(1_000);
  assert.ok(await preview.draft.isVisible(), 'the draft still waits');
  assert.equal(await workbench.save(name), before);
  await preview.picture.focus();
  await workbench.page.waitForTimeout(400);
  await workbench.page.keyboard.press('Control+Backspace');
  await preview.draft.waitFor({ state: 'hidden' });
  assert.equal(await workbench.save(name), before);
  rmSync(join(session.workspace, name));
});

check('drafts: a draft is compared with the answer that stands in the file', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  await workbench.page.locator('.editor-actions [aria-label^="Draft a Grounded Caption"]').first().click();
  const preview = await waitingDraft(workbench);
  const rows = workbench.webview.locator('.comparison-table tbody tr');
  await rows.first().waitFor();
  const texts = await rows.allInnerTexts();
  assert.ok(
    texts.some((text) => /0\.\d\d/.test(text)),
    `a pair of masks agrees: ${texts.join(' | ')}`,
  );
  await preview.reject.click();
  await preview.draft.waitFor({ state: 'hidden' });
});

/** Asks for a draft of the record in `file` and waits until it is shown. */
async function draft(workbench) {
  await workbench.openFile(file);
  await workbench.runCommand(command);
  return waitingDraft(workbench);
}

async function rejected(preview) {
  await preview.reject.click();
  await preview.draft.waitFor({ state: 'hidden' });
}

async function waitingDraft(workbench) {
  const preview = new Preview(workbench);
  await preview.draft.waitFor({ timeout: 60_000 });
  await preview.painted();
  return preview;
}

/** Records of six photographs that wait for answers, two of each; returns how many. */
function writeWaiting(path) {
  const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url)).replaceAll('\\', '/');
  const names = [
    ...['workspace/images/poodle.jpg', 'workspace/images/horses.jpg', 'photos/000000423617.jpg'],
    ...['datasets/coco/images/000000401416.jpg', 'datasets/coco/images/000000204805.jpg'],
    'preview/cat-and-parakeet.jpg',
  ];
  const lines = [...names, ...names].map((name, i) => {
    const conversations = [{ from: 'human', value: `<image>\nDescribe the image ${i}.` }];
    return JSON.stringify({ id: `r${i}`, image: fixtures + name, conversations, masks: [] });
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return lines.length;
}

function changedLines(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  assert.equal(now.length, old.length);
  return now.flatMap((line, i) => (line === old[i] ? [] : [i]));
}

/** A file that the extension keeps for itself. */
function readStored({ dataDir }, name) {
  const path = readdirSync(dataDir, { recursive: true }).find((each) => basename(each) === name);
  assert.ok(path, `${name} is kept`);
  return readFileSync(join(dataDir, path), 'utf8');
}

function placeIn(text, words) {
  const offset = text.indexOf(words);
  assert.ok(offset >= 0, `the text holds “${words}”`);
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: lines.at(-1).length + 1 };
}
