import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';
import { colourCount, Preview } from './preview.mjs';
import { Report } from './report.mjs';

const truth = 'scene.uscdf.jsonl';
const predicted = fileURLToPath(new URL('../../fixtures/evaluation/scene.uscdf.jsonl', import.meta.url));
const worst = 'poodle-caption';

check(
  'an evaluation asks four questions, and its report opens the worst record with both sets of masks',
  async ({ workbench }) => {
    await workbench.openFile(truth);
    const report = await Report.evaluate(workbench, { references: truth, predictions: predicted, protocol: 'strict' });
    assert.match(await report.text(), /Grounded captions.*MGLMM, validation\s+16\.4.*Worst first/s);
    assert.ok((await report.plots.count()) >= 4, 'the report has plots');
    assert.equal(await report.worst.first().textContent(), worst);

    await report.worst.first().press('Enter');
    await workbench.page.locator(`.tab.active[data-resource-name="${truth}"]`).waitFor();
    const { line } = workbench.placeOf(truth, `"id": "${worst}"`);
    await until('the cursor is in the worst record', async () => (await workbench.cursor()).line === line);

    const preview = new Preview(workbench);
    await preview.compared();
    assert.deepEqual(await preview.body.locator('.turn.is-gpt .speaker').allInnerTexts(), ['Reference', 'Prediction']);
    const masks = preview.body.locator('#masks .mask');
    const sides = await masks.locator('.remark').allInnerTexts();
    assert.equal(sides.filter((side) => side === 'reference').length, 2, sides.join());
    assert.equal(sides.filter((side) => side === 'prediction').length, 3, sides.join());
    const colours = colourCount(await preview.pixels());
    assert.ok(colours > 100, `the picture has ${colours} colours: no photograph`);

    await preview.phrase(1).click();
    await until('a phrase of the reference leads to its text', async () => {
      const at = await workbench.cursor();
      return at.line === line && at.column > 1;
    });
  },
);

check('an evaluation remembers what was chosen', async ({ workbench }) => {
  await workbench.openFile(truth);
  await Report.evaluate(workbench, { references: truth, predictions: predicted, protocol: 'strict' });
  await workbench.tidy();
  await workbench.startCommand('USCDF: Evaluate…');
  for (const question of [/1 of 4/, /2 of 4/, /3 of 4/, /4 of 4/]) {
    await workbench.quickInput.locator('.quick-input-title', { hasText: question }).waitFor();
    await workbench.page.keyboard.press('Enter');
  }
  const report = new Report(workbench);
  await report.shown();
  assert.match(await report.text(), /Protocol: strict/);
});

check('a report is there again when the window was loaded anew', async ({ workbench }) => {
  await workbench.openFile(truth);
  const report = await Report.evaluate(workbench, { references: truth, predictions: predicted, protocol: 'strict' });
  // The command writes down which tabs are open; a plain reload may come before that.
  const loaded = workbench.page.waitForEvent('load', { timeout: 60_000 });
  await workbench.startCommand('Developer: Reload Window');
  await loaded;
  await workbench.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  await report.shown();
  assert.equal(await report.worst.first().textContent(), worst);
  await report.worst.first().press('Enter');
  await workbench.page.locator(`.tab.active[data-resource-name="${truth}"]`).waitFor();
});
