import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { bareQuestion } from '../questions.ts';
import { insertTags } from './insertion.ts';
import { muse } from './muse.ts';

interface Item {
  readonly expected?: readonly string[];
  readonly answers: readonly (readonly unknown[])[];
}
const sample = JSON.parse(readFileSync('test/fixtures/datasets/muse/MUSE_sample.json', 'utf8')) as readonly Item[];
const files = { 'muse.json': sample };
const target = (category: string, rephrased?: string) => ({ category, rephrased });

describe('muse', () => {
  it("writes what MGLMM's rules write, to the letter", async () => {
    const records = await readRecords(muse, files);
    const expected = sample.flatMap(({ expected: texts }) => texts ?? []).filter((text) => !text.startsWith('('));
    expect(records.map(({ conversations }) => conversations[1]!.value)).toEqual(expected);
    for (const record of records) checkedRecord(record);
  });

  it('keeps a mask for each target of the answers that it takes', async () => {
    const records = await readRecords(muse, files);
    // The third question of the first item has coordinates, the second item is dropped as a whole.
    const [first, , third] = sample as readonly [Item, Item, Item];
    const targets = [first.answers[0], first.answers[1], ...third.answers].map((list) => list!.length);
    expect(records.map(({ masks }) => masks.length)).toEqual(targets);
  });

  it('says why it leaves questions out', async () => {
    const events = await readEvents(muse, files);
    expect(events.flatMap((event) => (event.kind === 'record' ? [] : [[event.from.item, event.code]]))).toEqual([
      ['item 1, question 3', 'coordinate-question'],
      ['item 2, question 1', 'gap-too-large'],
      ['item 2, question 2', 'adjacent-seg'],
      ['item 2, question 3', 'count-mismatch'],
    ]);
  });

  it('drops a whole item for one answer, and single questions in the improved mode', async () => {
    const [first, second] = sample as readonly [Record<string, unknown>, Record<string, unknown>, Item];
    const both = {
      ...first,
      questions: ['Where is the pet?', 'A?'],
      answers: [(first['answers'] as unknown[])[1], (second['answers'] as unknown[])[0]],
      text_answers: ['Here is the dog {seg}.', 'The dog, as you can see, {seg} is here.'],
    };
    const codes = async (mode: string) =>
      (await readEvents(muse, { 'muse.json': [both] }, { set: [`mode=${mode}`] })).map((event) =>
        event.kind === 'record' ? event.record.conversations[1]!.value : event.code,
      );
    expect(await codes('official')).toEqual(['gap-too-large', 'item-rejected']);
    expect(await codes('improved')).toEqual(['gap-too-large', 'Here is the <p> dog </p> [SEG].']);
  });

  it.each([
    // The last occurrence counts, and what stands behind the word goes into the phrase.
    ['A dog, then dogs {seg}.', 'dog', 'A dog, then <p> dogs </p> [SEG].', 'A dog, then <p> dogs </p> [SEG].'],
    ['See the catalog {seg}.', 'cat', 'See the <p> catalog </p> [SEG].', 'category-not-found'],
    ['Dog {seg} sits.', 'dog', 'category-not-found', '<p> Dog </p> [SEG] sits.'],
    ['A cat of a catalog, cat12 {seg}.', 'cat', 'A cat of a catalog, <p> cat12 </p> [SEG].', 'gap-too-large'],
    ['Two buses {seg}.', 'bus', 'Two <p> buses </p> [SEG].', 'Two <p> buses </p> [SEG].'],
    ['A teddy_bear {seg}.', 'teddy_bear_(toy)', 'A <p> teddy_bear </p> [SEG].', 'A <p> teddy_bear </p> [SEG].'],
    ['A {{small}} dog {seg}.</s>', 'dog', 'A {small} <p> dog </p> [SEG].', 'A {small} <p> dog </p> [SEG].'],
    // Five characters are allowed: the space before the mask counts.
    ['The dog here {seg}.', 'dog', 'gap-too-large', 'gap-too-large'],
    ['The dog now {seg}.', 'dog', 'The <p> dog now </p> [SEG].', 'The <p> dog now </p> [SEG].'],
  ])('%s with %s', (answer, category, official, improved) => {
    const written = (mode: 'official' | 'improved') => {
      const result = insertTags(answer, [target(category)], mode);
      return result.ok ? result.text : result.code;
    };
    expect([written('official'), written('improved')]).toEqual([official, improved]);
  });

  it('lists the targets of an answer without text', () => {
    const text = (...targets: ReturnType<typeof target>[]) => insertTags(undefined, targets, 'official');
    expect(text(target('Dog', 'the Dog.'), target('cat'), target('wine_glass', 'a tall vessel'))).toEqual({
      ok: true,
      text: 'The <p> dog </p> [SEG], <p> cat </p> [SEG] and <p> wine glass </p> [SEG].',
    });
    expect(text()).toMatchObject({ ok: false, code: 'no-target' });
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (answer, categories) => {
        for (const mode of ['official', 'improved'] as const)
          insertTags(
            answer,
            categories.map((each) => target(each)),
            mode,
          );
      }),
    );
  });

  it('gives questions, answers and pixels back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['reasoning', 'gcg']), async (records) => {
        const { files: written, losses } = await writeRecords(muse, records);
        expect(losses).toEqual([]);
        const back = await readRecords(muse, { 'data.json': written['']! });
        expect(back.map(kept)).toEqual(records.map(kept));
      }),
      { numRuns: 60 },
    );
  });
});

function kept({ conversations, masks }: NewRecord): unknown {
  const runs = masks.map((mask) => {
    const read = readMask(mask);
    return read.ok ? encodeCounts(read.mask.counts) : read.message;
  });
  const question = conversations[0]!.value.slice('<image>\n'.length);
  return { question: bareQuestion(question), answer: conversations[1]!.value, runs };
}
