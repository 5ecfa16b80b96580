import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import { until } from '../harness/wait.mjs';
import { check } from './checks.mjs';
import { Drawing, maskEntry, onlyDiffersIn } from './drawing.mjs';
import { differingShare, Preview } from './preview.mjs';

const photograph = { width: 426, height: 640 };
const dog = { x: 150, y: 420 };
const hydrant = { x: 285, y: 260 };
/** Where the photograph has neither. */
const free = [
  { x: 340, y: 560 },
  { x: 400, y: 560 },
];
const middle = { x: 370, y: 560 };

for (const name of ['scene.uscdf', 'scene.uscdf.json', 'scene.uscdf.jsonl']) {
  check(`masks: one of ${name} is painted over, saved and undone`, async ({ workbench }) => {
    const before = workbench.read(name);
    const drawing = await openDrawing(workbench, name, 'the dog </p>');
    await drawing.edit(dog);
    const plain = await drawing.around(middle);
    await drawing.tool('brush', 'b');
    await drawing.drag(free);
    await drawing.save();
    const after = await workbench.save(name);
    onlyDiffersIn(before, after, maskEntry(before, 0));
    const share = differingShare(plain, await drawing.around(middle));
    assert.ok(share > 0.5, `painting changed ${(share * 100).toFixed(0)} % of the pixels that were painted`);
    await drawing.key('Control+z');
    await drawing.changed();
    assert.equal(await workbench.save(name), before, 'one undo takes back the mask');
  });
}

check('masks: a stroke is undone before the document', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = workbench.read(name);
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  await drawing.edit(dog);
  await drawing.tool('brush', 'b');
  await drawing.drag(free);
  await drawing.save();
  const saved = await workbench.save(name);
  assert.notEqual(saved, before);
  await drawing.edit(dog);
  await drawing.tool('eraser', 'r');
  const painted = await drawing.around(middle);
  await drawing.drag(free);
  await until('the stroke is to be seen', async () => differingShare(painted, await drawing.around(middle)) > 0.5);
  await drawing.key('Control+z');
  await until('the stroke is undone', async () => differingShare(painted, await drawing.around(middle)) < 0.1);
  assert.equal(await workbench.save(name), saved, 'the document is as it was saved');
});

check('masks: selected words get tags, [SEG] and mask as one edit', async ({ workbench }) => {
  const name = 'drafts/caption.uscdf.jsonl';
  const before = workbench.read(name);
  await workbench.openFile('caption.uscdf.jsonl');
  await selectText(workbench, name, 'fire hydrant');
  await workbench.runCommand('USCDF: Draw the Mask of the Selected Words');
  const preview = new Preview(workbench);
  const drawing = new Drawing(workbench, preview, photograph);
  await drawing.work.waitFor();
  await preview.painted();
  await drawing.tool('brush', 'b');
  await drawing.drag([
    { x: hydrant.x, y: hydrant.y - 20 },
    { x: hydrant.x, y: hydrant.y + 20 },
  ]);
  await drawing.save();
  const after = firstRecord(await workbench.save(name));
  assert.equal(after.conversations[1].value, 'A dog sits by a <p> fire hydrant </p> [SEG].');
  assert.equal(after.masks.length, 1);
  assert.deepEqual(after.masks[0].size, [photograph.height, photograph.width]);
  await workbench.undo();
  assert.equal(await workbench.save(name), before, 'one undo takes back words and mask');
});

check('masks: a click asks the model for a mask, and a name puts it into the answer', async ({ workbench }) => {
  const name = 'drafts/caption.uscdf.jsonl';
  await workbench.openFile('caption.uscdf.jsonl');
  const preview = await Preview.show(workbench);
  const drawing = new Drawing(workbench, preview, photograph);
  await drawing.begin('n');
  await drawing.tool('points', 'a');
  const chest = { x: 200, y: 300 };
  const plain = { chest: await drawing.around(chest), free: await drawing.around(middle) };
  await preview.clickPixel(dog.x, dog.y, photograph);
  await until('the model has drawn', async () => differingShare(plain.chest, await drawing.around(chest)) > 0.5, {
    timeoutMs: 60_000,
  });
  const spilt = differingShare(plain.free, await drawing.around(middle));
  assert.ok(spilt < 0.1, 'the mask stays at the dog');
  await drawing.key('f');
  await drawing.dialog.waitFor();
  await workbench.page.keyboard.type('dog');
  await workbench.page.keyboard.press('Enter');
  await drawing.work.waitFor({ state: 'hidden' });
  await drawing.changed();
  const after = firstRecord(await workbench.save(name));
  assert.equal(after.conversations[1].value, 'A <p> dog </p> [SEG] sits by a fire hydrant.');
  assert.equal(after.masks.length, 1);
});

