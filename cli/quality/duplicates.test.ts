import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskValue } from '../../core/datasets/newRecord.ts';
import { fromBitmap } from '../../core/masks/bitmap.ts';
import { duplicateText } from '../../core/quality/duplicateReport.ts';
import { DUPLICATE_KINDS } from '../../core/quality/duplicates.ts';
import { generatedRecord } from '../../core/testing/generatedRecords.ts';
import { type DuplicateOptions, findDuplicates } from './duplicates.ts';
import { TestWatch, testFolder, writeLines } from './testing.ts';

const SIDE = 20;
const OPTIONS: DuplicateOptions = { kinds: DUPLICATE_KINDS, iou: 0.9, similarity: 0.8 };

/** A disc with a corner cut off, so that it is no shape that two images have by chance. */
function disc(x: number, y: number, radius: number): unknown {
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [dx, dy] = [(i % SIDE) - x, Math.floor(i / SIDE) - y];
    return Number(dx * dx + dy * dy <= radius * radius && dx + dy < radius);
  });
  return maskValue(fromBitmap(pixels, SIDE, SIDE));
}

const record = (id: string, image: string, answer: string, masks: readonly unknown[], task = 'gcg') => ({
  id,
  image,
  task,
  conversations: [
    { from: 'human', value: '<image>\nDescribe this image.' },
    { from: 'gpt', value: answer },
  ],
  masks,
});

async function groupsOf(records: readonly unknown[], options = OPTIONS) {
  const path = writeLines(testFolder(), 'a.uscdf.jsonl', records);
  const watch = new TestWatch();
  const report = await findDuplicates([path], options, watch);
  expect(watch.complaints).toEqual([]);
  return report.groups.map(({ kind, equal, sameImage, members }) => ({
    kind,
    equal,
    sameImage,
    members: members.map(({ record: id, mask }) => (mask === undefined ? id : `${id}/${mask}`)),
  }));
}

const LONG = 'A small dog with a red collar runs over the grass behind <p> a man </p> [SEG] who throws a ball.';

describe('findDuplicates', () => {
  it('finds equal records, and does not speak of their parts again', async () => {
    const one = record('a', 'a.jpg', LONG, [disc(9, 9, 6)]);
    expect(
      await groupsOf([one, record('b', 'b.jpg', 'A <p> cat </p> [SEG].', [disc(5, 5, 3)]), { ...one, id: 'c' }]),
    ).toEqual([{ kind: 'records', equal: true, sameImage: true, members: ['a', 'c'] }]);
  });

  it('finds captions that differ in a word, whatever their image', async () => {
    const changed = LONG.replace('A small', 'One small');
    const records = [
      record('a', 'a.jpg', LONG, [disc(9, 9, 6)]),
      record('b', 'b.jpg', changed, [disc(4, 5, 3)]),
      record('c', 'c.jpg', 'Two children sit on a bench and eat <p> ice cream </p> [SEG] in the sun.', [disc(5, 5, 2)]),
      record(
        'd',
        'd.jpg',
        LONG.toUpperCase().replace(/<P>|<\/P>/g, (tag) => tag.toLowerCase()),
        [disc(6, 6, 4)],
      ),
    ];
    expect(await groupsOf(records)).toEqual([
      { kind: 'captions', equal: false, sameImage: false, members: ['a', 'b', 'd'] },
    ]);
    expect(await groupsOf(records, { ...OPTIONS, similarity: 0.95 })).toEqual([
      { kind: 'captions', equal: true, sameImage: false, members: ['a', 'd'] },
    ]);
  });

  it('leaves the fixed answers to requests for masks alone', async () => {
    const answer = 'Sure, it is <p> the man with the very red hat </p> [SEG].';
    const records = ['a', 'b'].map((id, i) => record(id, `${id}.jpg`, answer, [disc(5 + i, 8, 4 + i)], 'referring'));
    expect(await groupsOf(records)).toEqual([]);
  });

  it('finds masks that are nearly equal in one image, and equal ones in two', async () => {
    const records = [
      record('a', 'a.jpg', 'One <p> x </p> [SEG] and <p> y </p> [SEG].', [disc(9, 9, 7), disc(3, 3, 2)]),
      record('b', 'a.jpg', 'Other <p> z </p> [SEG].', [disc(9, 9, 7.1)]),
      record('c', 'c.jpg', 'Third <p> w </p> [SEG].', [disc(9, 9, 7)]),
      record('d', 'd.jpg', 'Fourth <p> v </p> [SEG].', [disc(12, 4, 4)]),
    ];
    expect(await groupsOf(records, { ...OPTIONS, iou: 0.8 })).toEqual([
      { kind: 'masks', equal: false, sameImage: true, members: ['a/0', 'b/0'] },
      { kind: 'masks', equal: true, sameImage: false, members: ['a/0', 'c/0'] },
    ]);
  });

  it('finds records of one image with nearly the same words and masks', async () => {
    const records = [
      record('a', 'a.jpg', LONG, [disc(9, 9, 7)], 'region'),
      record('b', 'a.jpg', LONG.replace('ball', 'stick'), [disc(9, 9, 7.1)], 'region'),
      record('c', 'a.jpg', LONG.replace('ball', 'stone'), [disc(4, 4, 3)], 'region'),
    ];
    const groups = await groupsOf(records, { ...OPTIONS, kinds: ['records'], iou: 0.8 });
    expect(groups).toEqual([{ kind: 'records', equal: false, sameImage: true, members: ['a', 'b'] }]);
  });

  it('finds each of many records that were copied, and nothing else', async () => {
    const all = fc
      .sample(generatedRecord(['gcg', 'panoptic']), { numRuns: 80, seed: 3 })
      .map((each, i) => ({ ...each, id: `r${i}`, image: `${i}.jpg` }));
    const copies = all.filter((_, i) => i % 5 === 0).map((each) => ({ ...each, id: `${each.id}-copy`, task: 'mgsc' }));
    const groups = await groupsOf([...all, ...copies], { ...OPTIONS, kinds: ['records'] });
    expect(groups).toEqual(
      copies.map(({ id }) => ({
        kind: 'records',
        equal: true,
        sameImage: true,
        members: [id.replace('-copy', ''), id],
      })),
    );
  });
});

describe('duplicateText', () => {
  it('says it when nothing occurs twice', () => {
    expect(duplicateText({ version: 1, files: 1, records: 1, groups: [] })).toBe(
      '1 record compared. Nothing occurs twice.\n',
    );
  });
});
