import { expect, it } from 'vitest';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import { fingerprintOf, Showings } from './showings.ts';

const shown = { uri: 'file:///a.uscdf', record: 0, version: 1, fingerprint: 'x' };

const record: PreviewRecord = {
  id: 'a',
  index: 0,
  image: 'a.jpg',
  turns: [{ role: 'gpt', parts: [{ kind: 'text', text: 'A dog.' }] }],
  masks: [{ size: [2, 2], counts: '04', color: 0, label: 'dog', area: 4 }],
  negatives: [],
  errors: 0,
  warnings: 0,
};

it('gives each showing a stamp of its own, also in another document of the same version', () => {
  const showings = new Showings();
  const one = showings.add(shown);
  const other = showings.add({ ...shown, uri: 'file:///b.uscdf' });
  expect(other.stamp).not.toBe(one.stamp);
  expect(showings.find(one.stamp, 0)).toEqual(one);
  expect(showings.find(other.stamp, 0)).toEqual(other);
  expect(showings.find(one.stamp, 1)).toBeUndefined();
});

it('keeps the stamp of what is shown again unchanged', () => {
  const showings = new Showings();
  const first = showings.add(shown);
  expect(showings.add({ ...shown })).toBe(first);
  expect(showings.add({ ...shown, version: 2 }).stamp).not.toBe(first.stamp);
});

it('forgets the oldest', () => {
  const showings = new Showings();
  const first = showings.add(shown);
  for (let version = 2; version < 100; version++) showings.add({ ...shown, version });
  expect(showings.find(first.stamp, 0)).toBeUndefined();
});

it('knows a record that looks the same, and one whose text or mask has changed', () => {
  const same = fingerprintOf({ ...record, index: 5, warnings: 2 });
  expect(same).toBe(fingerprintOf(record));
  expect(fingerprintOf({ ...record, masks: [] })).not.toBe(same);
  expect(fingerprintOf({ ...record, image: 'b.jpg' })).not.toBe(same);
});
