import { describe, expect, it } from 'vitest';
import { comparePositions } from '../records/position.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords } from '../testing/marked.ts';
import { references } from './references.ts';

type Records = readonly Readonly<Record<string, unknown>>[];

const sameName: Records = [
  recordAround('<p> the ⟦d‸og⟧ </p> [SEG] and <p> a cat </p> [SEG]', { id: 'root' }),
  recordAround('<p> the ⟦dog⟧ </p> [SEG]', { id: 'part', target: 'the ⟦dog⟧', parent: 'root' }),
  recordAround('<p> the dog </p> [SEG]', { id: 'alone' }),
];
const atSeg: Records = [recordAround('<p> the ⟦dog⟧ </p> [S‸EG], another <p> ⟦Dog⟧ </p> [SEG]')];
const ids: Records = [
  recordAround('<p> dog </p> [SEG]', { id: '⟦ro‸ot⟧' }),
  recordAround('<p> dog </p> [SEG]', { id: 'b', parent: '⟦root⟧' }),
  recordAround('<p> dog </p> [SEG]', { id: 'c', parent: 'other' }),
  recordAround('<p> dog </p> [SEG]', { id: 'd', parent: '⟦root⟧' }),
];
const parents: Records = [
  recordAround('<p> dog </p> [SEG]', { id: 'b', parent: '⟦caf‸é⟧' }),
  recordAround('<p> dog </p> [SEG]', { id: '⟦café⟧' }),
];

describe.each(FILE_KINDS)('references in a %s', (kind) => {
  it.each([
    ['of a phrase are its names in its record and the subtrees about it', sameName],
    ['of a [SEG] are those of its phrase', atSeg],
  ])('%s', (_, records) => {
    const { document, cursor, ranges } = markedRecords(kind, ...records);
    const found = [...references(document, cursor, { declaration: true })];
    expect(found.sort((a, b) => comparePositions(a.start, b.start))).toEqual(ranges);
  });

  it.each([
    ['an id', ids],
    ['a parent', parents],
  ])('of %s are all that name the record', (_, records) => {
    const { document, cursor, ranges } = markedRecords(kind, ...records);
    // A value's range is its source, in JSON with the quotes.
    const found = references(document, cursor, { declaration: true }).map((range) =>
      document.text(range).replaceAll('"', ''),
    );
    expect(found.sort()).toEqual(ranges.map((range) => document.text(range)).sort());
    expect(references(document, cursor, { declaration: false })).toHaveLength(ranges.length - 1);
  });

  it('leave the phrases out where only mentions are asked for', () => {
    const { document, cursor } = markedRecords(kind, ...sameName);
    const found = references(document, cursor, { declaration: false });
    expect(found.map(({ start }) => document.line(start.line).includes('target'))).toEqual([true]);
  });

  it('are none at a word of no name', () => {
    const { document, cursor } = markedRecords(kind, recordAround('He‸re is <p> dog </p> [SEG].'));
    expect(references(document, cursor, { declaration: true })).toEqual([]);
  });
});
