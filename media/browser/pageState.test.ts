import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readState } from './pageState.ts';

const kept = {
  path: '/data/train.uscdf.jsonl',
  view: {
    filter: { text: 'cat', task: 'gcg', finding: 'mask-count', review: 'draft', masks: { least: 1 }, area: 2 },
    sort: 'masks',
    descending: true,
  },
  mode: 'list',
  place: 700,
};

it('reads what it wrote', () => {
  expect(readState(kept)).toEqual(kept);
});

it('reads what is none as a fresh page', () => {
  const fresh = readState(undefined);
  expect(fresh).toMatchObject({ path: '', mode: 'grid', place: 0, view: { filter: {}, sort: 'file' } });
  for (const stored of [7, 'x', { view: { filter: { task: 'dreaming', masks: { least: -1 } } } }, { mode: 'pie' }])
    expect(readState(stored)).toEqual(fresh);
  fc.assert(fc.property(fc.anything(), (stored) => readState(stored).view.sort !== undefined));
});
