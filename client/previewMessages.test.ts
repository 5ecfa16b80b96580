import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFromPreview } from './previewMessages.ts';

it('lets only the page’s messages through', () => {
  expect(readFromPreview({ type: 'select', phrase: 2 })).toEqual({ type: 'select', phrase: 2 });
  expect(readFromPreview({ type: 'select', phrase: -1 })).toBeUndefined();
  expect(readFromPreview({ type: 'select', phrase: '2' })).toBeUndefined();
  expect(readFromPreview({ type: 'run', command: 'rm' })).toBeUndefined();
  fc.assert(
    fc.property(fc.anything(), (message) => readFromPreview(message) === undefined),
    { numRuns: 2_000 },
  );
});
