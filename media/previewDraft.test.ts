import { describe, expect, test } from 'vitest';
import type { ShownDraft } from './protocol.ts';
import { chromiumPath } from './testing/openPage.ts';
import { Harness, place, record } from './testing/previewHarness.ts';

const scores = [0.9, 0.8, 0.5, 0.6];
const [human, gpt] = record.turns;
/** Has the bowl under another name and not the ramekin. */
const current = {
  ...record,
  turns: [human!, { ...gpt!, parts: gpt!.parts.filter((part) => part.kind === 'text' || part.phrase < 3) }],
  masks: record.masks.slice(0, 3).map((mask, index) => (index === 2 ? { ...mask, label: 'a bowl' } : mask)),
};
const reviewed: ShownDraft = {
  record: { ...record, masks: record.masks.map((mask, index) => ({ ...mask, score: scores[index]! })) },
  model: 'coco80',
  notes: [],
  current,
  waiting: { number: 2, of: 5 },
};

describe.skipIf(chromiumPath === undefined)('drafts on the preview page', () => {
  const h = new Harness();

  test('a draft says its model, its confidence and its place, and is reviewed with the next', async () => {
    await h.show();
    await h.page.send({ type: 'draft', draft: reviewed });
    await h.page.painted();
    expect(await h.text('#draft')).toContain('Draft by coco80. Nothing is in the file yet.');
    expect(await h.text('.draft-facts')).toBe('draft 2 of 5, confidence 0.70 on average, lowest 0.50');
    expect(await h.text('[data-mask="2"]')).toContain('score 0.50');
    await h.page.page.click('#next-draft');
    await h.page.page.click('#previous-draft');
    await h.page.page.click('#edit-draft');
    expect(await h.taken()).toEqual([
      { type: 'nextDraft', by: 1 },
      { type: 'nextDraft', by: -1 },
      { type: 'editDraft' },
    ]);
  });

  test('a draft is told to screen readers with its model, its place and its confidence', async () => {
    await h.show();
    await h.page.send({ type: 'draft', draft: { ...reviewed, notes: ['The record has changed.'] } });
    await h.page.painted();
    expect(await h.said()).toBe(
      'Draft by coco80. Nothing is in the file yet. Draft 2 of 5, confidence 0.70 on average, lowest 0.50. The record has changed.',
    );
  });

  test('a draft stays where its file holds no record', async () => {
    await h.open();
    await h.page.send({ type: 'draft', draft: reviewed });
    await h.page.send({ type: 'empty', message: 'This file holds no record yet.' });
    await h.page.painted();
    expect(await h.isVisible('#draft')).toBe(true);
    expect(await h.text('.caption')).toContain('the white cat');
    await h.page.send({ type: 'draftClosed' });
    expect(await h.isVisible('#draft')).toBe(false);
  });

  test('a draft that stands in the file says so', async () => {
    await h.show();
    await h.page.send({ type: 'draft', draft: { ...reviewed, standing: true } });
    await h.page.painted();
    expect(await h.text('#draft')).toContain('Draft by coco80. It stands in the file, marked as a draft.');
  });

  test('a draft is compared with the file: words beside words, masks with their IoU', async () => {
    await h.show(current);
    await h.page.send({ type: 'draft', draft: reviewed });
    await h.page.painted();
    const rows = async (): Promise<string[]> =>
      (await h.page.page.locator('.comparison-table tbody tr').allInnerTexts()).map((row) =>
        row.replace(/\s+/g, ' ').trim(),
      );
    expect(await rows()).toEqual([
      '1 the white cat 1 the white cat 1.00',
      '2 the parakeet 2 the parakeet 1.00',
      '3 a bowl 3 the blue bowl 1.00',
      'added 4 the white ramekin –',
    ]);
    expect(await h.text('.caption.is-current')).toContain('In the file');
    const compared = await h.page.page.locator('#picture').screenshot();
    await h.page.page.click('#compare');
    await h.page.painted();
    await h.nextFrame();
    expect(await h.isVisible('#comparison')).toBe(false);
    expect(await h.isVisible('.caption.is-current')).toBe(false);
    expect(Buffer.compare(await h.page.page.locator('#picture').screenshot(), compared)).not.toBe(0);
    await h.act('view.compare');
    expect(await h.isVisible('#comparison')).toBe(true);
    expect(await h.taken()).toEqual([]);
  });

  test('drafts are asked for: for the picture, a question, a phrase, and all records', async () => {
    await h.show();
    await h.page.page.click('#draft-menu');
    await h.page.page.getByRole('menuitem', { name: 'Draft for this picture' }).click();
    await h.page.page.click('#draft-menu');
    await h.page.page.getByRole('menuitem', { name: 'Draft for a question…' }).click();
    await h.page.page.locator('#draft-question input').fill('Please segment the cat.');
    await h.press('Enter');
    await h.page.page.click('[data-mask="0"] [data-button="row-menu"]');
    await h.page.page.getByRole('menuitem', { name: 'Draft in finer parts' }).click();
    await h.page.page.click('#draft-menu');
    await h.page.page.getByRole('menuitem', { name: /^Drafts for all/ }).click();
    expect(await h.taken()).toEqual([
      { type: 'requestDraft' },
      { type: 'requestDraft', question: 'Please segment the cat.' },
      { type: 'requestDraft', phrase: 0 },
      { type: 'queue', to: 'start' },
    ]);
  });

  test('the queue shows how far it is, and can be paused, resumed, stopped and reviewed', async () => {
    await h.show();
    await h.page.send({
      type: 'queue',
      queue: { state: 'running', done: 12, failed: 1, total: 40, undecided: 4 },
    });
    expect(await h.text('.queue-text')).toBe('Drafts: 12 of 40 made, 1 failed.');
    expect(await h.page.page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('13');
    await h.page.page.click('#review-drafts');
    await h.page.page.click('#pause-queue');
    await h.page.send({ type: 'queue', queue: { state: 'paused', done: 12, failed: 1, total: 40, undecided: 0 } });
    expect(await h.text('.queue-text')).toBe('Paused. Drafts: 12 of 40 made, 1 failed.');
    expect(await h.isVisible('#review-drafts')).toBe(false);
    await h.page.page.click('#resume-queue');
    await h.page.page.click('#stop-queue');
    await h.page.send({ type: 'queue', queue: undefined });
    expect(await h.isVisible('#queue')).toBe(false);
    expect(await h.taken()).toEqual([
      { type: 'nextDraft', by: 1 },
      { type: 'queue', to: 'pause' },
      { type: 'queue', to: 'resume' },
      { type: 'queue', to: 'stop' },
    ]);
  });

  test('a decision that fails can be made again', async () => {
    await h.show();
    await h.page.send({ type: 'draft', draft: reviewed });
    await h.answer('acceptDraft', { ok: false, message: 'The file is read-only: save a copy first.' });
    await h.page.page.click('#accept');
    await h.page.page.waitForSelector('#problem:not([hidden])');
    expect(await h.page.page.getAttribute('#accept', 'aria-disabled')).toBe('false');
  });

  test('an unsaved mask waits while a draft of its record is reviewed', async () => {
    await h.show();
    await h.act('mask.new');
    await h.drag([300, 60], [360, 80]);
    await h.page.send({ type: 'draft', draft: reviewed });
    expect(await h.isVisible('#waiting')).toBe(true);
    expect(await h.isVisible('#tools')).toBe(false);
    await h.page.send({ type: 'draftClosed' });
    await h.page.send({ type: 'show', record, place });
    expect(await h.isVisible('#waiting')).toBe(false);
    expect(await h.isVisible('.work')).toBe(true);
  });
});
