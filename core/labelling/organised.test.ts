import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDescription } from './check.ts';
import { cleanDescription, groundDescription, taggedWords } from './organised.ts';

const known = (...shorts: readonly string[]) => shorts.map((short, i) => ({ number: i + 1, short }));
const codes = (answer: string, objects = known('a dog', 'a red ball')) => {
  const checked = checkDescription(cleanDescription(answer), objects);
  return checked.ok ? [] : checked.findings.map(({ code }) => code);
};
const grounded = (answer: string, objects = known('a dog', 'a red ball')) => {
  const checked = checkDescription(cleanDescription(answer), objects);
  return checked.ok ? checked.grounded : checked.findings;
};

describe('a description with object tags', () => {
  it('becomes phrases with the masks in the order of the text (paper, supplement B.2)', () => {
    const objects = [8, 10, 11, 1].map((number, i) => ({
      number,
      short: ['a paddle', 'a surfboard', 'a woman', 'water'][i]!,
    }));
    const answer =
      '<object11>a woman in a bikini</object11> stands on <object10> a yellow surfboard </object10> with <object8>a paddle </object8>, on <object1> calm water </object1>.';
    expect(grounded(answer, objects)).toEqual({
      text: '<p> a woman in a bikini </p> [SEG] stands on <p> a yellow surfboard </p> [SEG] with <p> a paddle </p> [SEG], on <p> calm water </p> [SEG].',
      order: [11, 10, 8, 1],
    });
  });

  it.each([
    ['a fence', '```\n<object1> a dog </object1> and <object2> a ball </object2>.\n```'],
    ['quotation marks', '"<object1> a dog </object1> and <object2> a ball </object2>."'],
    ['a name and lines', 'Description:\n<object1> a dog </object1>\n\nand <object2> a ball </object2>.'],
    ['tags spelt otherwise', '<Object 1> a dog </Object 1> and < object_2> a ball </ object2 >.'],
    ['tags without spaces', '<object1>a dog</object1> and<object2>a ball</object2>.'],
  ])('is cleaned of %s', (_, answer) => {
    expect(grounded(answer)).toEqual({ text: '<p> a dog </p> [SEG] and <p> a ball </p> [SEG].', order: [1, 2] });
  });

  it('is found wrong by the rules', () => {
    expect(codes('A dog and a ball.')).toEqual(['object-unmentioned']);
    expect(codes('<object1> a dog </object1> runs.')).toEqual(['object-unmentioned']);
    expect(codes('<object1> a dog </object1> and <object2> a ball.')).toEqual(['object-tag']);
    expect(codes('<object1> a dog <object2> with a ball </object2></object1>')).toContain('object-tag');
    expect(codes('<object1> a dog </object1>, <object2> a ball </object2>, <object3> a cat </object3>.')).toEqual([
      'object-unknown',
    ]);
    expect(codes('<object1> a dog </object1> and <object2> </object2>.')).toEqual(['empty-phrase']);
    expect(codes('')).toEqual(['object-unmentioned']);
  });

  it('is found wrong where its words name another object', () => {
    const objects = known('a paddle', 'a woman');
    expect(
      codes('<object1> Holding it firmly, the woman </object1> rows with <object2> her </object2>.', objects),
    ).toEqual(['object-words']);
    expect(codes('<object1> a wooden paddle </object1> of <object2> the woman </object2>.', objects)).toEqual([]);
    expect(codes('<object1> an oar </object1> of <object2> the person </object2>.', objects)).toEqual([]);
  });

  it('keeps the first words of an object that is tagged twice, for it has one mask', () => {
    expect(
      grounded('<object1> a dog </object1> has <object2> a ball </object2>; <object1>the dog</object1> runs.'),
    ).toEqual({
      text: '<p> a dog </p> [SEG] has <p> a ball </p> [SEG]; the dog runs.',
      order: [1, 2],
    });
  });

  it('is read whatever it is', () => {
    const piece = fc.constantFrom(
      '<object1>',
      '</object1>',
      '<object2>',
      '</object2>',
      'a dog',
      ' ',
      '<p>',
      '[SEG]',
      '"',
      '```',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const description = cleanDescription(pieces.join(''));
        const checked = checkDescription(description, known('a dog', 'a ball'));
        const tagged = taggedWords(description);
        if (tagged !== undefined) groundDescription(description, tagged);
        return !checked.ok || checked.grounded.order.length === 2;
      }),
    );
  });
});
