import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { WorstRecord } from '../../core/metrics/report/model.ts';
import { officialPair, photographOf } from './officialPair.ts';

const folder = mkdtempSync(join(tmpdir(), 'uscdf-pair-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'gt', 'val_gcg_coco_mask_gt.json');
const record: WorstRecord = { id: '7', set: 'gcg', score: 0, why: '', reference: { file, line: 0 } };
const inputs = { references: ['/a b'], predictions: ['/c'] };

/** Runs a program in place of the command. */
function run(program: string) {
  const command = join(folder, `${Math.random()}.cjs`);
  writeFileSync(command, program);
  return officialPair(command, inputs, record);
}

it('asks the command for the two records, and finds the photograph', async () => {
  mkdirSync(join(folder, 'images'), { recursive: true });
  writeFileSync(join(folder, 'images', 'a.jpg'), '');
  const pair = await run(`
    const mask = { size: [2, 2], counts: [1, 3] };
    const record = (value) => ({ id: '7', image: 'a.jpg', width: 2, height: 2, masks: [mask],
      conversations: [{ from: 'human', value: '<image>' }, { from: 'gpt', value }] });
    const words = process.argv.slice(2).join('|');
    console.log(JSON.stringify({ reference: record('<p> ' + words + ' </p> [SEG]'), prediction: record('<p> a dog </p> [SEG]') }));`);
  expect(pair?.reference.masks[0]?.label).toBe(
    'evaluate|--references|/a b|--predictions|/c|--metrics|miou|--pair|gcg/7',
  );
  expect(pair?.prediction).toMatchObject({ id: '7', masks: [{ label: 'a dog', size: [2, 2] }] });
  expect(pair?.reference.image).toBe(join(folder, 'images', 'a.jpg'));
});

it('has nothing where the command refuses, dies, or says something else', async () => {
  expect(await run(`process.exitCode = 2;`)).toBeUndefined();
  expect(await run(`process.kill(process.pid, 'SIGKILL');`)).toBeUndefined();
  expect(await run(`console.log('{"reference": 7}');`)).toBeUndefined();
  expect(await run(`console.log('no JSON');`)).toBeUndefined();
});

it('leaves a photograph that is nowhere as it is named', () => {
  expect(photographOf('b.jpg', file)).toBe('b.jpg');
  expect(photographOf('', file)).toBe('');
});
