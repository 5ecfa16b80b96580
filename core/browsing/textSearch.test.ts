import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonRecord } from '../records/jsonRecord.ts';
import { RecordModel } from '../records/recordModel.ts';
import { recordAround } from '../testing/fixtures.ts';
import { CandidateScan, holdsText, needleOf } from './textSearch.ts';

const modelOf = (source: string) => new RecordModel(new JsonRecord(source, true));
const letters = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const isCandidate = (source: string, text: string) =>
  new CandidateScan(letters(Buffer.from(source)), needleOf(text)!).next(0) >= 0;

describe('a search', () => {
  const source = JSON.stringify(recordAround('<p> The White  Cat </p> [SEG] sleeps.', { id: 'Kitchen-7' }));
  const finds = (text: string) => holdsText(modelOf(source), needleOf(text)!);

  it('looks at phrases and ids, whatever the case and the blanks', () => {
    expect(finds('white cat')).toBe(true);
    expect(finds('  WHITE\tcat ')).toBe(true);
    expect(finds('kitchen-7')).toBe(true);
    expect(finds('sleeps')).toBe(false);
  });

  it('finds what JSON has escaped', () => {
    const escaped = source.replace('White', '\\u0057hite').replace('Cat', 'caf\\u00e9 \\"Tom\\"');
    for (const text of ['white', 'CAFÉ', '"tom"']) {
      expect(holdsText(modelOf(escaped), needleOf(text)!)).toBe(true);
      expect(isCandidate(escaped, text)).toBe(true);
    }
  });

  it('is none for blanks', () => {
    expect(needleOf(' \n ')).toBeUndefined();
  });

  it('passes over lines that cannot hold it', () => {
    const lines = letters(Buffer.from('{"a": "dog"}\n{"a": "cat"}\n{"a": "dog cat"}\n'));
    const scan = new CandidateScan(lines, needleOf('a cat')!);
    const first = scan.next(0);
    expect(lines.slice(first, first + 3)).toBe('cat');
    const second = scan.next(lines.indexOf('\n', first) + 1);
    expect(lines.slice(second)).toBe('cat"}\n');
    expect(scan.next(lines.length)).toBe(-1);
  });
});

it('passes over no line that holds the text', () => {
  const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, fc.nat(12), fc.nat(12), fc.boolean(), (phrase, from, length, ascii) => {
      const json = JSON.stringify(recordAround(`<p> ${phrase} </p> [SEG]`));
      const source = ascii ? json.replace(/[^\x20-\x7e]/g, escaped) : json;
      const needle = needleOf(phrase.slice(from, from + length + 1).toUpperCase());
      fc.pre(needle !== undefined && Buffer.from(source).toString() === source);
      if (holdsText(modelOf(source), needle))
        expect(new CandidateScan(letters(Buffer.from(source)), needle).next(0)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2_000 },
  );
});

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
