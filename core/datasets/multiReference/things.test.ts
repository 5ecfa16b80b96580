import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classThings, KnownImage } from './absence.ts';
import { thingsOf } from './things.ts';

describe('things', () => {
  it.each([
    ['the man in the red shirt', ['person', 'shirt']],
    ['second zebra from left', ['zebra']],
    ['two puppies', ['dog']],
    ['hot dog cart', ['hot dog', 'cart']],
    ['animals', ['animal']],
    ['the left one', []],
    ['orange thing', []],
    ['oranges', ['orange']],
    ['big church', ['church']],
    ['22', []],
    ['', []],
    ['狗', []],
  ])('of %j are %j', (text, named) => {
    expect(thingsOf(text).named).toEqual(named);
  });

  it('know every noun of the shipped detector', () => {
    const { classes } = JSON.parse(readFileSync('models/bundles/coco80/bundle.json', 'utf8')) as {
      classes: { name: string; plural: string; same?: [string, string][]; narrower?: [string, string][] }[];
    };
    for (const { name, plural, same = [], narrower = [] } of classes)
      for (const [one, many] of [[name, plural], ...same, ...narrower] as [string, string][])
        for (const word of [one, many]) expect(thingsOf(word).marks, word).toContain(name);
  });
});

describe('absence', () => {
  const coco = classThings(['person', 'dog', 'zebra', 'bus', 'teddy bear', 'dining table']);

  it.each([
    [['person'], 'the woman with a hat', 'contradicted'],
    [['person'], 'blue shirt', 'contradicted'],
    [['man on left'], 'people', 'contradicted'],
    [['dogs'], 'puppy', 'contradicted'],
    [['dog'], 'an animal', 'contradicted'],
    [['animals'], 'dog', 'contradicted'],
    [['teddy bear'], 'bear', 'contradicted'],
    [['tv remote'], 'tv', 'contradicted'],
    [['man next to the bus'], 'buses', 'contradicted'],
    [['lamp'], 'green lamp', 'contradicted'],
    [['person'], 'zebra eating grass', 'likely'],
    [['person'], 'zebra', 'proven'],
    [['person'], 'zebra behind bus', 'proven'],
    [['dog'], 'man', 'proven'],
    [['person'], 'old church', 'likely'],
    [['person'], 'sky', 'generic'],
    [['person'], 'clouds in the sky', 'generic'],
    [['dog'], 'left one', 'generic'],
    [['dog'], 'table', 'generic'],
    [['dog'], 'sign', 'generic'],
  ])('with %j, %j is %s', (known, text, verdict) => {
    expect(new KnownImage(known, coco).judge(thingsOf(text))).toBe(verdict);
  });

  it('takes a person for likely to be anywhere where nobody looked for people', () => {
    expect(new KnownImage(['sky'], classThings(['sky'])).judge(thingsOf('man'))).toBe('generic');
  });
});
