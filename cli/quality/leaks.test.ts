import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../core/images/decode.ts';
import { encodePng } from '../../core/images/encode.ts';
import { resize } from '../../core/images/resize.ts';
import { leakText } from '../../core/quality/leakReport.ts';
import { findLeaks } from './leaks.ts';
import { TestWatch, testFolder, writeLines } from './testing.ts';

const PHOTOGRAPHS = fileURLToPath(new URL('../../samples/images/', import.meta.url));
const CAPTION = 'Four friends share two large pizzas at a wooden table in a dark room.';
const record = (image: string, answer: string, id = image) => ({
  id,
  image,
  task: 'gcg',
  conversations: [
    { from: 'human', value: '<image>\nDescribe this image.' },
    { from: 'gpt', value: answer },
  ],
  masks: [],
});

function scaled(name: string, to: string): void {
  const raster = decodeImage(readFileSync(PHOTOGRAPHS + name));
  if (!raster.ok) throw new Error(raster.message);
  writeFileSync(to, encodePng(resize(raster.value, 200, 150)));
}

async function leaks(folder: string, train: readonly unknown[], val: readonly unknown[], bits?: number) {
  const training = writeLines(folder, 'train.uscdf.jsonl', train);
  const evaluation = writeLines(folder, 'val.uscdf.jsonl', val);
  const watch = new TestWatch();
  const report = await findLeaks([training], [evaluation], { similarity: 0.8, bits }, watch);
  expect(watch.complaints).toEqual([]);
  return report;
}

describe('findLeaks', () => {
  it('finds the same photograph by each of its marks', async () => {
    const folder = testFolder();
    for (const each of ['train', 'val']) mkdirSync(join(folder, each));
    copyFileSync(`${PHOTOGRAPHS}pizza-night.jpg`, join(folder, 'train', 'a.jpg'));
    copyFileSync(`${PHOTOGRAPHS}pizza-night.jpg`, join(folder, 'val', 'b.jpg'));
    copyFileSync(`${PHOTOGRAPHS}rainy-buses.jpg`, join(folder, 'train', 'c.jpg'));
    scaled('rainy-buses.jpg', join(folder, 'val', 'd.png'));
    copyFileSync(`${PHOTOGRAPHS}beach-riders.jpg`, join(folder, 'train', '1.jpg'));
    scaled('rainy-buses.jpg', join(folder, 'val', '1.jpg'));
    const train = [
      'same.jpg',
      'train2014/COCO_train2014_000000000042.jpg',
      'train/a.jpg',
      'train/c.jpg',
      'train/1.jpg',
      'train/gone.jpg',
    ];
    const val = [
      'same.jpg',
      'val2017/000000000042.jpg',
      'val/b.jpg',
      'val/d.png',
      'val/1.jpg',
      'val/GONE.jpg',
      'new.jpg',
    ];
    const asRecords = (images: readonly string[]) => images.map((image) => record(image, 'Yes.'));
    const report = await leaks(folder, asRecords(train), asRecords(val), 5);
    expect(report.images.map(({ reason, evaluation, training }) => [reason, evaluation.image, training.image])).toEqual(
      [
        ['same-file', 'same.jpg', 'same.jpg'],
        ['coco-id', val[1], train[1]],
        ['same-bytes', 'val/b.jpg', 'train/a.jpg'],
        ['same-look', 'val/d.png', 'train/c.jpg'],
        ['same-look', 'val/1.jpg', 'train/c.jpg'],
        ['same-name', 'val/GONE.jpg', 'train/gone.jpg'],
      ],
    );
    expect(report.evaluation).toEqual({ records: 7, images: 7 });
    // Without looks the scaled copies are missed, and a name that two different pictures share is still no leak.
    const quick = await leaks(folder, asRecords(train), asRecords(val));
    expect(quick.images.map(({ reason }) => reason)).toEqual(['same-file', 'coco-id', 'same-bytes', 'same-name']);
    expect(leakText(quick)).toContain("4 of the evaluation's images (57.1 %) are in the training files");
  });

  it('finds equal captions and those that differ in a word, each once', async () => {
    const report = await leaks(
      testFolder(),
      [
        record('a.jpg', CAPTION),
        record('a2.jpg', CAPTION),
        record('b.jpg', 'Sheep graze on a green hill below a castle.'),
      ],
      [
        record('c.jpg', CAPTION.toLowerCase()),
        record('d.jpg', CAPTION.replace('room', 'kitchen')),
        record('e.jpg', 'A tram passes an old theatre in the rain at night.'),
        record('f.jpg', 'A tram passes an old theatre in the rain at night.'),
      ],
    );
    expect(report.images).toEqual([]);
    expect(report.captions.map(({ equal, evaluation, training }) => [equal, evaluation.image, training.image])).toEqual(
      [
        [true, 'c.jpg', 'a.jpg'],
        [false, 'd.jpg', 'a.jpg'],
      ],
    );
    expect(report.captions[1]!.similarity).toBeCloseTo(11 / 13, 12);
  });

  it('says it where nothing leaks', async () => {
    const report = await leaks(testFolder(), [record('a.jpg', CAPTION)], [record('b.jpg', 'A cat sleeps on a chair.')]);
    expect(leakText(report)).toContain('Nothing of the evaluation was found in the training files.');
  });
});
