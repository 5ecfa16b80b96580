import { describe, expect, test } from 'vitest';
import type { DrawnMask } from '../core/language/shaping/shapeEdit.ts';
import { maskColor } from '../core/masks/palette.ts';
import { area, decodeCounts, intersectionArea, type RunLengthMask } from '../core/masks/runLengthMask.ts';
import { chromiumPath } from './testing/openPage.ts';
import { bowl, cat, floor, Harness, halfway, place, record } from './testing/previewHarness.ts';

function runsOf({
  size,
  counts,
}: {
  readonly size: readonly [number, number];
  readonly counts: string;
}): RunLengthMask {
  const decoded = decodeCounts(counts);
  if (!decoded.ok) throw new Error(decoded.message);
  return { height: size[0], width: size[1], counts: decoded.value };
}

const bowlRuns = runsOf(record.masks[2]!);

describe.skipIf(chromiumPath === undefined)('mask work on the preview page', () => {
  const h = new Harness();
  const colorDistance = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, k) => Math.abs(value - b[k]!)));

  test('a mask is edited with the brush and saved: the old one grows by the stroke', async () => {
    await h.show();
    await h.click(bowl);
    await h.act('mask.edit');
    expect(await h.said()).toContain('Mask 3, the blue bowl, is in work.');
    expect((await h.page.focus())?.drawing).toBe(true);
    const before = await h.colorAt(floor);
    await h.taken();
    await h.drag([330, 420], [440, 440]);
    expect(colorDistance(await h.colorAt(floor), before)).toBeGreaterThan(15);
    await h.act('mask.save');
    const [shape] = await h.shapes();
    expect(shape).toMatchObject({ record: 0, version: 7, edit: { kind: 'setMask', mask: 2 } });
    const drawn = runsOf((shape!.edit as { drawn: DrawnMask }).drawn);
    expect(intersectionArea(drawn, bowlRuns)).toBe(area(bowlRuns));
    expect(area(drawn)).toBeGreaterThan(area(bowlRuns) + 500);
    expect(await h.isVisible('.work')).toBe(false);
    expect(await h.said()).toBe('Mask saved.');
    // The file's record has not come yet: the saved shape stays in sight.
    await h.nextFrame();
    const color = maskColor(2).rgb;
    const [now] = [await h.colorAt(floor)];
    expect(colorDistance(now!, [...color])).toBeLessThan(colorDistance(before, [...color]));
  });

  test('undo takes back the stroke first, and then the document’s edit', async () => {
    await h.show();
    await h.click(bowl);
    await h.act('mask.edit');
    const before = await h.colorAt(floor);
    await h.drag([330, 420], [440, 440]);
    await h.taken();
    await h.act('mask.undo');
    await h.page.page.mouse.move(...(await h.pointAt([600, 60])));
    await h.nextFrame();
    expect(colorDistance(await h.colorAt(floor), before)).toBeLessThan(6);
    expect(await h.taken()).toEqual([]);
    await h.act('mask.undo');
    expect(await h.taken()).toEqual([{ type: 'undo' }]);
    await h.act('mask.redo');
    await h.act('mask.redo');
    expect(await h.taken()).toEqual([{ type: 'redo' }]);
  });

  test('a save that fails loses nothing: what was drawn stays in work and the reason is shown', async () => {
    await h.show();
    await h.click(bowl);
    await h.act('mask.edit');
    await h.drag([330, 420], [440, 440]);
    await h.answer('shape', { ok: false, message: 'The text changed meanwhile: save again.' });
    await h.page.page.click('#mask-save');
    await h.page.page.waitForSelector('#problem:not([hidden])');
    expect(await h.text('#problem')).toContain('The text changed meanwhile: save again.');
    expect(await h.page.page.getAttribute('#problem', 'role')).toBe('alert');
    expect(await h.isVisible('.work')).toBe(true);
    await h.taken();
    await h.answer('shape', { ok: true });
    await h.page.send({ type: 'show', record, place: { ...place, version: 8 } });
    await h.act('mask.save');
    const [shape] = await h.shapes();
    expect(shape).toMatchObject({ version: 8, edit: { kind: 'setMask', mask: 2 } });
    expect(area(runsOf((shape!.edit as { drawn: DrawnMask }).drawn))).toBeGreaterThan(area(bowlRuns));
    expect(await h.isVisible('#problem')).toBe(false);
  });

  test('an unsaved mask waits while another record is shown, and can be saved from there', async () => {
    await h.show();
    await h.act('mask.new');
    await h.drag([300, 60], [360, 80]);
    const other = { ...record, id: 'other', index: 3, image: 'images/other.jpg' };
    await h.page.send({ type: 'show', record: other, place });
    expect(await h.text('#waiting')).toContain('Unsaved mask of record cat-and-parakeet.');
    expect(await h.isVisible('.work')).toBe(false);
    expect((await h.page.focus())?.drawing).toBe(false);
    await h.page.send({ type: 'show', record, place });
    expect(await h.isVisible('#waiting')).toBe(false);
    expect(await h.isVisible('.work')).toBe(true);
    await h.page.send({ type: 'show', record: other, place });
    await h.taken();
    await h.page.page.click('#save-waiting');
    await h.page.page.locator('#mask-name input').fill('the cage');
    await h.press('Enter');
    await h.page.page.waitForSelector('#waiting', { state: 'hidden' });
    expect(await h.shapes()).toMatchObject([{ record: 0, edit: { kind: 'nameMask', name: 'the cage' } }]);
  });

  test('what is drawn outlives the page: it is in work again when the page is opened', async () => {
    await h.show();
    await h.click(bowl);
    await h.act('mask.edit');
    await h.drag([330, 420], [440, 440]);
    await expect.poll(() => h.page.page.evaluate('window.state.work?.purpose')).toEqual({ kind: 'edit', mask: 2 });
    const state = await h.page.page.evaluate('window.state');
    await h.page.page.close();
    await h.show(record, { state }, { ...place, version: 9 });
    expect(await h.isVisible('.work')).toBe(true);
    await h.act('mask.save');
    const [shape] = await h.shapes();
    expect(shape).toMatchObject({ version: 9, edit: { kind: 'setMask', mask: 2 } });
    expect(area(runsOf((shape!.edit as { drawn: DrawnMask }).drawn))).toBeGreaterThan(area(bowlRuns) + 500);
    await expect.poll(() => h.page.page.evaluate('window.state.work')).toBe(undefined);
    await h.page.page.close();
    await h.show({ ...record, id: 'other', index: 3, image: 'other.jpg' }, { state });
    expect(await h.text('#waiting')).toContain('Unsaved mask of record cat-and-parakeet.');
  });

  test('a new mask is drawn and named; the names that the record offers come first', async () => {
    await h.show(halfway);
    await h.act('mask.new');
    await h.drag([300, 60], [360, 80]);
    await h.taken();
    await h.act('mask.save');
    expect(await h.isVisible('#name-form')).toBe(true);
    expect((await h.page.focus())?.on).toBe('field');
    const offered = await h.page.page.locator('.suggestion').allInnerTexts();
    expect(offered[0]).toContain('a spoon whose phrase is long enough to break');
    expect(offered[1]).toContain('the dog');
    await h.page.page.click('.suggestion >> nth=0');
    await h.page.page.waitForSelector('.work', { state: 'hidden' });
    expect(await h.shapes()).toMatchObject([{ edit: { kind: 'groundPhrase', phrase: 4 } }]);
    await h.act('mask.new');
    await h.drag([300, 60], [360, 80]);
    await h.act('mask.save');
    await h.press('Enter');
    expect(await h.text('#name-form')).toContain('Write what the mask shows');
    await h.press('Escape');
    expect(await h.isVisible('.work')).toBe(true);
    expect(await h.shapes()).toEqual([]);
  });

  test('a name form that another dialog takes the place of is answered: the mask can still be saved', async () => {
    await h.show();
    await h.act('mask.new');
    await h.drag([300, 60], [360, 80]);
    await h.act('mask.save');
    await h.page.page.waitForSelector('#name-form');
    await h.act('help');
    expect(await h.page.page.locator('dialog').evaluateAll((nodes) => nodes.map((node) => node.id))).toEqual([
      'help-sheet',
    ]);
    await h.press('Escape');
    await h.taken();
    await h.act('mask.save');
    await h.page.page.locator('#mask-name input').fill('the cage');
    await h.press('Enter');
    await h.page.page.waitForSelector('.work', { state: 'hidden' });
    expect(await h.shapes()).toMatchObject([{ edit: { kind: 'nameMask', name: 'the cage' } }]);
  });

  test('the pointer names no mask while it draws', async () => {
    await h.show();
    await h.click(bowl);
    expect(await h.isVisible('#hover-label')).toBe(true);
    await h.act('mask.edit');
    expect(await h.isVisible('#hover-label')).toBe(false);
    await h.act('tool.look');
    await h.page.page.mouse.move(...(await h.pointAt([60, 220])));
    expect(await h.isVisible('#hover-label')).toBe(true);
    await h.act('tool.eraser');
    await h.page.page.mouse.move(...(await h.pointAt([70, 230])));
    expect(await h.isVisible('#hover-label')).toBe(false);
  });

  test('words selected in the caption get their mask', async () => {
    await h.show();
    await h.selectWords("don't see");
    await h.page.page.waitForSelector('#draw-words', { state: 'visible' });
    await h.page.page.click('#draw-words');
    await h.drag([300, 60], [360, 80]);
    await h.taken();
    await h.act('mask.save');
    const part = record.turns[1]!.parts.at(-1)!;
    const start = part.text.indexOf("don't see");
    const words = { turn: 1, part: record.turns[1]!.parts.length - 1, start, end: start + "don't see".length };
    expect(await h.shapes()).toMatchObject([{ edit: { kind: 'groundWords', words } }]);
  });

  test('words selected in the text are drawn the same way', async () => {
    await h.show();
    const words = { turn: 1, part: 0, start: 0, end: 4 };
    await h.page.send({ type: 'drawWords', words, text: 'Sure' });
    expect(await h.said()).toContain('The mask of Sure is in work.');
    await h.drag([300, 60], [360, 80]);
    await h.taken();
    await h.act('mask.save');
    expect(await h.shapes()).toMatchObject([{ edit: { kind: 'groundWords', words } }]);
  });

  test('phrases move by menu, by command and by dragging', async () => {
    await h.show();
    await h.page.page.click('[data-mask="1"] [data-button="row-menu"]');
    await h.page.page.getByRole('menuitem', { name: 'Move back' }).click();
    await h.click(bowl);
    await h.act('phrase.moveForward');
    await h.page.page.dragAndDrop('[data-mask="0"] .mask-label', '[data-mask="2"] .mask-label');
    const moves = (await h.shapes()).map(({ edit }) => edit);
    expect(moves).toEqual([
      { kind: 'movePhrase', phrase: 1, to: 0 },
      { kind: 'movePhrase', phrase: 2, to: 3 },
      { kind: 'movePhrase', phrase: 0, to: 2 },
    ]);
  });

  test('deleting a phrase asks for its words and its mask', async () => {
    await h.show();
    await h.click(cat);
    await h.taken();
    await h.act('phrase.remove');
    expect(await h.text('#delete-phrase h2')).toBe('Delete “the white cat”');
    await h.page.page.click('#remove-mask');
    await h.page.page.click('#delete-confirm');
    expect(await h.shapes()).toMatchObject([
      { edit: { kind: 'removePhrase', phrase: 0, words: 'remove', mask: 'keep' } },
    ]);
    expect(await h.isVisible('#delete-phrase')).toBe(false);
  });

  test('what is missing or left over has the actions that mend it', async () => {
    await h.show(halfway);
    expect(await h.text('#mask-count')).toBe('4 masks, 1 phrase without one');
    await h.page.page.click('#masks [data-phrase="4"] [data-button="row-menu"]');
    await h.page.page.getByRole('menuitem', { name: /^Take mask 3/ }).click();
    await h.page.page.click('[data-mask="2"] [data-button="row-menu"]');
    await h.page.page.getByRole('menuitem', { name: /^Remove mask/ }).click();
    await h.page.page.click('[data-mask="2"] [data-button="row-menu"]');
    await h.page.page.getByRole('menuitem', { name: 'Give it a phrase…' }).click();
    await h.page.page.locator('#mask-name input').fill('a plate');
    await h.press('Enter');
    await h.nextFrame();
    expect((await h.shapes()).map(({ edit }) => edit)).toEqual([
      { kind: 'giveMask', mask: 2, to: { phrase: 4 } },
      { kind: 'removeMask', mask: 2 },
      { kind: 'giveMask', mask: 2, to: { name: 'a plate' } },
    ]);
  });

  test('several masks of a phrase merge, and a mask in pieces is split', async () => {
    const [first, second] = [record.masks[0]!, record.masks[1]!];
    const parts = record.turns[1]!.parts.map((part) =>
      part.kind === 'phrase' && part.phrase === 0 ? { ...part, masks: [0, 1] } : part,
    );
    const both = { ...record, turns: [record.turns[0]!, { ...record.turns[1]!, parts }] };
    await h.show({ ...both, masks: [first, { ...second, phrase: 0 }, ...record.masks.slice(2)] });
    await h.page.page.click('[data-mask="0"] [data-button="row-menu"]');
    await h.page.page.getByRole('menuitem', { name: /^Merge its masks/ }).click();
    expect((await h.shapes()).map(({ edit }) => edit)).toEqual([{ kind: 'mergeMasks', phrase: 0 }]);
    await h.click(bowl);
    await h.act('mask.edit');
    await h.drag([330, 60], [360, 80]);
    await h.taken();
    await h.act('mask.splitParts');
    const [split] = await h.shapes();
    expect(split).toMatchObject({ edit: { kind: 'splitMask', mask: 2 } });
    expect((split!.edit as { readonly parts: readonly DrawnMask[] }).parts).toHaveLength(2);
  });

  test('while a mask is in work phrases stay where they are, and Escape lets nothing drawn go', async () => {
    await h.show();
    await h.click(bowl);
    await h.act('mask.edit');
    await h.drag([330, 420], [440, 440]);
    await h.taken();
    await h.act('phrase.moveBack');
    expect(await h.text('#problem')).toContain('A mask is in work');
    await h.press('Escape');
    expect(await h.isVisible('.work')).toBe(true);
    await h.act('mask.cancel');
    expect(await h.isVisible('.work')).toBe(false);
    expect(await h.shapes()).toEqual([]);
  });

  test('a point asks the model, and its answer is the mask', async () => {
    await h.show();
    const drawn = { size: record.masks[1]!.size, counts: record.masks[1]!.counts };
    await h.answer('segment', { ok: true, drawn, score: 0.93 });
    await h.act('tool.points');
    await h.taken();
    await h.click([470, 230]);
    await h.page.page.waitForFunction(() => document.querySelector('.work-status')?.textContent?.includes('0.93'));
    const [asked] = await h.taken();
    expect(asked).toMatchObject({ type: 'segment', points: [{ positive: true }] });
    // What is seen after an undo is no answer that the model was that sure of.
    await h.act('mask.undo');
    expect(await h.text('.work-status')).not.toContain('0.93');
    await h.act('mask.redo');
    await h.act('mask.save');
    await h.page.page.locator('#mask-name input').fill('a bird');
    await h.press('Enter');
    await h.page.page.waitForSelector('.work', { state: 'hidden' });
    const [shape] = await h.shapes();
    expect(shape!.edit).toEqual({ kind: 'nameMask', name: 'a bird', drawn });
  });

  test('without a model the reason stands where the answer would', async () => {
    const why = 'No model of masks is installed: run “USCDF: Choose a Model”.';
    await h.show(record, {}, { ...place, prompts: why });
    await h.act('tool.points');
    expect(await h.text('.work-status')).toBe(why);
  });

  test('a file that cannot be changed has no tools and no edits', async () => {
    await h.show(record, {}, { ...place, editable: false });
    expect(await h.isVisible('#tools')).toBe(false);
    await h.act('mask.new');
    expect(await h.text('#problem')).toContain('Masks cannot be drawn here');
    await h.page.page.click('[data-mask="1"] [data-button="row-menu"]');
    expect(await h.page.page.getByRole('menuitem').allInnerTexts()).toEqual([
      expect.stringContaining('Hide'),
      'Only this',
    ]);
  });
});
