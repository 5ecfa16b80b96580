import { describe, expect, it } from 'vitest';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { marked, markedRecords } from '../testing/marked.ts';
import { linkedEditing } from './linkedEditing.ts';

describe.each(FILE_KINDS)('linked editing in a %s', (kind) => {
  it.each([
    'Sure, it is <⟦p‸⟧> dog </⟦p⟧> [SEG].',
    'Sure, it is <⟦p⟧> dog </⟦‸p⟧> [SEG].',
    'He said "<p> cat </p> [SEG]",\nthen <⟦‸p⟧> dog\nand cat </⟦p⟧> [SEG].',
    'A <⟦obj‸ect1⟧> dog </⟦object1⟧> by <object2> a cat </object2>.',
    'A <object1> dog </object1> by <⟦object2⟧> a cat </⟦object2‸⟧>.',
  ])('links the names of a pair of tags: %j', (answer) => {
    const { document, cursor, ranges } = markedRecords(kind, recordAround(answer, { masks: [] }));
    expect(ranges).toHaveLength(2);
    const linked = linkedEditing(document, cursor);
    expect(linked?.ranges).toEqual(ranges);
    const whole = new RegExp(`^(?:${linked!.wordPattern})$`);
    for (const name of ['p', 'object12', 'object', '']) expect(name).toMatch(whole);
    expect('p>').not.toMatch(whole);
  });

  it.each([
    ['a tag without its partner', 'Sure, it is <‸p> dog.'],
    ['a misspelt tag', 'Sure, it is <‸P> dog </p> [SEG].'],
    ['tags of two objects', 'A <object‸1> dog </object2>.'],
    ['nested object tags', 'A <‸object1> dog <object2> by a cat </object2> </object1>.'],
    ['a tag in a denial', "But I don't see any <‸p> dog </p> in this image."],
    ['words', 'Sure, it is <p> d‸og </p> [SEG].'],
    ['[SEG]', 'Sure, it is <p> dog </p> [S‸EG].'],
    ['the outside of a tag', 'Sure, it is ‸<p> dog </p> [SEG].'],
  ])('links nothing at %s', (_, answer) => {
    const { document, cursor } = markedRecords(kind, recordAround(answer));
    expect(linkedEditing(document, cursor)).toBeUndefined();
  });
});

it('links tags whose slash is escaped', () => {
  const answer = '"value": "<⟦p⟧> dog <\\/⟦p‸⟧> [SEG]"';
  const { document, cursor, ranges } = marked('jsonl', `{"conversations": [{"from": "gpt", ${answer}}]}`);
  expect(linkedEditing(document, cursor)?.ranges).toEqual(ranges);
});
