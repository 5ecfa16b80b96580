import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { mgscdata } from './mgsc.ts';

const PATH = 'test/fixtures/datasets/mgsc/mglmm_000000491525.json';
const SAMPLE = JSON.parse(readFileSync(PATH, 'utf8')) as Record<string, unknown>[];
const images = new MemoryImages({ '000000491525.jpg': [640, 480] });

describe('mgscdata', () => {
  it('reads root and subtree, masks in the order of the text', async () => {
    const events = await readEvents(mgscdata, { 'set/annotations/a.json': SAMPLE }, { paths: ['set'], images });
    const records = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    expect(events.flatMap((event) => (event.kind === 'record' ? [] : [event.code]))).toEqual([
      'unused-mask',
      'no-caption',
    ]);
    expect(records.map(({ id, target, parent }) => ({ id, target, parent }))).toEqual([
      { id: 'mgsc-000000491525', target: undefined, parent: undefined },
      { id: 'mgsc-000000491525-object1', target: 'A man in a green shirt', parent: 'mgsc-000000491525' },
    ]);
    expect(records[0]?.conversations[1]?.value).toBe(
      '<p> A man in a green shirt </p> [SEG] hugs <p> a black dog </p> [SEG] on <p> a patterned couch </p> [SEG].',
    );
    expect(records[1]?.conversations[0]?.value).toContain('for A man in a green shirt in the image.');
    for (const record of records) checkedRecord(record);
  });

  it('puts masks into the order of the text, whatever the order of the labels', async () => {
    const [root] = SAMPLE;
    const turned = { ...root, gcg_labels: ['object3', 'object1', 'object2'] };
    const [a] = await readRecords(mgscdata, { 'a.json': [root] }, { images });
    const [b] = await readRecords(mgscdata, { 'a.json': [turned] }, { images });
    expect(b?.masks).toEqual(a?.masks);
  });

  it('tells null masks, labels that stand twice, tags without partner and surplus masks', async () => {
    const object = (mask: unknown) => ({ label: 'x', mask });
    const whole = JSON.stringify({ size: [2, 2], counts: btoa('013') });
    const events = await readEvents(mgscdata, {
      'a.json': [
        {
          file_name: 'a.jpg',
          label: 'root',
          gcg_caption:
            '"<object1>a dog</object1> and <object2> a cat </object2>, <object1> the dog </object1> <object9> end."',
          gcg_labels: ['object1', 'object2', 'object3'],
          object1: object(whole),
          object2: object('None'),
          object3: object(whole),
        },
      ],
    });
    expect(
      events.map((event) => (event.kind === 'record' ? event.record.conversations[1]?.value : event.code)),
    ).toEqual(['no-mask', 'label-twice', 'stray-tag', 'unused-mask', '<p> a dog </p> [SEG] and a cat, the dog end.']);
  });

  it('reads the files of a split', async () => {
    const files = {
      'set/annotations/a.json': SAMPLE,
      'set/annotations/b.json': SAMPLE,
      'set/MGLMM_val_split.txt': 'b.json\r\n',
    };
    const events = await readEvents(mgscdata, files, { paths: ['set'], images, set: ['split=val'] });
    expect(new Set(events.map(({ from }) => from.file))).toEqual(new Set(['set/annotations/b.json']));
  });

  it('gives captions, phrases and pixels back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['gcg']), async (records) => {
        const { files } = await writeRecords(mgscdata, records);
        const named = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`set/${name}`, bytes]));
        const back = await readRecords(mgscdata, named, { paths: ['set'] });
        const byImage = (a: NewRecord, b: NewRecord) => (a.image < b.image ? -1 : 1);
        expect([...back].sort(byImage).map(kept)).toEqual([...records].sort(byImage).map(kept));
      }),
      { numRuns: 60 },
    );
  });

  it('gives roots and subtrees back', async () => {
    const records = await readRecords(mgscdata, { 'a.json': SAMPLE }, { images });
    const { files } = await writeRecords(mgscdata, records);
    const back = await readRecords(mgscdata, { ...files }, { images });
    expect(back.map(({ target, conversations, masks }) => ({ target, conversations, masks }))).toEqual(
      records.map(({ target, conversations, masks }) => ({ target, conversations, masks })),
    );
  });
});

/** The answer, and the masks by pixel. */
function kept({ conversations, masks }: NewRecord): unknown {
  const runs = masks.map((mask) => {
    const read = readMask(mask);
    return read.ok ? encodeCounts(read.mask.counts) : read.message;
  });
  return { answer: conversations[1]!.value, runs };
}
