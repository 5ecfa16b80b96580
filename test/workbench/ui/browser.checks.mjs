import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';
import { DatasetBrowser } from './datasetBrowser.mjs';
import { colourCount, Preview } from './preview.mjs';

const scene = 'scene.uscdf.jsonl';

check(
  'the dataset browser shows records with their masks, finds words, and opens a record at its line',
  async ({ workbench }) => {
    await workbench.openFile(scene);
    const before = workbench.read(scene);
    const records = before
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const browser = await DatasetBrowser.ofActiveFile(workbench, scene);
    await browser.counts(`${records.length} records`);
    assert.deepEqual(
      await browser.cells.locator('.id').allInnerTexts(),
      records.map(({ id }) => id),
    );
    await browser.pictures.first().waitFor();
    const { decode } = await import('fast-png');
    const picture = decode(await browser.pictures.first().screenshot());
    assert.ok(colourCount(picture) > 100, 'the thumbnail has a photograph');

    await browser.search.fill('poodle-caption');
    await browser.counts(`1 of ${records.length} records`);
    await browser.cells.first().click();
    await workbench.page.locator(`.tab.active[data-resource-name="${scene}"]`).waitFor();
    const { line } = workbench.placeOf(scene, '"id": "poodle-caption"');
    await until('the cursor is in the record', async () => (await workbench.cursor()).line === line);
    const preview = new Preview(workbench);
    await preview.painted();
    await until('the preview shows the record', async () =>
      (await preview.body.innerText()).includes('poodle-caption'),
    );
    assert.equal(workbench.read(scene), before);
  },
);

check('the dataset browser is used by keyboard, and its plots filter', async ({ workbench }) => {
  await workbench.openFile(scene);
  const browser = await DatasetBrowser.ofActiveFile(workbench, scene);
  await browser.statistics.click();
  await until('there are plots', async () => (await browser.plots.count()) >= 7);
  const phrases = browser.plots.nth(0);
  await phrases.locator('summary').click();
  const bar = phrases.locator('tr', { has: workbench.webview.locator('td:last-child', { hasText: /^[1-9]/ }) }).first();
  await bar.locator('button').press('Enter');
  await until('a filter is set', async () => /phrases/.test(await browser.chips.innerText()));
  await workbench.webview.locator('#chips vscode-button').first().click();
  await workbench.webview.locator('#mode-grid').click();
  await browser.records.focus();
  await workbench.page.keyboard.press('End');
  const last = await workbench.webview.locator('.cell.is-active .id').innerText();
  await workbench.page.keyboard.press('Enter');
  await workbench.page.locator(`.tab.active[data-resource-name="${scene}"]`).waitFor();
  const { line } = workbench.placeOf(scene, `"id": "${last}"`);
  await until('the cursor is in the last record', async () => (await workbench.cursor()).line === line);
});

check('the dataset browser opens a file that is too large for extensions', async ({ workbench, session }) => {
  const name = 'large.uscdf.jsonl';
  const [first] = workbench.read(scene).split('\n');
  const record = JSON.parse(first);
  const copies = Math.ceil(55e6 / first.length);
  const lines = Array.from({ length: copies }, (_, i) => JSON.stringify({ ...record, id: `copy-${i}` }));
  writeFileSync(join(session.workspace, name), `${lines.join('\n')}\n`);
  try {
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput.locator('input[type=text]').fill(join(session.workspace, name));
    await workbench.quickRow(name).first().waitFor({ timeout: 20_000 });
    await workbench.page.keyboard.press('Enter');
    // The editor asks whether such a file is really to be opened as a text.
    await workbench.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.page.getByText('because it is very large').waitFor();
    await workbench.startCommand('View: Reopen Editor With...');
    await workbench.quickRow('USCDF Dataset Browser').first().click();
    const browser = new DatasetBrowser(workbench);
    await browser.shown();
    await until('all records are counted', async () =>
      (await browser.count.innerText()).startsWith(String(copies).replace(/\B(?=(\d{3})+$)/g, ',')),
    );
    await browser.records.focus();
    await workbench.page.keyboard.press('End');
    await until('the last record is shown', async () =>
      (await workbench.webview.locator('.cell.is-active').innerText()).includes(`copy-${copies - 1}`),
    );
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.tab', { hasText: 'USCDF Preview' }).waitFor();
    const preview = new Preview(workbench);
    // The page before goes away at the same time, and what is asked of it has no answer.
    const words = () => preview.body.innerText({ timeout: 2_000 }).catch(() => '');
    await until('the preview shows the record', async () => (await words()).includes(`copy-${copies - 1}`));
    await preview.painted();
  } finally {
    await workbench.runCommand('View: Close All Editors');
    rmSync(join(session.workspace, name), { force: true });
  }
});

