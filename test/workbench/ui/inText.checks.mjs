import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';

const SEGS = { 'scene.uscdf': 2, 'scene.uscdf.json': 2, 'scene.uscdf.jsonl': 4 };

for (const [name, segs] of Object.entries(SEGS)) {
  check(`inText: a picture of its mask stands behind each [SEG] of ${name}`, async ({ workbench }) => {
    await workbench.openFile(name);
    await workbench.gotoText(name, '[SEG]');
    const pictures = await shown(workbench, segs);
    assert.equal(new Set(pictures.map(({ image }) => image)).size, 2, 'the dog and the hydrant have a picture each');
    for (const { before, picture, line, text, plain } of pictures) {
      assert.match(before, /\[SEG\]$/);
      assert.ok(picture.height >= 10 && picture.width >= 4, `a picture of ${picture.width} × ${picture.height}`);
      assert.ok(picture.y >= line.y - 1 && picture.bottom <= line.bottom + 1, 'it stays within its line');
      assert.equal(text, plain, 'the words of its line stand as high as those of other lines');
    }
  });
}

check('inText: where lines are wrapped, nothing of them passes the edge', async ({ workbench, session }) => {
  const name = 'crowded.uscdf';
  const masks = Array.from({ length: 24 }, () => '  - { size: [2, 3], counts: "132" }').join('\n');
  const phrases = Array.from({ length: 24 }, (_, k) => `<p> a thing ${k} </p> [SEG]`).join(', ');
  writeFileSync(
    join(session.workspace, name),
    `---\nid: crowded\nimage: none.jpg\nmasks:\n${masks}\n---\nUser: <IMAGE>\nWhat is there?\nAssistant: ${phrases}.\n`,
  );
  await workbench.openPath(name);
  await workbench.gotoText(name, 'Assistant');
  await shown(workbench, 24);
  const overrun = await workbench.editor.evaluate((editor) => {
    const edge = editor.querySelector('.lines-content').parentElement.getBoundingClientRect().right;
    const rights = [...editor.querySelectorAll('.view-line > span')].map((line) => line.getBoundingClientRect().right);
    return Math.max(...rights) - edge;
  });
  assert.ok(overrun <= 0, `a line passes the edge by ${overrun} pixels`);
});

check('inText: the setting shows the pictures of the cursor’s line, or none', async ({ workbench, session }) => {
  const folder = join(session.workspace, '.vscode');
  const choose = (mode) => writeFileSync(join(folder, 'settings.json'), JSON.stringify({ 'uscdf.inlineMasks': mode }));
  const name = 'scene.uscdf.jsonl';
  mkdirSync(folder);
  try {
    await workbench.openFile(name);
    await workbench.goto(1, 2);
    await shown(workbench, 4);
    choose('currentLine');
    const [first] = await shown(workbench, 2);
    await workbench.goto(2, 2);
    const [second] = await until('the pictures move to the second record', async () => {
      const pictures = await shown(workbench, 2);
      return pictures[0].line.y > first.line.y && pictures;
    });
    assert.equal(second.image, first.image, 'both records are about one photograph');
    choose('off');
    await shown(workbench, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
  await shown(workbench, 4);
});

check('inText: what is copied holds the text alone', async ({ workbench }) => {
  const name = 'scene.uscdf';
  const before = workbench.read(name);
  await workbench.openFile(name);
  await workbench.gotoText(name, '[SEG]');
  await shown(workbench, SEGS[name]);
  const { page } = workbench;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const keys of ['Control+A', 'Control+C', 'Control+End', 'Control+V']) await page.keyboard.press(keys);
  await page.locator('.tab.active.dirty').waitFor();
  assert.equal(await workbench.save(name), before + before);
});

check('inText: pictures follow typing and undo, in both halves of a split editor', async ({ workbench }) => {
  const { page } = workbench;
  const name = 'scene.uscdf';
  await workbench.openFile(name);
  await workbench.gotoText(name, '[SEG]');
  await workbench.runCommand('View: Split Editor');
  const halves = [0, 1].map((half) => page.locator('.editor-instance .monaco-editor').nth(half));
  await halves[1].waitFor();
  const both = async (count) => {
    const [left, right] = [await shown(workbench, count, halves[0]), await shown(workbench, count, halves[1])];
    assert.deepEqual(
      right.map(({ image }) => image),
      left.map(({ image }) => image),
    );
    return left;
  };
  const [, hydrant] = await both(2);
  // Without the dog's [SEG] its mask falls to the hydrant, the first that is left.
  const { line, column } = workbench.placeOf(name, '[SEG]');
  await workbench.goto(line, column + '[SEG]'.length);
  for (let i = 0; i < '[SEG]'.length; i++) await page.keyboard.press('Backspace');
  const [only] = await both(1);
  assert.notEqual(only.image, hydrant.image);
  await until('all is undone', async () => {
    await workbench.undo();
    return (await page.locator('.tab.active.dirty').count()) === 0;
  });
  await both(2);
});

check('inText: lines of one mask have its colour beside them', async ({ workbench }) => {
  const name = 'scene.uscdf.json';
  await workbench.openFile(name);
  await workbench.gotoText(name, '"masks"');
  const swatches = workbench.editor.locator('.glyph-margin-widgets .cgmr[class*="ced-"]');
  await swatches.first().waitFor({ timeout: 20_000 });
  const images = await swatches.evaluateAll((nodes) => nodes.map((node) => getComputedStyle(node).backgroundImage));
  assert.ok(
    images.every((image) => image.includes('data:image/svg+xml')),
    images.join('\n'),
  );
});

/** The pictures behind the text of an editor that are to be seen, once there are `count`. */
async function shown(workbench, count, editor = workbench.editor) {
  let pictures = [];
  await until(`${count} pictures are shown`, async () => {
    pictures = await editor.evaluate(attachments);
    return pictures.length === count;
  });
  return pictures;
}

/** Runs in the page: the attachments of the editor that are pictures, each with the text before it. */
function attachments(editor) {
  const found = [];
  /** How far below the top of its line the first words stand. */
  const depth = (line) => {
    const words = line.querySelector('span span');
    return Math.round(words.getBoundingClientRect().y - line.getBoundingClientRect().y);
  };
  const plain = depth(editor.querySelector('.view-line'));
  const box = (node) => {
    const { x, y, width, height, bottom } = node.getBoundingClientRect();
    return { x, y, width, height, bottom };
  };
  for (const node of editor.querySelectorAll('.view-line span span')) {
    const image = getComputedStyle(node, '::after').content;
    if (!image.startsWith('url("data:image/svg+xml')) continue;
    const line = node.closest('.view-line');
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEndAfter(node);
    found.push({
      image,
      before: range.toString().trimEnd(),
      picture: {
        ...box(node),
        width: Number(/width="([\d.]+)/.exec(atob(image.split('base64,')[1].split('"')[0]))[1]),
      },
      line: box(line),
      text: depth(line),
      plain,
    });
  }
  return found;
}
