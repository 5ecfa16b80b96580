import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkedRecord } from './convertedRecords.ts';
import { generatedRecord } from './generatedRecords.ts';

describe('generatedRecord', () => {
  it('makes records without a finding', () => {
    fc.assert(
      fc.property(generatedRecord(), (record) => checkedRecord(record)),
      { numRuns: 300 },
    );
  });
});
