import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedRecord } from '../../core/testing/generatedRecords.ts';
import { mergeRecords } from './merge.ts';
import { TestWatch, testFolder, writeLines } from './testing.ts';

interface Written {
  readonly id: string;
  readonly parent?: string;
  readonly image: string;
}

const [root, child, other] = fc
  .sample(generatedRecord(['gcg']), { numRuns: 3, seed: 5 })
  .map((record, i) => ({ ...record, id: ['root', 'child', 'other'][i]!, image: 'images/a.jpg' }));
const family = [root!, { ...child!, parent: 'root' }];

const read = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Written);

describe('mergeRecords', () => {
  it('writes equal records once, also where their keys stand in another order', async () => {
    const folder = testFolder();
    const { id, ...rest } = root!;
    const inputs = [
      writeLines(folder, 'a.uscdf.jsonl', family),
      writeLines(folder, 'b.uscdf.jsonl', [...family, { ...rest, id }, other]),
    ];
    const report = await mergeRecords(inputs, join(folder, 'out.uscdf.jsonl'), new TestWatch());
    expect(report).toMatchObject({ records: 3, identical: 3, renamed: [], leftOut: 0 });
    expect(read(report.output)).toEqual([...family, other]);
  });

  it('gives other records of one id new ones, and their children the new parent', async () => {
    const folder = testFolder();
    const inputs = [
      writeLines(folder, 'a.uscdf.jsonl', family),
      writeLines(folder, 'b.uscdf.jsonl', [{ ...family[1] }, { ...other!, id: 'root' }]),
    ];
    const report = await mergeRecords(inputs, join(folder, 'sub', 'out.uscdf.jsonl'), new TestWatch());
    expect(report.renamed).toEqual([
      { file: inputs[1], line: 0, from: 'child', to: 'child-2' },
      { file: inputs[1], line: 1, from: 'root', to: 'root-2' },
    ]);
    expect(read(report.output).map(({ id, parent }) => [id, parent])).toEqual([
      ['root', undefined],
      ['child', 'root'],
      ['child-2', 'root-2'],
      ['root-2', undefined],
    ]);
    expect(new Set(read(report.output).map(({ image }) => image))).toEqual(new Set(['../images/a.jpg']));
  });

  it('takes records of one id and different images for two', async () => {
    const folder = testFolder();
    const inputs = [
      writeLines(folder, 'a.uscdf.jsonl', [root]),
      writeLines(folder, 'b.uscdf.jsonl', [{ ...root!, image: 'images/b.jpg' }]),
    ];
    const report = await mergeRecords(inputs, join(folder, 'out.uscdf.jsonl'), new TestWatch());
    expect(read(report.output).map(({ id }) => id)).toEqual(['root', 'root-2']);
  });
});
