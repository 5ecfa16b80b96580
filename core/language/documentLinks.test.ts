import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords, textOf } from '../testing/marked.ts';
import { documentLinks, MAX_LINKS } from './documentLinks.ts';

describe.each(FILE_KINDS)('the links of a %s', (kind) => {
  it('are the paths of images, sidecars and label maps', () => {
    const records = [
      recordAround('<p> dog </p> [SEG]', {
        id: '‸a',
        image: '⟦images/a.jpg⟧',
        masks: [
          { size: [2, 2], counts: [0, 4] },
          { size: [2, 2], file: '⟦labels.png⟧', value: 1 },
        ],
      }),
      recordAround('<p> dog </p> [SEG]', { id: 'b', image: '⟦https://example.org/b.jpg⟧', masks: '⟦b.masks.json⟧' }),
    ];
    const { document, ranges } = markedRecords(kind, ...records);
    const links = documentLinks(document);
    expect(links.map(({ path }) => path)).toEqual([
      'images/a.jpg',
      'labels.png',
      'https://example.org/b.jpg',
      'b.masks.json',
    ]);
    expect(links.map(({ range }) => range)).toEqual(ranges);
  });

  it('end at a number that an editor can hold', () => {
    const masks = Array.from({ length: MAX_LINKS + 7 }, () => ({ size: [2, 2], file: 'labels.png', value: 1 }));
    const text = textOf(kind, [recordAround('', { masks })]);
    expect(documentLinks(new UscdfDocument(kind, text))).toHaveLength(MAX_LINKS);
  });
});
