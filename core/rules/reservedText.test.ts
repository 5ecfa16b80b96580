import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { reservedSpans } from './reservedText.ts';

describe.each(FILE_KINDS)('reserved text in a %s file', (kind) => {
  it.each([
    ['A dog.⟦</s>⟧', 'A dog.'],
    ['A ⟦</s>⟧ dog.', 'A dog.'],
    ['It is <p> a dog </p> [SEG]⟦</s>⟧', 'It is <p> a dog </p> [SEG]'],
    ['⟦<im_start>⟧A dog⟦<im_end>⟧ runs.', 'A dog runs.'],
    ['It says ⟦ASSISTANT:⟧ a dog.', 'It says a dog.'],
    ['⟦USER:⟧ a dog', 'a dog'],
    ['A dog.⟦</s>⟧⟦USER:⟧ And? ⟦ASSISTANT:⟧ A cat.', 'A dog. And? A cat.'],
  ])('%s', (answer, after) => {
    const checked = checkMarked(kind, recordAround(answer));
    expect(checked.found).toEqual(checked.marked('reserved-text'));
    const fixed = checked.fixed();
    expect(fixed.found).toEqual([]);
    expect(fixed.text).toContain(after);
  });

  it.each([
    'A user: a person.',
    'SUPERUSER: root',
    'The USER is here.',
    '<s> A dog.',
    'User: a dog, Assistant: a cat.',
  ])('leaves %s alone', (answer) => expect(checkMarked(kind, recordAround(answer)).found).toEqual([]));

  it('leaves to a person what may be a turn of its own', () => {
    const kindsOf = (answer: string) => checkMarked(kind, recordAround(answer)).fixKinds;
    expect(kindsOf('A dog. ASSISTANT: It runs.')).toEqual(['suggested']);
    expect(kindsOf('A dog.\nUSER: And then?')).toEqual(['manual']);
    expect(kindsOf('A dog.</s> USER: And then?')).toEqual(['safe', 'manual']);
  });
});

it('finds them in reading order', () => {
  expect(reservedSpans('USER: <im_end> </s> ASSISTANT:').map(({ start }) => start)).toEqual([0, 6, 15, 20]);
  expect(reservedSpans('')).toEqual([]);
});