check('masks: a point outside takes from what a point inside asked for', async ({ workbench }) => {
  const drawing = await openCaption(workbench);
  await drawing.begin('n');
  await drawing.tool('points', 'a');
  const shoulder = { x: 102, y: 266 };
  const chest = { x: 200, y: 300 };
  const plain = { shoulder: await drawing.around(shoulder), chest: await drawing.around(chest) };
  await drawing.click(dog);
  await drawing.masked(shoulder, plain.shoulder);
  await drawing.click({ x: 120, y: 240 }, { button: 'right' });
  await until('the model has taken away what is around the point', async () => {
    return differingShare(plain.shoulder, await drawing.around(shoulder)) < 0.3;
  });
  await drawing.masked(chest, plain.chest);
  await drawing.saveAs('dog');
  const after = firstRecord(await workbench.save('drafts/caption.uscdf.jsonl'));
  assert.equal(after.conversations[1].value, 'A <p> dog </p> [SEG] sits by a fire hydrant.');
});

check('masks: a box asks the model for what is in it', async ({ workbench }) => {
  const drawing = await openCaption(workbench);
  await drawing.begin('n');
  await drawing.tool('box', 'x');
  const plain = { dome: await drawing.around(hydrant), dog: await drawing.around(dog) };
  await drawing.drag([
    { x: 235, y: 190 },
    { x: 340, y: 490 },
  ]);
  await drawing.masked(hydrant, plain.dome);
  assert.ok(differingShare(plain.dog, await drawing.around(dog)) < 0.1, 'the mask stays in the box');
  await drawing.saveAs('fire hydrant');
  const after = firstRecord(await workbench.save('drafts/caption.uscdf.jsonl'));
  assert.equal(after.conversations[1].value, 'A dog sits by a <p> fire hydrant </p> [SEG].');
});

check('masks: a polygon is drawn point by point, and one of its points is moved', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = workbench.read(name);
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  await drawing.edit(dog);
  await drawing.tool('polygon', 'p');
  const [inside, beyond] = [
    { x: 380, y: 560 },
    { x: 330, y: 590 },
  ];
  const plain = { inside: await drawing.around(inside), beyond: await drawing.around(beyond) };
  const corners = [
    { x: 340, y: 540 },
    { x: 410, y: 540 },
    { x: 390, y: 610 },
  ];
  for (const corner of corners) await drawing.click(corner);
  await drawing.key('Enter');
  await drawing.masked(inside, plain.inside);
  assert.ok(differingShare(plain.beyond, await drawing.around(beyond)) < 0.3, 'the polygon ends at its edge');
  await drawing.drag([corners[2], { x: 300, y: 625 }]);
  await drawing.masked(beyond, plain.beyond);
  await drawing.save();
  onlyDiffersIn(before, await workbench.save(name), maskEntry(before, 0));
});

check('masks: another mask is subtracted', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = workbench.read(name);
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  await drawing.edit(hydrant);
  await drawing.tool('brush', 'b');
  const plain = { dog: await drawing.around(dog), free: await drawing.around(middle) };
  await drawing.drag([
    { x: 130, y: dog.y },
    { x: 180, y: dog.y },
  ]);
  await drawing.masked(dog, plain.dog);
  await drawing.drag(free);
  await drawing.key('m');
  await drawing.menu.waitFor();
  await workbench.page.keyboard.press('Enter');
  await until('the dog is taken out', async () => differingShare(plain.dog, await drawing.around(dog)) < 0.1);
  await drawing.masked(middle, plain.free);
  await drawing.save();
  onlyDiffersIn(before, await workbench.save(name), maskEntry(before, 1));
});

check('masks: a mask in two pieces becomes two, each with its words', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = firstRecord(workbench.read(name));
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  await drawing.edit(dog);
  await drawing.tool('brush', 'b');
  const plain = await drawing.around(middle);
  await drawing.drag(free);
  await drawing.key('t');
  await drawing.row(2).waitFor();
  const split = firstRecord(await workbench.save(name));
  assert.match(
    split.conversations[1].value,
    /^Sure, <p> the dog <\/p> \[SEG\], <p> the dog <\/p> \[SEG\],? and <p> the fire/,
  );
  assert.equal(split.masks.length, 3);
  assert.deepEqual(split.masks[2], before.masks[1]);
  await drawing.masked(middle, plain);
});

