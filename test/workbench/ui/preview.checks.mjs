import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';
import { colourCount, differingShare, Preview } from './preview.mjs';

const phrases = ['the dog </p>', 'the fire hydrant </p>'];

for (const name of ['scene.uscdf', 'scene.uscdf.json', 'scene.uscdf.jsonl']) {
  check(`the preview of ${name} shows the photograph with its masks`, async ({ workbench }) => {
    await workbench.openFile(name);
    await workbench.gotoText(name, phrases[0]);
    const preview = await Preview.show(workbench);
    const colours = colourCount(await preview.pixels());
    assert.ok(colours > 100, `the picture has ${colours} colours: no photograph`);
    assert.match(await preview.phrase(0).textContent(), /the dog/);
    assert.match(await preview.phrase(1).textContent(), /the fire hydrant/);
  });
}

check('the preview opens from the title of an editor, at its cursor', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  await workbench.gotoText('scene.uscdf', 'the fire hydrant </p>');
  await workbench.page.locator('.editor-actions [aria-label^="Show Preview"]').first().click();
  const preview = new Preview(workbench);
  await preview.painted();
  await preview.lit(1);
});

check('the preview shows a photograph of another folder, also after one of its own', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  await Preview.show(workbench);
  await workbench.openFile('elsewhere.uscdf');
  await workbench.gotoText('drafts/elsewhere.uscdf', phrases[1]);
  const preview = await Preview.show(workbench);
  await preview.lit(1);
  const colours = colourCount(await preview.pixels());
  assert.ok(colours > 100, `the picture has ${colours} colours: no photograph`);
});

check('the preview follows the cursor', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  const preview = await Preview.show(workbench);
  const pictures = [];
  for (const [index, phrase] of phrases.entries()) {
    await workbench.gotoText('scene.uscdf', phrase);
    await preview.lit(index);
    assert.doesNotMatch(await preview.classOf(1 - index), /\bis-active\b/);
    pictures.push(await preview.pixels());
  }
  const share = differingShare(...pictures);
  assert.ok(share > 0.02, `lighting another mask changed ${(share * 100).toFixed(2)} % of the picture`);
});

check('the cursor follows a click on a phrase of the preview', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  const preview = await Preview.show(workbench);
  for (const [index, phrase] of phrases.entries()) {
    await preview.phrase(index).click();
    await cursorIsIn(workbench, phrase);
    await preview.lit(index);
  }
});

check('the cursor follows a click on a mask', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  const preview = await Preview.show(workbench);
  const places = [
    { x: 150, y: 420 },
    { x: 285, y: 260 },
  ];
  for (const [index, { x, y }] of places.entries()) {
    await preview.clickPixel(x, y, { width: 426, height: 640 });
    await cursorIsIn(workbench, phrases[index]);
    await preview.lit(index);
  }
});

check('the preview goes to the next record, and the cursor with it', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  await workbench.openFile(name);
  await workbench.gotoText(name, phrases[0]);
  const preview = await Preview.show(workbench);
  await preview.next.click();
  await until('the next record is shown', async () => (await preview.record.textContent()) === 'poodle-caption');
  assert.equal((await workbench.cursor()).line, 2);
  await preview.previous.click();
  await until('the record before is shown', async () => (await preview.record.textContent()) === 'poodle');
  assert.equal((await workbench.cursor()).line, 1);
});

check('the preview and the cursor leave each other alone where sync is off', async ({ workbench, session }) => {
  const settings = join(session.workspace, '.vscode');
  mkdirSync(settings);
  writeFileSync(join(settings, 'settings.json'), '{"uscdf.preview.sync": "never"}');
  try {
    await workbench.openFile('scene.uscdf');
    await workbench.gotoText('scene.uscdf', phrases[0]);
    const preview = await Preview.show(workbench);
    await preview.lit(0);
    // The editor reads the changed settings when it comes to it: until then the preview follows there and back.
    await until('the preview stays where it is', async () => {
      const before = await preview.active();
      await workbench.gotoText('scene.uscdf', phrases[1]);
      await workbench.page.waitForTimeout(500);
      const stayed = (await preview.active()) === before;
      await workbench.gotoText('scene.uscdf', phrases[0]);
      await workbench.page.waitForTimeout(500);
      return stayed && (await preview.active()) === before;
    });
    await preview.clickPixel(285, 260, { width: 426, height: 640 });
    await preview.lit(1);
    await cursorIsIn(workbench, phrases[0]);
  } finally {
    rmSync(settings, { recursive: true });
  }
});

async function cursorIsIn(workbench, phrase) {
  const place = workbench.placeOf('scene.uscdf', phrase);
  await until(`the cursor is in “${phrase}”`, async () => {
    const { line, column } = await workbench.cursor();
    return line === place.line && column >= place.column && column <= place.column + phrase.length;
  });
}
