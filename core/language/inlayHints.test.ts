import { describe, expect, it } from 'vitest';
import type { RecordModel } from '../records/recordModel.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords } from '../testing/marked.ts';
import { inlayHints } from './inlayHints.ts';

type Masks = RecordModel['masks'];

describe.each(FILE_KINDS)('the hints of a %s', (kind) => {
  it('stand right behind each [SEG] with its number and its share of the image', () => {
    const masks: Masks = [
      { size: [2, 2], counts: [0, 1, 3] },
      { size: [100, 100], counts: [5, 1, 9994] },
    ];
    const { document, ranges } = markedRecords(
      kind,
      recordAround('‸A 🐶 <p> "dog" </p> ⟦[SEG]⟧ and\n<p> cat </p> ⟦[SEG]⟧, <p> cow </p> ⟦[SEG]⟧.', { masks }),
      recordAround("A <p> dog </p> ⟦[SEG]⟧. But I don't see any <p> cat </p> [SEG] in this image.", {
        id: 'b',
        masks: [{ size: [2, 2], counts: [7] }],
      }),
    );
    const hints = inlayHints(document, document.wholeRange, undefined);
    // The `[SEG]` of what is denied owns no mask.
    expect(hints.map(({ position }) => position)).toEqual(ranges.map(({ end }) => end));
    expect(hints.map(({ label }) => label)).toEqual(['1 · 25.0 %', '2 · <0.1 %', 'no mask', '1 · ?']);
    expect(hints[1]!.tooltip).toContain('0.01 %');
  });

  it('are those of the lines that are looked at', () => {
    const { document, cursor, ranges } = markedRecords(
      kind,
      recordAround('A <p> dog </p> [SEG].'),
      recordAround('A ‸<p> cat </p> ⟦[SEG]⟧.', { id: 'b' }),
    );
    const hints = inlayHints(document, { start: cursor, end: cursor }, undefined);
    expect(hints.map(({ position }) => position)).toEqual([ranges[0]!.end]);
  });

  it('are none where the record has no masks yet', () => {
    const { document } = markedRecords(kind, recordAround('‸A <p> dog </p> [SEG].', { masks: 'a.masks.json' }));
    expect(inlayHints(document, document.wholeRange, undefined)).toEqual([]);
  });
});
