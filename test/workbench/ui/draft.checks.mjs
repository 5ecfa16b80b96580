import assert from 'node:assert/strict';
import { processesWith } from '../harness/processes.mjs';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';
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

/** Asks for a draft of the record in `file` and waits until it is shown. */
async function draft(workbench) {
  await workbench.openFile(file);
  await workbench.runCommand(command);
  return waitingDraft(workbench);
}

async function waitingDraft(workbench) {
  const preview = new Preview(workbench);
  await preview.draft.waitFor({ timeout: 60_000 });
  await preview.painted();
  return preview;
}
