import { expect, it } from 'vitest';
import { FORMATS } from '../../core/datasets/registry.ts';
import {
  asUscdfName,
  chosenOptions,
  exportTarget,
  firstSentence,
  formatsFor,
  importTarget,
  SEED,
  valueProblem,
  valuesOf,
} from './kindChoices.ts';

it('offers each format that can be read or written, the last one first', () => {
  for (const direction of ['read', 'write'] as const) {
    const able = FORMATS.filter((format) => format[direction] !== undefined).map(({ kind }) => kind);
    const offered = formatsFor(direction, 'llava').map(({ kind }) => kind);
    expect(offered[0]).toBe('llava');
    expect([...offered].sort()).toEqual([...able].sort());
  }
});

it('has a plain sentence for each', () => {
  for (const format of FORMATS) {
    const sentence = firstSentence(format);
    expect(sentence, format.kind).toMatch(/^[^`]{20,}\.$/);
  }
});

it('says what is wrong with a value as it is typed', () => {
  const number = { name: 'tokens', description: '', default: 3, range: [1, 64] } as const;
  expect(valueProblem(number, '64')).toBeUndefined();
  expect(valueProblem(number, '65')).toBe('Write a number from 1 to 64.');
  expect(valueProblem(SEED, '1.5')).toBe('Write a whole number.');
  expect(valueProblem(SEED, '12')).toBeUndefined();
  expect(valueProblem({ name: 'phrase', description: '', default: 'x' }, 'a=b')).toBeUndefined();
});

it('lists the values of what is chosen, and not of what is typed', () => {
  expect(valuesOf({ name: 'crowd', description: '', default: false })).toEqual(['true', 'false']);
  expect(valuesOf({ name: 'text', description: '', default: 'a', choices: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(valuesOf(SEED)).toBeUndefined();
});

it('hands over what was chosen', () => {
  expect(chosenOptions(new Map())).toEqual({});
  expect(
    chosenOptions(
      new Map([
        ['text', 'list'],
        ['seed', '4'],
      ]),
    ),
  ).toEqual({ set: ['text=list'], seed: 4 });
});

it('names outputs after inputs', () => {
  expect(importTarget('/d/instances.json')).toBe('/d/instances.uscdf.jsonl');
  expect(importTarget('/d/refs(unc).p')).toBe('/d/refs(unc).uscdf.jsonl');
  expect(importTarget('/d/folder')).toBe('/d/folder.uscdf.jsonl');
  expect(exportTarget('/d/a.uscdf.jsonl', 'llava')).toBe('/d/a.llava.json');
  expect(asUscdfName('/d/a.json')).toBe('/d/a.uscdf.jsonl');
  expect(asUscdfName('/d/a.uscdf')).toBe('/d/a.uscdf');
});
