import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedRecord } from '../../core/testing/generatedRecords.ts';
import { placedRecords } from './records.ts';
import { splitRecords } from './split.ts';
import { TestWatch, testFolder, writeLines } from './testing.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const parts = [
  { name: 'train', share: 0.7 },
  { name: 'val', share: 0.3 },
];
const generated = fc.sample(generatedRecord(), { numRuns: 60, seed: 7 });
/** Six records an image. */
const records = generated.map((record, i) => ({ ...record, id: `r${i}`, image: `images/${i % 10}.jpg` }));

const lines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean);

describe('splitRecords', () => {
  it('puts every record into one part, as it was written, and every image into one', async () => {
    const folder = testFolder();
    const input = writeLines(folder, 'all.uscdf.jsonl', records);
    const options = { parts, by: 'image', seed: 0, folder } as const;
    const report = await splitRecords([input], options, new TestWatch());
    const [train = [], val = []] = report.parts.map(({ file }) => lines(file));
    expect([...train, ...val].sort()).toEqual(lines(input).sort());
    expect(report.parts.map((part) => part.records)).toEqual([train.length, val.length]);
    const images = (part: readonly string[]) =>
      new Set(part.map((line) => (JSON.parse(line) as { image: string }).image));
    expect([...images(train)].filter((image) => images(val).has(image))).toEqual([]);
    expect(report.parts.map((part) => part.images)).toEqual([images(train).size, images(val).size]);
    const again = await splitRecords([input], { ...options, folder: join(folder, 'again') }, new TestWatch());
    expect(again.parts.map((part) => part.records)).toEqual(report.parts.map((part) => part.records));
  });

  it('leaves an image in its part when others come', async () => {
    const folder = testFolder();
    const options = { parts, by: 'image', seed: 3 } as const;
    const few = writeLines(folder, 'few.uscdf.jsonl', records.slice(0, 20));
    const many = writeLines(folder, 'many.uscdf.jsonl', records);
    await splitRecords([few], { ...options, folder: join(folder, 'few') }, new TestWatch());
    await splitRecords([many], { ...options, folder: join(folder, 'many') }, new TestWatch());
    const idsIn = (path: string) => lines(path).map((line) => (JSON.parse(line) as { id: string }).id);
    const train = idsIn(join(folder, 'many', 'train.uscdf.jsonl'));
    for (const id of idsIn(join(folder, 'few', 'train.uscdf.jsonl'))) expect(train).toContain(id);
  });

  it('keeps a record with those that name it as parent', async () => {
    const folder = testFolder();
    const family = generated.map((record, i) => ({
      ...record,
      id: `r${i}`,
      image: `${i}.jpg`,
      ...(i % 6 > 0 && { parent: `r${i - 1}` }),
    }));
    const input = writeLines(folder, 'all.uscdf.jsonl', family);
    const report = await splitRecords([input], { parts, by: 'record', seed: 1, folder }, new TestWatch());
    for (const { file } of report.parts) {
      const own = lines(file).map((line) => JSON.parse(line) as { id: string; parent?: string });
      const ids = new Set(own.map(({ id }) => id));
      expect(own.length).toBeGreaterThan(0);
      for (const { parent } of own) if (parent !== undefined) expect(ids.has(parent)).toBe(true);
    }
  });

  it('moves paths of images, sidecars and label maps along, in all three kinds of file', async () => {
    const folder = testFolder();
    const inputs = ['ask.uscdf', 'first-look.uscdf', 'scenes.uscdf.jsonl'].map((name) => join(SAMPLES, name));
    const watch = new TestWatch();
    const target = join(folder, 'deep', 'er');
    const report = await splitRecords(inputs, { parts, by: 'image', seed: 0, folder: target }, watch);
    expect(watch.complaints).toEqual([]);
    const files = report.parts.map(({ file }) => file);
    let [count, masks] = [0, 0];
    for await (const { model, place } of placedRecords(files, watch)) {
      count++;
      expect(existsSync(resolve(dirname(place.path), model.image!))).toBe(true);
      masks += model.masks?.length ?? 0;
      for (let i = 0; i < model.segCount; i++) expect(model.reading(i).ok).toBe(true);
    }
    for await (const { model } of placedRecords(inputs, watch)) {
      count--;
      masks -= model.masks?.length ?? 0;
    }
    expect([count, masks]).toEqual([0, 0]);
    const maps = {
      id: 'a',
      image: 'a.jpg',
      conversations: [],
      masks: [{ size: [2, 2], file: 'maps/a.png', value: 1 }],
    };
    const input = writeLines(folder, 'maps.uscdf.jsonl', [maps]);
    const moved = await splitRecords([input], { parts, by: 'image', seed: 0, folder: target }, watch);
    const [line] = moved.parts.flatMap(({ file }) => lines(file));
    expect(JSON.parse(line!)).toEqual({
      ...maps,
      image: '../../a.jpg',
      masks: [{ size: [2, 2], file: '../../maps/a.png', value: 1 }],
    });
  });

  it('says which records are in no part, and why no part could be written', async () => {
    const folder = testFolder();
    const input = join(folder, 'a.uscdf.jsonl');
    writeFileSync(input, `${JSON.stringify(records[0])}\n{"id": \n`);
    const watch = new TestWatch();
    const report = await splitRecords([input], { parts, by: 'image', seed: 0, folder }, watch);
    expect(report.leftOut).toBe(1);
    expect(watch.complaints).toEqual([expect.stringMatching(/a\.uscdf\.jsonl:2: this record does not parse/)]);
    mkdirSync(join(folder, 'x'));
    copyFileSync(input, join(folder, 'x', 'file'));
    const into = join(folder, 'x', 'file');
    await expect(splitRecords([input], { parts, by: 'image', seed: 0, folder: into }, watch)).rejects.toThrow(
      /is no folder/,
    );
  });
});
