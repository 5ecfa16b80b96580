import { expect, it } from 'vitest';
import { RECORD_KEYS } from './recordModel.ts';
import { recordSchema } from './recordSchema.ts';

it('has the keys that the rest of the code knows, in their order', () => {
  expect(Object.keys(recordSchema.shape)).toEqual(RECORD_KEYS);
});
