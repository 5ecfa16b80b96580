import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { parseAnswer } from './answer.ts';
import { objectTagProblems, objectTags } from './objectTags.ts';

const problems = (text: string) => objectTagProblems(objectTags(parseAnswer(text)));
const kinds = (text: string) => problems(text).map(({ kind, tag }) => `${kind} ${text.slice(tag.start, tag.end)}`);

describe('object tags', () => {
  it.each([
    'no tag at all',
    '<object1> a </object1> <object2>b</object2> <object1> c </object1>',
    '<object11> a </object11><object1> b </object1>',
  ])('pair in %s', (text) => expect(kinds(text)).toEqual([]));

  it.each([
    ['<object1> a', ['unclosed <object1>']],
    ['a </object1>', ['unopened </object1>']],
    ['<object1> a <object1> b', ['closed-as-open <object1>']],
    ['<object1> a </object2> b', ['other-number </object2>']],
    ['<object1> a <object2> b </object2> </object1>', ['nested <object2>']],
    ['<object1> a <object2> b </object1> c </object2>', ['crossing <object2>']],
    ['<object1> <object2> a </object2> <object3> b </object3> </object1>', ['nested <object2>', 'nested <object3>']],
    ['<object1> a <object2> b </object2>', ['unclosed <object1>']],
    ['a </object1> <object1> b', ['unopened </object1>', 'unclosed <object1>']],
    ['<object1> a <object2> b </object1>', ['unclosed <object2>']],
  ])('do not in %s', (text, expected) => expect(kinds(text)).toEqual(expected));

  it('are read in any order, and a mistake is one problem at most a tag', () => {
    const tag = fc.tuple(fc.constantFrom('<object', '</object'), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 30 }), (tags) => {
        const text = tags.map(([head, number]) => `${head}${number}>`).join(' x ');
        const found = problems(text);
        expect(new Set(found.map((problem) => problem.tag.start)).size).toBe(found.length);
        const starts = found.map((problem) => problem.tag.start);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
    );
  });

  it('take time linear in their number', () => {
    const started = processorMs();
    expect(problems('<object1> a '.repeat(100_000))).toHaveLength(50_000);
    expect(problems('<object1> a '.repeat(50_000) + '</object1>'.repeat(50_000))).toHaveLength(49_999);
    expect(processorMs() - started).toBeLessThan(3_000);
  });
});
