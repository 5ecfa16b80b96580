import assert from 'node:assert/strict';
import { check } from './checks.mjs';

check('a squiggle appears under a mistake and the Problems panel names it', async ({ workbench }) => {
  await workbench.openFile('broken.uscdf');
  await workbench.gotoText('broken.uscdf', 'Assistant:');
  await workbench.squiggles.first().waitFor({ timeout: 30_000 });
  const rows = await workbench.problems();
  assert.equal(rows.filter((row) => /negative-phrasing/.test(row)).length, 1, rows.join('\n'));
});

check('a quick fix applies', async ({ workbench }) => {
  const before = workbench.read('broken.uscdf');
  await workbench.openFile('broken.uscdf');
  await workbench.gotoText('broken.uscdf', 'I do not see');
  await workbench.squiggles.first().waitFor({ timeout: 30_000 });
  await workbench.quickFix(/don't see/);
  await workbench.squiggles.first().waitFor({ state: 'detached' });
  assert.equal(await workbench.save('broken.uscdf'), before.replace('I do not see', "I don't see"));
});

check('hover on a phrase shows a picture of its mask', async ({ workbench }) => {
  await workbench.openFile('scene.uscdf');
  await workbench.gotoText('scene.uscdf', 'Assistant:');
  const image = workbench.page.locator('img');
  const hover = await workbench.hover('the fire hydrant </p>', { has: image });
  const pictures = await hover.locator('img').evaluateAll(async (images) => {
    await Promise.all(images.map((picture) => picture.decode()));
    return images.map((picture) => ({ natural: picture.naturalWidth, shown: picture.getBoundingClientRect().width }));
  });
  assert.ok(
    pictures.every(({ natural, shown }) => natural >= 16 && shown >= 16),
    JSON.stringify(pictures),
  );
});