check(
  'the dataset browser shows what has changed on disk, and is restarted where its process ends',
  async ({ workbench, session }) => {
    await workbench.openFile(scene);
    const browser = await DatasetBrowser.ofActiveFile(workbench, scene);
    const picture = () => browser.pictures.first().screenshot();
    await browser.pictures.first().waitFor();
    const before = await picture();
    const [first, ...others] = workbench.read(scene).trim().split('\n');
    const record = JSON.parse(first);
    // The dog and the hydrant change their masks.
    const changed = { ...record, masks: record.masks.toReversed() };
    const lines = [JSON.stringify(changed), ...others, JSON.stringify({ ...record, id: 'one-more' })];
    writeFileSync(join(session.workspace, scene), `${lines.join('\n')}\n`);
    await browser.counts(`${lines.length} records`);
    await until('the picture is another one', async () => !(await picture()).equals(before));
    assert.equal(await browser.cells.last().locator('.id').innerText(), 'one-more');

    for (const pid of browsingProcesses(session.extensionsDir)) process.kill(pid, 'SIGKILL');
    const again = workbench.webview.locator('#again');
    await again.click({ timeout: 20_000 });
    await again.waitFor({ state: 'hidden' });
    await browser.search.fill('one-more');
    await browser.counts(`1 of ${lines.length} records`);
  },
);

check('the dataset browser goes on with the keys where they were', async ({ workbench }) => {
  await workbench.openFile(scene);
  const browser = await DatasetBrowser.ofActiveFile(workbench, scene);
  await browser.records.focus();
  await workbench.page.keyboard.press('End');
  const last = await workbench.webview.locator('.cell.is-active .id').innerText();
  await workbench.page.locator(`.tab[data-resource-name="${scene}"]`).click();
  await workbench.editor.locator('.view-line').first().waitFor();
  await workbench.page.locator('.tab', { hasText: '(Browser)' }).click();
  await browser.shown();
  const active = workbench.webview.locator('.cell.is-active .id');
  await until('the same record is marked', async () => (await active.innerText()) === last);
  await until('the records have the keys', async () => {
    await workbench.page.keyboard.press('Home');
    return (await active.innerText()) !== last;
  });
});

check('the dataset browser is there again when the window was loaded anew', async ({ workbench }) => {
  await workbench.openFile(scene);
  const browser = await DatasetBrowser.ofActiveFile(workbench, scene);
  await browser.search.fill('hydrant');
  await until('a filter is set', async () => /hydrant/.test(await browser.chips.innerText()));
  const loaded = workbench.page.waitForEvent('load', { timeout: 60_000 });
  await workbench.startCommand('Developer: Reload Window');
  await loaded;
  await workbench.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  await browser.shown();
  assert.match(await browser.chips.innerText(), /hydrant/);
});

/** The browsing processes of the extension under test. */
function browsingProcesses(extensions) {
  const program = 'dist/browser.cjs';
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = commandLine(pid);
      return line.includes(extensions) && line.includes(program);
    });
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
