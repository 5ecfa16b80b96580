import { describe, expect, it } from 'vitest';
import type { FileKind } from '../records/document.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { type Marked, marked, markedRecords, textOf } from '../testing/marked.ts';
import { definition, listItemRange } from './definition.ts';

const first = { size: [2, 2], counts: [0, 4] };
const second = { size: [2, 2], counts: [1, 3] };

/** The record's second mask is marked. */
function secondMaskMarked(kind: FileKind, answer: string): Marked {
  const text = textOf(kind, [recordAround(answer, { masks: [first, second] })]);
  return marked(kind, text.replace('{"size": [2, 2], "counts": [1, 3]}', '⟦$&⟧'));
}

/** What is selected, and what the cursor is on. */
function found({ document, cursor }: Marked) {
  const { origin, targets } = definition(document, cursor) ?? {};
  return {
    origin: origin && document.text(origin),
    selections: (targets ?? []).map((target) => (target.kind === 'here' ? target.selection : target)),
  };
}

describe.each(FILE_KINDS)('the definition in a %s', (kind) => {
  it.each([
    ['[SEG]', '<p> cat </p> [SEG] and <p> a dog </p> [S‸EG]', '[SEG]'],
    ['a phrase', '<p> cat </p> [SEG] and <p> a d‸og </p> [SEG]', 'a dog'],
    ['the article of a phrase', '<p> cat </p> [SEG] and <p> ‸a dog </p> [SEG]', 'a dog'],
  ])('of %s is its mask', (_, answer, origin) => {
    const fixture = secondMaskMarked(kind, answer);
    expect(found(fixture)).toEqual({ origin, selections: fixture.ranges });
  });

  it('of a mask is its [SEG]', () => {
    const answer = '<p> cat </p> [SEG] and\n<p> dog </p> ⟦[SEG]⟧';
    const fixture = markedRecords(kind, recordAround(answer, { masks: [first, { ...second, note: 'he‸re' }] }));
    expect(found(fixture).selections).toEqual(fixture.ranges);
    const labelled = markedRecords(kind, recordAround(answer, { masks: [first, { ...second, label: 'd‸og' }] }));
    expect(found(labelled)).toEqual({ origin: 'dog', selections: labelled.ranges });
  });

  it('of a mask in a sidecar is that file', () => {
    const fixture = markedRecords(kind, recordAround('<p> cat </p> [SEG], <p> d‸og </p> [SEG]', { masks: 'm/a.json' }));
    expect(found(fixture).selections).toEqual([{ kind: 'file', path: 'm/a.json', item: 1 }]);
  });

  it.each([
    ['image', { image: 'images/a‸.jpg' }, 'images/a.jpg'],
    ['masks', { masks: 'a.ma‸sks.json' }, 'a.masks.json'],
    ['file', { masks: [{ size: [2, 2], file: 'lab‸els.png', value: 1 }] }, 'labels.png'],
  ])('of the path in %s is its file', (_, more, path) => {
    const { origin, selections } = found(markedRecords(kind, recordAround('<p> dog </p> [SEG]', more)));
    expect(origin?.replaceAll('"', '')).toBe(path);
    expect(selections).toEqual([{ kind: 'file', path, item: undefined }]);
  });

  it('of a parent is the id of its record', () => {
    const part = recordAround('<p> ear </p> [SEG]', { id: 'part', parent: 'ro‸ot', target: 'dog' });
    const root = recordAround('<p> dog </p> [SEG]', { id: 'root' });
    const { document, cursor } = markedRecords(kind, part, root);
    const [target] = definition(document, cursor)!.targets;
    const own = document.cells[1]!;
    expect(target).toEqual({ kind: 'here', range: own.range, selection: own.rangeOf(own.record.locate(['id'])) });
  });

  it('of a target is the phrase of its parent', () => {
    const part = recordAround('<p> ear </p> [SEG]', { id: 'part', parent: 'root', target: 'the d‸og' });
    const root = recordAround('<p> cat </p> [SEG] and <p> a ⟦dog⟧ </p> [SEG]', { id: 'root' });
    const fixture = markedRecords(kind, root, part);
    expect(found(fixture)).toEqual({ origin: 'the dog', selections: fixture.ranges });
  });

  it.each([
    ['a referent of the question', 'the d‸og and the zebra', 'Sure, <p> ⟦dog⟧ </p> [SEG]', 'zebra'],
    ['one that is denied', 'the dog and the z‸ebra', 'Sure, <p> dog </p> [SEG]', '⟦zebra⟧'],
    ['a denied one', 'the dog and the ⟦zebra⟧', 'Sure, <p> dog </p> [SEG]', 'ze‸bra'],
  ])('of %s is where the other turn speaks of it', (_, asked, positives, denied) => {
    const conversations = [
      { from: 'human', value: `<image>\nPlease segment ${asked} in this image.` },
      { from: 'gpt', value: `${positives}. But I don't see any ${denied} in this image.` },
    ];
    const fixture = markedRecords(kind, recordAround('', { conversations, masks: [first] }));
    expect(found(fixture).selections).toEqual(fixture.ranges);
  });

  it.each([
    ['a [SEG] whose mask is missing', recordAround('<p> dog </p> [S‸EG]', { masks: [] })],
    ['a parent of no record', recordAround('<p> dog </p> [SEG]', { parent: 'no‸where' })],
    ['a target without its parent', recordAround('<p> dog </p> [SEG]', { target: 'd‸og' })],
    ['a tag', recordAround('<‸p> dog </p> [SEG]')],
    ['a word', recordAround('He‸re is <p> dog </p> [SEG]')],
    ['another key', recordAround('<p> dog </p> [SEG]', { task: 'g‸cg' })],
  ])('of %s is none', (_, record) => {
    const { document, cursor } = markedRecords(kind, record);
    expect(definition(document, cursor)).toBeUndefined();
  });
});

describe('an item of a sidecar', () => {
  it('is found without parsing the others', () => {
    const text = '[\n  {"counts": "],"},\n  {"counts": "b"}\n]\n';
    expect(listItemRange(text, 1)).toEqual({ start: { line: 2, character: 2 }, end: { line: 2, character: 17 } });
  });

  it.each(['[]', '{"a": 1}', '', '[{'])('is the beginning of %j, which has none', (text) => {
    const start = { line: 0, character: 0 };
    expect(listItemRange(text, 3)).toEqual({ start, end: start });
  });
});
