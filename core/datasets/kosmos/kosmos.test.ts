import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { boundingBox } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { DatasetFormat, NewRecord } from '../format.ts';
import { flickr30kEntities } from './flickr30k.ts';
import { readAnnotation, readSentence } from './flickrSentences.ts';
import { grit } from './grit.ts';
import { readGroundedText, writeGroundedText } from './groundedText.ts';
import { kosmos2 } from './kosmos2.ts';
import { odvg } from './odvg.ts';
import { boxOfCells, cellsOf } from './patches.ts';

const FOLDER = 'test/fixtures/datasets';
interface Vector {
  readonly text: string;
  readonly caption: string;
  readonly entities: readonly [string, [number, number], [number, number, number, number][]][];
}
const [snowman] = JSON.parse(readFileSync(`${FOLDER}/kosmos2/hf_snowman.json`, 'utf8')) as [Vector];
const answers = (records: readonly NewRecord[]) => records.map(({ conversations }) => conversations[1]!.value);
const boxOf = (mask: unknown) => {
  const read = readMask(mask);
  return read.ok ? boundingBox(read.mask) : read.message;
};

describe("kosmos2's text", () => {
  it("is read as Hugging Face's processor reads it, and written again", () => {
    const { caption, spans, bare } = readGroundedText(snowman.text);
    expect(caption).toBe(snowman.caption);
    expect(bare).toBe(0);
    expect(spans.map(({ start, end, boxes }) => [caption.slice(start, end).trim(), boxes])).toEqual(
      snowman.entities.map(([phrase, , boxes]) => [phrase, boxes]),
    );
    const trimmed = spans.map((span) => ({
      ...span,
      start: caption[span.start] === ' ' ? span.start + 1 : span.start,
    }));
    expect(writeGroundedText(caption, trimmed)).toBe(snowman.text.replace('<grounding> ', '<grounding>'));
  });

  it('gives every pair of cells back, whose corners are in order', () => {
    for (let first = 0; first < 1024; first += 7)
      for (let last = first; last < 1024; last += 5)
        if (last % 32 >= first % 32) expect(cellsOf(boxOfCells(first, last))).toEqual([first, last]);
  });

  it('has the corners of cells where both lie in one row, and several places for a phrase', () => {
    const text =
      '<phrase>A cat</phrase><object><patch_index_0000><patch_index_0001></delimiter_of_multi_objects/><patch_index_0033><patch_index_0066></object> and<object><patch_index_0000><patch_index_0000></object>';
    expect(readGroundedText(text)).toEqual({
      caption: 'A cat and',
      spans: [
        {
          start: 0,
          end: 5,
          boxes: [
            [0, 0, 2 / 32, 1 / 32],
            [1.5 / 32, 1.5 / 32, 2.5 / 32, 2.5 / 32],
          ],
        },
      ],
      bare: 1,
    });
  });

  it('is total', () => {
    const parts = fc.constantFrom(
      '<phrase>',
      '</phrase>',
      '<object>',
      '</object>',
      '<patch_index_0044>',
      '<image>',
      '</image>',
      ' a',
      '<',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string())), (pieces) => {
        const { caption, spans } = readGroundedText(pieces.join(''));
        for (const { start, end } of spans) expect(start >= 0 && end <= caption.length + 1).toBe(true);
        readSentence(pieces.join('[/EN#1/x'));
        readAnnotation(pieces.join('<object><name>'));
      }),
    );
  });
});