check('masks: the masks of one phrase are merged', async ({ workbench, session }) => {
  const name = 'pair.uscdf.jsonl';
  const record = firstRecord(workbench.read('scene.uscdf.jsonl'));
  record.conversations[1].value = 'Sure, <p> the dog and the fire hydrant </p> [SEG] [SEG].';
  writeFileSync(join(session.workspace, name), `${JSON.stringify(record)}\n`);
  try {
    await workbench.openPath(name);
    await workbench.gotoText(name, 'the dog and');
    const preview = await Preview.show(workbench);
    await preview.lit(0);
    const drawing = new Drawing(workbench, preview, photograph);
    await drawing.choose(dog);
    // Within the masks nothing is to be seen of their being one; at the edge between them the line goes.
    const between = { x: 262, y: 260 };
    const apart = await drawing.around(between, 15);
    await drawing.key('j');
    await drawing.row(1).waitFor({ state: 'detached' });
    await until('the edge is gone', async () => differingShare(apart, await drawing.around(between, 15)) > 0.05);
    const merged = firstRecord(await workbench.save(name));
    assert.equal(merged.conversations[1].value, 'Sure, <p> the dog and the fire hydrant </p> [SEG].');
    assert.equal(merged.masks.length, 1);
  } finally {
    rmSync(join(session.workspace, name));
  }
});

check('masks: one is painted, named, moved and deleted with keys alone', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = firstRecord(workbench.read(name));
  await workbench.openFile(name);
  const preview = await Preview.show(workbench);
  const drawing = new Drawing(workbench, preview, photograph);
  const press = async (...keys) => {
    for (const key of keys) await workbench.page.keyboard.press(key);
    // A person looks at what came of it.
    await workbench.page.waitForTimeout(500);
  };
  const plain = await drawing.around({ x: 213, y: 360 });
  await press('Control+2');
  await press('n');
  await drawing.work.waitFor();
  await press('b', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Enter', 'Enter');
  await drawing.masked({ x: 213, y: 360 }, plain);
  await press('f');
  await drawing.dialog.waitFor();
  await workbench.page.keyboard.type('a collar');
  await press('Enter');
  await drawing.row(2).waitFor();
  const named = firstRecord(workbench.read(name));
  assert.deepEqual(named, before, 'nothing is saved before Ctrl+S');
  await press('Alt+ArrowUp');
  const order = () => workbench.webview.locator('#masks .mask-name').allInnerTexts();
  await until('the phrase has moved', async () => (await order()).join().includes('the dog,a collar,the fire hydrant'));
  await press('Delete');
  await drawing.dialog.waitFor();
  await press('Enter');
  await drawing.row(2).waitFor({ state: 'detached' });
  await press('Control+z');
  await drawing.row(2).waitFor();
  const after = firstRecord(await workbench.save(name));
  assert.match(
    after.conversations[1].value,
    /the dog <\/p> \[SEG\], <p> a collar <\/p> \[SEG\],? and <p> the fire hydrant <\/p> \[SEG\]/,
  );
  assert.deepEqual([after.masks[0], after.masks[2]], before.masks);
});

check('masks: the pointer marks the words of a mask in the text, and leaves the cursor', async ({ workbench }) => {
  const drawing = await openDrawing(workbench, 'scene.uscdf', 'the dog </p>');
  const cursor = await workbench.cursor();
  const marked = workbench.page.locator('.monaco-editor .view-overlays .cdr[class*="ced-"]');
  const outlined = () =>
    marked.evaluateAll((nodes) => nodes.filter((n) => getComputedStyle(n).outlineStyle === 'solid').length);
  await drawing.point({ x: 20, y: 40 });
  await until('no words are marked', async () => (await outlined()) === 0);
  await drawing.point(hydrant);
  await until('the words are marked', async () => (await outlined()) === 1);
  assert.deepEqual(await workbench.cursor(), cursor);
  await drawing.point({ x: 20, y: 40 });
  await until('no words are marked any more', async () => (await outlined()) === 0);
});

check('masks: after saving and undoing the phrase is in sight in the text', async ({ workbench }) => {
  const name = 'scene.uscdf';
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  const inSight = () =>
    until('the phrase is in sight', async () => (await workbench.editor.innerText()).includes('Assistant:'));
  await drawing.edit(dog);
  await drawing.tool('brush', 'b');
  await drawing.drag(free);
  await drawing.save();
  await inSight();
  await drawing.key('Control+z');
  await workbench.page.locator('.tab.dirty').waitFor({ state: 'detached' });
  await inSight();
  const focused = () => workbench.webview.locator('canvas#picture').evaluate((node) => node === document.activeElement);
  await until('the picture has the focus again', focused);
});

check('masks: a phrase moves behind another, and its mask with it', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = firstRecord(workbench.read(name));
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  await drawing.choose(dog);
  await drawing.key('Alt+ArrowDown');
  await drawing.changed();
  const after = firstRecord(await workbench.save(name));
  assert.deepEqual(after.masks, [...before.masks].reverse());
  assert.match(after.conversations[1].value, /<p> the fire hydrant <\/p> \[SEG\] and <p> the dog <\/p> \[SEG\]/);
});

