import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countOf, readReport, summary } from './report.ts';

const written = {
  ...{ version: 1, from: 'a', to: 'b', outputs: ['/o'], records: 1, phrases: 2, masks: 0, imagesNotFound: 0 },
  counts: { rejected: { 'no-image': 2, 'no-mask': 1 }, changed: {}, lost: { text: 1 } },
  items: [],
};
const report = readReport(JSON.stringify(written))!;

it('reads what the command writes, and nothing else', () => {
  expect(report).toEqual({ ...written, itemsLeftOut: 0 });
  expect(readReport('{"version":')).toBeUndefined();
  expect(readReport(JSON.stringify({ ...written, version: 2 }))).toBeUndefined();
  fc.assert(fc.property(fc.json(), (text) => readReport(text) === undefined));
});

it('sums up in a sentence', () => {
  expect(countOf(report, 'rejected')).toBe(3);
  expect(summary(report)).toBe('1 record with 2 phrases and 0 masks, 3 items rejected, 1 item lost.');
  expect(summary({ ...report, imagesNotFound: 1 })).toMatch(/, 1 photograph not found\.$/);
});
