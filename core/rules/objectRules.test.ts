import { describe, expect, it } from 'vitest';
import { ok } from '../result.ts';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround, tinyMask } from '../testing/fixtures.ts';
import { nameObjects } from './knownObjects.ts';

const labelled = (...labels: readonly string[]) => labels.map((label, i) => ({ ...tinyMask(i), label }));
const masks = (count: number) => Array.from({ length: count }, (_, i) => tinyMask(i));

describe.each(FILE_KINDS)('the objects of a %s file', (kind) => {
  const codes = (answer: string, list: unknown, resources?: Parameters<typeof checkMarked>[2]) =>
    checkMarked(kind, recordAround(answer, { masks: list }), resources);

  it('are counted from 1 by their masks', () => {
    expect(codes('<object1> a </object1> <object2> b </object2>', masks(2)).found).toEqual([]);
    const checked = codes('⟦<object0>⟧ a </object0> <object1> b </object1> <object2> c </object2>', masks(2));
    expect(checked.found).toEqual(checked.marked('object-unknown'));
  });

  it('are those that the labels of the masks say', () => {
    const list = labelled('object8', '<object11>');
    expect(codes('<object11> a woman </object11> with <object8> a paddle </object8>', list).found).toEqual([]);
    const checked = codes('<object8> a </object8> <object11> b </object11> ⟦<object1>⟧ c </object1>', list);
    expect(checked.found).toEqual(checked.marked('object-unknown'));
    expect(checked.findings[0]!.message).toContain('objects 8, 11');
  });

  it('are no business of a question', () => {
    const conversations = [
      { from: 'human', value: '<image>\nWhat is ⟦<object1>⟧ the dog ⟦</object1>⟧?' },
      { from: 'gpt', value: 'A <p> dog </p> [SEG].' },
    ];
    const checked = checkMarked(kind, recordAround('', { conversations, masks: masks(1) }));
    expect(checked.found).toEqual(checked.marked('token-in-question'));
    const fixed = checked.fixed();
    expect(fixed.text).toContain('What is the dog?');
    expect(fixed.found).toEqual([]);
  });

  it('are none where there is no mask, which is said once', () => {
    const checked = codes('⟦<object1>⟧ a </object1> <object2> b </object2>', []);
    expect(checked.found).toEqual(checked.marked('object-unknown'));
  });

  it('are not known where the masks are not', () => {
    const text = '<object1> a </object1> <object9> b </object9>';
    expect(codes(text, 'a.masks.json').found).toEqual([]);
    const resources = { image: () => undefined, labelMap: () => undefined, sidecar: () => ok(masks(9)) };
    expect(codes('⟦<object10>⟧ a </object10>', 'a.masks.json', resources).found).toHaveLength(1);
    const missed = codes('<object1> a </object1>', 'a.masks.json', { ...resources, sidecar: () => ok(masks(2)) });
    expect(missed.findings.map(({ code }) => code)).toEqual(['object-unmentioned']);
  });

  it('are missed one by one, and only where tags are used', () => {
    const checked = codes('<object2> b </object2>', masks(3));
    expect(checked.findings.map(({ code, message }) => `${code} ${/object \d+/.exec(message)![0]}`)).toEqual([
      'object-unmentioned object 1',
      'object-unmentioned object 3',
    ]);
    expect(codes('A dog.', masks(3)).findings.map(({ code }) => code)).toEqual(['mask-count']);
  });

  it('that phrases have grounded already are not missed', () => {
    expect(codes('<p> a dog </p> [SEG] and <object2> a cat </object2>', masks(2)).found).toEqual([]);
  });

  it('a wrong number, or a tag that does not pair, is one finding', () => {
    const wrong = codes('<object1> a </object1> ⟦<object7>⟧ b </object7>', masks(2));
    expect(wrong.found).toEqual(wrong.marked('object-unknown'));
    const single = codes('<object1> a </object1> b ⟦</object2>⟧', masks(2));
    expect(single.found).toEqual(single.marked('object-tag'));
  });
});

it('names the objects shortly', () => {
  expect(nameObjects([])).toBe('no object');
  expect(nameObjects([3])).toBe('object 3');
  expect(nameObjects([3, 1, 2])).toBe('objects 1 to 3');
  expect(nameObjects([1, 8, 10])).toBe('objects 1, 8, 10');
  expect(nameObjects(Array.from({ length: 30 }, (_, i) => 2 * i))).toMatch(/, 38, …$/);
});

it.each(FILE_KINDS)('a tag without its number is one finding in a %s file', (kind) => {
  const of = (answer: string) => checkMarked(kind, recordAround(answer, { masks: [tinyMask(0)] }));
  const checked = of('A <object1> dog ⟦</object>⟧ runs.');
  expect(checked.found).toEqual(checked.marked('malformed-token'));
  expect(of('A <object> dog </object1> runs.').findings.map(({ code }) => code)).toEqual(['malformed-token']);
});
