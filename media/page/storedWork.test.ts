import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStoredWork, type StoredWork } from './storedWork.ts';

const base = {
  record: { id: 'a', index: 3, image: 'a.jpg' },
  token: 'the cup',
  drawn: { size: [4, 6], counts: '0140' },
} as const;

test('stored work is read as it was written', () => {
  const purposes: StoredWork['purpose'][] = [
    { kind: 'new' },
    { kind: 'edit', mask: 2 },
    { kind: 'phrase', phrase: 0 },
    { kind: 'words', words: { turn: 1, part: 2, start: 3, end: 4 }, text: 'x' },
  ];
  for (const purpose of purposes) {
    const work = { ...base, purpose, file: 'file:///a.uscdf' };
    expect(readStoredWork(JSON.parse(JSON.stringify(work)))).toEqual(work);
  }
});

test('anything else is no work', () => {
  fc.assert(
    fc.property(fc.anything(), (stored) => {
      expect(readStoredWork(stored)).toBe(undefined);
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom('record', 'purpose', 'token', 'drawn'), fc.anything(), (key, value) => {
      const work = readStoredWork({ ...base, purpose: { kind: 'new' }, [key]: value });
      if (key !== 'token' || typeof value !== 'string') expect(work).toBe(undefined);
    }),
  );
});