describe('captions with boxes', () => {
  it('reads the snowman, with the photograph named by an option', async () => {
    const images = new MemoryImages({ 'snowman.png': [640, 480] });
    const set = ['image=snowman.png'];
    const [changed, read] = await readEvents(kosmos2, { 'a.json': snowman }, { images, set });
    expect(changed).toMatchObject({ kind: 'changed', code: 'box' });
    const record = (read as { record: NewRecord }).record;
    expect(answers([record])).toEqual([
      'An image of <p> a snowman </p> [SEG] warming himself by <p> a fire </p> [SEG].',
    ]);
    // 0.390625 · 640, 0.046875 · 480, and the width and height of the box.
    expect(boxOf(record.masks[0])).toEqual([250, 23, 380, 375]);
    expect(record.masks[0]).toMatchObject({ source: 'box', label: 'a snowman' });
    checkedRecord(record);
    expect(await readRecords(kosmos2, { 'a.json': snowman }, { images, set: [...set, 'boxes=reject'] })).toEqual([]);
  });

  it("reads GRIT's nouns or expressions, of which the longer one stays", async () => {
    const files = { 'grit.jsonl': readFileSync(`${FOLDER}/kosmos2/grit_record.jsonl`) };
    const nouns = await readRecords(grit, files);
    expect(answers(nouns)).toEqual([
      '<p> a wire hanger </p> [SEG] with <p> a paper cover </p> [SEG] that reads we heart our customers',
    ]);
    expect(nouns[0]!.image).toBe('https://www.thestrapsaver.com/wp-content/uploads/customerservice-1.jpg');
    const events = await readEvents(grit, files, { set: ['phrases=ref_exps'] });
    expect(events.map((event) => (event.kind === 'record' ? answers([event.record])[0] : event.code))).toEqual([
      'overlap',
      'box',
      '<p> a wire hanger with a paper cover that reads we heart our customers </p> [SEG]',
    ]);
    // Both nouns have nearly the same box: the words of the set.
    for (const record of nouns) checkedRecord(record, ['mask-duplicate']);
  });

  it("reads ODVG's flat and nested boxes", async () => {
    const file = readFileSync(`${FOLDER}/odvg/goldg_odvg_record.json`, 'utf8');
    const value = JSON.parse(file) as { grounding: { regions: unknown[] } };
    const [record] = await readRecords(odvg, { 'a.json': file });
    expect(answers([record!])).toEqual([
      '<p> Two people </p> [SEG] are talking outside of <p> the video game shop </p> [SEG] next door to <p> the mobile phone store </p> [SEG].',
    ]);
    expect(record!.masks).toHaveLength(value.grounding.regions.length);
    expect((record!.masks[0] as { polygons: unknown[] }).polygons).toHaveLength(2);
    checkedRecord(record!);
    const lines = `${JSON.stringify(value)}\n${JSON.stringify({ filename: 'b.jpg', height: 3, width: 3, detection: {} })}\n`;
    const events = await readEvents(odvg, { 'a.jsonl': lines });
    expect(events.map((event) => (event.kind === 'record' ? 'record' : event.code))).toEqual([
      'box',
      'record',
      'no-caption',
    ]);
  });

  it("reads Flickr30k Entities' captions with the boxes of the XML", async () => {
    const files = {
      'entities/Sentences/1.txt': readFileSync(`${FOLDER}/flickr30k-entities/Sentences/1.txt`),
      'entities/Annotations/1.xml': readFileSync(`${FOLDER}/flickr30k-entities/Annotations/1.xml`),
    };
    const events = await readEvents(flickr30kEntities, files, { paths: ['entities'] });
    expect(events.map((event) => (event.kind === 'record' ? 'record' : event.code))).toEqual([
      'no-box',
      'box',
      'record',
    ]);
    const [record] = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    expect(answers([record!])).toEqual([
      '<p> A young white boy </p> [SEG] with short hair smiling into <p> a microphone </p> [SEG], standing near <p> a slightly balding white male </p> [SEG] smiling into <p> a microphone </p> [SEG].',
    ]);
    // The first box counts from 1; the first microphone has two boxes, and the second is one of them.
    expect(record!.masks.map(boxOf)).toEqual([
      [0, 20, 200, 354],
      [190, 100, 150, 80],
      [240, 10, 220, 360],
      [190, 100, 40, 60],
    ]);
    checkedRecord(record!);
    const alone = await readEvents(flickr30kEntities, { 'x/1.txt': 'A dog.' }, { paths: ['x'] });
    expect(alone).toMatchObject([{ code: 'no-annotations' }]);
  });

  it('scales boxes to a photograph of another size', async () => {
    const images = new MemoryImages({ 'b.jpg': [20, 20] });
    const item = {
      filename: 'b.jpg',
      height: 10,
      width: 10,
      grounding: { caption: 'A dog.', regions: [{ bbox: [1, 2, 4, 6], phrase: 'A dog' }] },
    };
    const [scaled, , read] = await readEvents(odvg, { 'a.jsonl': JSON.stringify(item) }, { images });
    expect(scaled).toMatchObject({ code: 'scaled' });
    expect(boxOf((read as { record: NewRecord }).record.masks[0])).toEqual([2, 4, 6, 8]);
  });

  it.each<[DatasetFormat, boolean]>([
    [kosmos2, false],
    [grit, true],
    [odvg, true],
    [flickr30kEntities, true],
  ])('$kind gives captions, phrases and boxes back', async (format, isExact) => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['gcg', 'reasoning']), async (records) => {
        const first = await writeRecords(format, records);
        expect(first.losses.map(({ code }) => code)).toEqual(records.map(() => 'masks'));
        const out = first.files[''] === undefined ? { ...first.files } : { 'data.jsonl': first.files['']! };
        const back = await readRecords(format, out);
        const inOrder = records.map((record) =>
          format === flickr30kEntities ? bySource(back, record.id) : back[records.indexOf(record)]!,
        );
        expect(answers(inOrder)).toEqual(answers(records));
        if (isExact)
          expect(inOrder.map(({ masks }) => masks.map(boxOf))).toEqual(records.map(({ masks }) => masks.map(boxOf)));
        // What was a box once comes back without a loss, and as the same text.
        const second = await writeRecords(format, inOrder);
        expect(second.losses).toEqual([]);
        if (format === kosmos2) expect(texts(second.files['']!)).toEqual(texts(first.files['']!));
      }),
      { numRuns: 40 },
    );
  });
});

function bySource(records: readonly NewRecord[], id: string): NewRecord {
  return records.find(({ provenance }) => provenance?.['sourceId'] === `${id}-1`)!;
}

function texts(lines: Uint8Array): readonly unknown[] {
  return new TextDecoder()
    .decode(lines)
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: unknown }).text);
}