check('masks: a phrase is deleted with its words and its mask', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = firstRecord(workbench.read(name));
  const drawing = await openDrawing(workbench, name, 'the dog </p>');
  await drawing.choose(hydrant);
  await drawing.key('Delete');
  await drawing.dialog.waitFor();
  await drawing.dialog.locator('vscode-button').first().click();
  await drawing.changed();
  const after = firstRecord(await workbench.save(name));
  assert.deepEqual(after.masks, [before.masks[0]]);
  assert.doesNotMatch(after.conversations[1].value, /<p> the fire hydrant <\/p>/);
});

check('masks: the mask editor draws, saves and undoes without the text', async ({ workbench }) => {
  const name = 'scene.uscdf.jsonl';
  const before = workbench.read(name);
  await workbench.openFile(name);
  await workbench.runCommand('USCDF: Open in Mask Editor');
  const preview = new Preview(workbench);
  await preview.painted();
  const drawing = new Drawing(workbench, preview, photograph);
  await drawing.edit(dog);
  await drawing.tool('brush', 'b');
  await drawing.drag(free);
  await drawing.save();
  const save = async () => {
    await workbench.page.keyboard.press('Control+s');
    await workbench.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    return workbench.read(name);
  };
  await drawing.preview.picture.focus();
  onlyDiffersIn(before, await save(), maskEntry(before, 0));
  await drawing.key('Control+z');
  await drawing.changed();
  assert.equal(await save(), before, 'one undo takes back the mask');
});

check('masks: a stroke on 12 megapixels is in the text within 100 ms', async ({ workbench, session }) => {
  const name = 'large.uscdf.jsonl';
  const size = { width: 4000, height: 3000 };
  writeFileSync(join(session.workspace, 'large.jpg'), photographOf(size));
  writeFileSync(join(session.workspace, name), largeRecord('large.jpg', size));
  try {
    await workbench.openPath(name);
    await workbench.gotoText(name, 'the square </p>');
    const preview = await Preview.show(workbench);
    await preview.lit(0);
    const drawing = new Drawing(workbench, preview, size);
    const times = [];
    for (const y of [300, 1500, 2700]) {
      await drawing.edit({ x: 2000, y: 1500 });
      await drawing.tool('brush', 'b');
      await drawing.drag([
        { x: 800, y },
        { x: 3200, y },
      ]);
      times.push(await drawing.timedSave());
      await workbench.save(name);
    }
    console.log(`    from the click on Save to the edit: ${times.join(', ')} ms`);
    // The first one warms up what the others need, and other programs may hold up each of them.
    assert.ok(Math.min(...times) < 100, 'no stroke was in the text within 100 ms');
  } finally {
    for (const file of ['large.jpg', name]) rmSync(join(session.workspace, file));
  }
});

/** The record without masks, and nothing chosen. */
async function openCaption(workbench) {
  await workbench.openFile('caption.uscdf.jsonl');
  return new Drawing(workbench, await Preview.show(workbench), photograph);
}

async function openDrawing(workbench, name, phrase) {
  await workbench.openFile(name);
  await workbench.gotoText(name, phrase);
  const preview = await Preview.show(workbench);
  await preview.lit(0);
  return new Drawing(workbench, preview, photograph);
}

async function selectText(workbench, name, text) {
  await workbench.gotoText(name, text, 0);
  for (let passed = 0; passed < text.length; passed++) await workbench.page.keyboard.press('Shift+ArrowRight');
}

/** The record of a JSONL file's first line. */
function firstRecord(text) {
  return JSON.parse(text.slice(0, text.indexOf('\n')));
}

/** A photograph that compresses as photographs do not, which does not matter here. */
function photographOf({ width, height }) {
  const data = Buffer.alloc(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) data.fill((pixel >> 4) & 0xff, pixel * 4, pixel * 4 + 4);
  return encode({ data, width, height }, 50).data;
}

/** A record with one mask, a square in the middle, as a list of runs. */
function largeRecord(image, { width, height }) {
  const columns = width / 2;
  const counts = [(width / 4) * height + height / 4];
  for (let column = 0; column < columns; column++) counts.push(height / 2, height / 2);
  counts[counts.length - 1] += (width / 4) * height - height / 4;
  const conversations = [
    { from: 'human', value: '<image>\nPlease segment the square in this image.' },
    { from: 'gpt', value: 'Sure, <p> the square </p> [SEG].' },
  ];
  const masks = [{ size: [height, width], counts }];
  return `${JSON.stringify({ id: 'large', image, width, height, conversations, masks })}\n`;
}
