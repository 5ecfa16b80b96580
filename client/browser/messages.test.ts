import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WHOLE_FILE } from '../../core/browsing/view.ts';
import { readFromBrowser, readKeptPath } from './messages.ts';

it('lets what the page says through', () => {
  for (const message of [
    { type: 'ready', view: WHOLE_FILE },
    {
      type: 'view',
      view: {
        filter: { text: 'dog', task: 'gcg', finding: 'mask-count', review: 'draft', masks: { least: 2 }, denies: true },
        sort: 'masks',
        descending: true,
      },
    },
    { type: 'want', selection: 3, stretches: [[0, 24]] },
    { type: 'statistics', wanted: true },
    { type: 'open', record: 999_999 },
    { type: 'again' },
  ])
    expect(readFromBrowser(message)).toEqual(message);
});

it('lets nothing else through', () => {
  for (const message of [
    { type: 'view', view: { ...WHOLE_FILE, sort: 'colour' } },
    { type: 'view', view: { ...WHOLE_FILE, filter: { masks: { least: -1 } } } },
    { type: 'view', view: { ...WHOLE_FILE, filter: { text: 'x'.repeat(1_001) } } },
    { type: 'want', selection: 1, stretches: [[0, 1_000_000]] },
    { type: 'open', record: 0.5 },
    { type: 'open', path: '/etc/passwd' },
  ])
    expect(readFromBrowser(message)).toBeUndefined();
  fc.assert(fc.property(fc.anything(), (message) => readFromBrowser(message) === undefined));
});

it('finds the dataset in what the page kept', () => {
  expect(readKeptPath({ path: '/data/train.uscdf.jsonl', mode: 'grid' })).toBe('/data/train.uscdf.jsonl');
  for (const state of [undefined, null, {}, { path: 'train.uscdf.jsonl' }, { path: 7 }])
    expect(readKeptPath(state)).toBeUndefined();
});
