import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFromReport } from './reportMessages.ts';

it('lets only the page’s messages through', () => {
  expect(readFromReport({ type: 'open', list: 'worst', index: 3 })).toEqual({ type: 'open', list: 'worst', index: 3 });
  expect(readFromReport({ type: 'open', list: 'worst', index: 1.5 })).toBeUndefined();
  expect(readFromReport({ type: 'open', list: '__proto__', index: 0 })).toBeUndefined();
  expect(readFromReport({ type: 'save', path: '/etc/passwd' })).toEqual({ type: 'save' });
  expect(readFromReport({ type: 'run', command: 'rm' })).toBeUndefined();
  fc.assert(
    fc.property(fc.anything(), (message) => readFromReport(message) === undefined),
    { numRuns: 2_000 },
  );
});
