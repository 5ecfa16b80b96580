import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap, toBitmap } from '../../masks/bitmap.ts';
import { readMask } from '../../masks/maskValue.ts';
import { area, encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedMask, generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { bareQuestion } from '../questions.ts';
import { drawShape, type Point } from './drawnShapes.ts';
import { reasonseg } from './reasonseg.ts';
import { tracedShapes } from './tracedShapes.ts';

const FOLDER = 'test/fixtures/datasets/reasonseg';
const sample = JSON.parse(readFileSync(`${FOLDER}/000000491525.json`, 'utf8')) as Record<string, unknown>;
const files = { 'train/000000491525.json': sample };
const images = new MemoryImages({ '000000491525.jpg': [640, 480], 'a.jpg': [8, 6] });
const square = (label: string, x: number, y: number, side: number) => ({
  label,
  points: [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ],
});

describe('reasonseg', () => {
  it('draws the pixels that OpenCV draws', () => {
    const vectors = JSON.parse(readFileSync(`${FOLDER}/drawn-shapes.json`, 'utf8')) as readonly {
      readonly points: readonly Point[];
      readonly size: readonly [number, number];
      readonly counts: string;
    }[];
    for (const { points, size, counts } of vectors) {
      const bitmap = new Uint8Array(size[0] * size[1]);
      const pixels = drawShape(points, bitmap, ...size, 1);
      const mask = fromBitmap(bitmap, ...size);
      expect(encodeCounts(mask.counts), JSON.stringify(points)).toBe(counts);
      expect(pixels).toBe(area(mask));
    }
  });

  it('reads a record for each text, with the regions to ignore beside the mask', async () => {
    const records = await readRecords(reasonseg, files, { images, paths: ['train'] });
    expect(records.map(({ conversations }) => conversations[1]!.value)).toEqual([
      'Sure, it is <p> the animal that is being hugged by its owner </p> [SEG].',
      'Sure, it is <p> the target </p> [SEG].',
    ]);
    // Counted with OpenCV: 33,877 pixels of the target, of which the ignored region takes 95.
    for (const record of records) {
      expect(record.masks.map((mask) => (mask as { area: number }).area)).toEqual([33782]);
      expect(record['ignore']).toMatchObject({ area: 95, label: 'ignore' });
      checkedRecord(record);
    }
  });

  it('asks a sentence as it stands, and grounds a phrase that can be chosen', async () => {
    const asked = { 'a.json': { ...sample, is_sentence: true, text: ['Who  wears a cap?'] } };
    const [record] = await readRecords(reasonseg, asked, {
      images: new MemoryImages({ 'a.jpg': [640, 480] }),
      set: ['phrase=it'],
    });
    expect(bareQuestion(record!.conversations[0]!.value)).toBe('<image>\nWho wears a cap?');
    expect(record!.conversations[1]!.value).toBe('Sure, it is <p> it </p> [SEG].');
  });

  it('lets smaller shapes have the pixels of larger ones, whatever their order', async () => {
    const shapes = [square('target', 3, 3, 1), square('Ignore2', 1, 1, 4), square('target', 0, 0, 5)];
    const [record] = await readRecords(
      reasonseg,
      { 'a.json': { shapes, text: ['dog'], is_sentence: false } },
      { images },
    );
    // 36 pixels, without 25, with 4 of them.
    expect(record!.masks).toMatchObject([{ area: 36 - 25 + 4 }]);
    expect(record!['ignore']).toMatchObject({ area: 25 - 4 });
  });

  it('reads cp1252, and explanations that are named beside the folder', async () => {
    const text = JSON.stringify({ shapes: [square('target', 1, 1, 3)], text: ['Whose dog is it?'], is_sentence: true });
    const cp1252 = Uint8Array.from(Buffer.from(text.replace('Whose', 'The owner\u0092s'), 'latin1'));
    const why = [{ image: 'a.jpg', query: 'The owner’s dog is it?', outputs: 'It wears a collar.' }];
    const [record] = await readRecords(
      reasonseg,
      { 'train/a.json': cp1252, 'why.json': why },
      { images, paths: ['train', 'why.json'] },
    );
    expect(record!.conversations[0]!.value).toMatch(
      /^<image>\nThe owner’s dog is it\? Please output segmentation mask and /,
    );
    expect(record!.conversations[1]!.value).toBe('Sure, it is <p> the target </p> [SEG]. It wears a collar.');
    checkedRecord(record!);
  });

  it('says what it cannot use', async () => {
    const codes = async (value: object) =>
      (await readEvents(reasonseg, { 'a.json': value }, { images })).map((event) =>
        event.kind === 'record' ? 'record' : event.code,
      );
    expect(await codes({ shapes: [] })).toEqual(['no-text']);
    expect(await codes({ shapes: [square('flag', 1, 1, 2)], text: ['dog'] })).toEqual(['no-target']);
    expect(
      await codes({ shapes: [square('target', 1, 1, 2), { label: 'target', points: [1] }], text: ['dog'] }),
    ).toEqual(['bad-polygon', 'record']);
    const [event] = await readEvents(reasonseg, { 'b.json': sample });
    expect(event).toMatchObject({ kind: 'rejected', code: 'no-size' });
    const [huge] = await readEvents(reasonseg, { 'b.json': { ...sample, imageHeight: 1e8, imageWidth: 1e8 } });
    expect(huge).toMatchObject({ kind: 'rejected', code: 'no-size' });
    await expect(readEvents(reasonseg, { 'a/x.txt': '' }, { paths: ['a'] })).rejects.toThrow('no JSON file');
  });

  it('traces masks so that they are drawn to the same pixels, but for holes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }).chain((side) => generatedMask(side, side + 2)),
        (value) => {
          const read = readMask(value);
          if (!read.ok) throw new Error(read.message);
          const { height, width } = read.mask;
          const { shapes, holes } = tracedShapes(read.mask);
          const drawn = new Uint8Array(height * width);
          for (const points of shapes) drawShape(points, drawn, height, width, 1);
          const filled = withoutHoles(toBitmap(read.mask), height, width);
          expect(drawn).toEqual(filled);
          if (holes === 0) expect(drawn).toEqual(toBitmap(read.mask));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives questions and masks without holes back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['reasoning', 'semantic']), async (records) => {
        const single = records.map((record) => ({ ...record, masks: record.masks.slice(0, 1) }));
        const sound = single.filter(({ conversations }) => conversations[1]!.value.split('[SEG]').length === 2);
        const { files: out, losses } = await writeRecords(reasonseg, sound);
        expect(losses.every(({ code }) => code === 'holes')).toBe(true);
        if (sound.length === 0) return;
        const back = await readRecords(reasonseg, { ...out });
        expect(back).toHaveLength(sound.length);
        for (const record of sound) {
          const again = back.find(({ provenance }) => provenance?.['sourceId'] === record.id)!;
          const question = bareQuestion(record.conversations[0]!.value.slice('<image>\n'.length));
          // "What is" and "Where is" are asked as sentences.
          const words = /segment|highlight/.test(question) ? '' : question;
          expect(bareQuestion(again.conversations[0]!.value)).toContain(words);
          const [before, after] = [readMask(record.masks[0]), readMask(again.masks[0])];
          if (!before.ok || !after.ok) throw new Error('A mask cannot be read.');
          const { height, width } = before.mask;
          expect(toBitmap(after.mask)).toEqual(withoutHoles(toBitmap(before.mask), height, width));
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** Background that cannot be reached from outside, corners included, becomes foreground. */
function withoutHoles(bitmap: Uint8Array, height: number, width: number): Uint8Array {
  const reached = new Set<string>();
  const todo: [number, number][] = [[-1, -1]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [x, y] = next;
    const inside = x >= 0 && y >= 0 && x < width && y < height;
    if (x < -1 || y < -1 || x > width || y > height || reached.has(`${x} ${y}`)) continue;
    if (inside && bitmap[y * width + x] !== 0) continue;
    reached.add(`${x} ${y}`);
    for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) todo.push([x + dx, y + dy]);
  }
  return bitmap.map((_, i) => (reached.has(`${i % width} ${Math.floor(i / width)}`) ? 0 : 1));
}
