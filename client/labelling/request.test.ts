import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readGiven } from './request.ts';

const given = { inputs: [resolve('a.uscdf.jsonl')], output: resolve('b.uscdf.jsonl'), provider: 'local' };

it('takes absolute paths and a provider that the settings decide about', () => {
  expect(readGiven(given)).toEqual(given);
  expect(readGiven({ ...given, endpoint: 'https://elsewhere.example' })).toEqual(given);
});

it.each([
  undefined,
  null,
  'a.uscdf.jsonl',
  {},
  { ...given, inputs: [] },
  { ...given, inputs: ['a.uscdf.jsonl'] },
  { ...given, inputs: ['--endpoint=https://elsewhere.example'] },
  { ...given, output: 'b.uscdf.jsonl' },
  { ...given, provider: 'https://elsewhere.example' },
])('takes nothing else: %j', (value) => {
  expect(readGiven(value)).toBeUndefined();
});
