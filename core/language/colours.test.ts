import { describe, expect, it } from 'vitest';
import { MASK_COLORS } from '../masks/palette.ts';
import { UscdfDocument } from '../records/document.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords, textOf } from '../testing/marked.ts';
import { documentColours, MAX_COLOURS } from './colours.ts';

describe.each(FILE_KINDS)('the colours of a %s', (kind) => {
  it('stand at each [SEG], by the order of the masks in each record', () => {
    const one = recordAround('A <p> dog </p> ⟦[SEG]⟧ by\n<p> cat </p> ⟦[SEG]⟧.');
    const denied = recordAround("A <p> d‸og </p> ⟦[SEG]⟧. But I don't see any <p> cat </p> [SEG] in this image.");
    const { document, ranges } = markedRecords(kind, one, denied);
    const colours = documentColours(document);
    expect(colours.map(({ range }) => range)).toEqual(ranges);
    const shown = colours.map(({ rgb }) => rgb.map((part) => Math.round(part * 255)));
    expect(shown).toEqual([MASK_COLORS[0]!.rgb, MASK_COLORS[1]!.rgb, MASK_COLORS[0]!.rgb]);
  });

  it('end at a number that an editor can draw', () => {
    const text = textOf(kind, [recordAround('<p> dog </p> [SEG] '.repeat(MAX_COLOURS + 7))]);
    expect(documentColours(new UscdfDocument(kind, text))).toHaveLength(MAX_COLOURS);
  });

  it('are none in a record that does not parse', () => {
    expect(documentColours(new UscdfDocument(kind, '---\n{"a": [\n---\nAssistant: <p> a </p> [SEG]'))).toEqual([]);
  });
});
