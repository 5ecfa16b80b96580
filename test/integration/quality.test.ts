/** The commands that look at whole datasets, as they are built: what they print, and how they end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DuplicateReport } from '../../core/quality/duplicateReport.ts';
import type { LeakReport } from '../../core/quality/leakReport.ts';
import type { Statistics } from '../../core/quality/statistics.ts';
import { lintJson, uscdf } from './command.ts';

const SCENES = fileURLToPath(new URL('../../samples/scenes.uscdf.jsonl', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-quality-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Scene {
  readonly image: string;
  readonly conversations: readonly { readonly value: string }[];
  readonly masks: readonly unknown[];
}

const scenes = readFileSync(SCENES, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Scene);
const counted = (count: (scene: Scene) => number) => scenes.reduce((sum, scene) => sum + count(scene), 0);

describe('uscdf stats', () => {
  it('counts what the file itself says', () => {
    const { code, stdout, stderr } = uscdf(['stats', '--format', 'json', SCENES]);
    expect([code, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout) as Statistics;
    expect(found).toMatchObject({
      version: 1,
      files: 1,
      records: scenes.length,
      broken: 0,
      images: { count: new Set(scenes.map(({ image }) => image)).size, exact: true },
      phrases: {
        count: counted(
          ({ conversations }) =>
            conversations
              .map(({ value }) => value)
              .join('')
              .split('<p>').length - 1,
        ),
      },
      masks: { count: counted(({ masks }) => masks.length), empty: 0, unreadable: 0 },
    });
  });

  it('finds per rule what lint finds', () => {
    const mistakes = fileURLToPath(new URL('../../samples/mistakes.uscdf.jsonl', import.meta.url));
    const { findings } = JSON.parse(uscdf(['stats', '--format', 'json', mistakes]).stdout) as Statistics;
    const linted = lintJson([mistakes, '--no-images', '--scope', 'turn,record,pixels']).findings;
    for (const { code, findings: count } of findings)
      expect([code, count]).toEqual([code, linted.filter((finding) => finding.code === code).length]);
    expect(findings.reduce((sum, { findings: count }) => sum + count, 0)).toBe(linted.length);
    expect(linted.length).toBeGreaterThan(5);
  });

  it('says what is wrong with a path, and ends with 2', () => {
    expect(uscdf(['stats', join(folder, 'gone')])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^uscdf stats: .*gone: no such file/),
    });
  });
});

describe('the others', () => {
  it('split, merge and compare, and nothing is lost on the way', () => {
    const split = uscdf(['split', SCENES, '--ratio', 'a=1,b=1', '-o', join(folder, 'parts')]);
    expect([split.code, split.stderr]).toEqual([0, '']);
    const merged = join(folder, 'merged.uscdf.jsonl');
    expect(uscdf(['merge', join(folder, 'parts'), SCENES, '-o', merged])).toMatchObject({
      code: 0,
      stdout: `${merged}: ${scenes.length} records, ${scenes.length} identical ones left out, 0 renamed.\n`,
    });
    expect(lintJson([merged]).summary).toMatchObject({ records: scenes.length, errors: 0 });
    const agreement = uscdf(['agreement', merged, SCENES, '--format', 'json']);
    expect(JSON.parse(agreement.stdout)).toMatchObject({
      records: { compared: scenes.length },
      agreement: 1,
      meanIou: 1,
    });
    const duplicates = uscdf(['duplicates', merged, SCENES, '--what', 'records', '--format', 'json']);
    expect(duplicates.code).toBe(1);
    expect((JSON.parse(duplicates.stdout) as DuplicateReport).groups).toHaveLength(scenes.length);
    const leaks = uscdf(['leaks', SCENES, '--against', merged, '--format', 'json']);
    expect(leaks.code).toBe(1);
    expect((JSON.parse(leaks.stdout) as LeakReport).images).toHaveLength(
      new Set(scenes.map(({ image }) => image)).size,
    );
    const parts = ['a', 'b'].map((name) => join(folder, 'parts', `${name}.uscdf.jsonl`));
    expect(uscdf(['leaks', parts[0]!, '--against', parts[1]!])).toMatchObject({ code: 0 });
  });

  it.each([
    [['split', SCENES, '--ratio', 'a', '-o', 'x'], /--ratio a: /],
    [['split', SCENES, '--ratio', 'a=1,b=1', '--seed', 'x', '-o', 'x'], /--seed x: /],
    [['merge', SCENES, '-o', 'x.json'], /-o x\.json: a merged file is a \.uscdf\.jsonl/],
    [['merge', SCENES, '-o', SCENES], /is an input too/],
    [['duplicates', SCENES, '--iou', '2'], /--iou 2: write a number from 0\.5 to 1/],
    [['duplicates', SCENES, '--what', 'x'], /--what x: /],
    [['leaks', SCENES, '--against', SCENES, '--looks', '99'], /--looks 99: /],
    [['leaks', SCENES], /--against/],
  ])('%j is refused in one line', (args, message) => {
    const { code, stdout, stderr } = uscdf(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('goes on where a record does not parse, and ends with 2 where it had to leave it out', () => {
    const broken = join(folder, 'broken.uscdf.jsonl');
    writeFileSync(broken, `{"id": \n${readFileSync(SCENES, 'utf8')}`);
    const out = join(folder, 'mended.uscdf.jsonl');
    const { code, stderr } = uscdf(['merge', broken, '-o', out]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('broken.uscdf.jsonl:1: this record does not parse')]);
    expect(lintJson([out]).summary.records).toBe(scenes.length);
    expect(uscdf(['duplicates', broken, '--what', 'records'])).toMatchObject({ code: 0 });
  });
});
