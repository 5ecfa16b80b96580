import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { documentOf, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { MAX_FOUND_SYMBOLS, matchScore, SymbolSearch, symbolsOf } from './workspaceSymbols.ts';

const ANSWER = 'A <p> brown "dog" </p> [SEG] and <p>a cat</p>[SEG] on <p>  </p> [SEG].';

describe.each(FILE_KINDS)('the names of a %s file', (kind) => {
  it('are its ids and its phrases, each at its place', () => {
    const document = documentOf(recordAround(ANSWER, { id: 'street-7' }), kind);
    const symbols = document.cells.flatMap(symbolsOf);
    expect(symbols.map(({ kind, name, container }) => [kind, name, container])).toEqual([
      ['record', 'street-7', ''],
      ['phrase', 'brown "dog"', 'street-7'],
      ['phrase', 'a cat', 'street-7'],
    ]);
    const words = symbols.map(({ range }) => document.text(range).replaceAll('\\"', '"'));
    expect(words[0]!.replaceAll('"', '')).toBe('street-7');
    expect(words.slice(1)).toEqual(['brown "dog"', 'a cat']);
  });

  it('move with their record', () => {
    const document = documentOf(recordAround(ANSWER), kind);
    const before = document.cells.flatMap(symbolsOf);
    const start = { line: 0, character: 0 };
    document.update({ range: { start, end: start }, newText: '\n\n' });
    const after = document.cells.flatMap(symbolsOf);
    expect(after.map(({ range }) => range.start.line - 2)).toEqual(before.map(({ range }) => range.start.line));
  });
});

it('a record that does not parse has none', () => {
  expect(new UscdfDocument('jsonl', '{"id": "a"').cells.flatMap(symbolsOf)).toEqual([]);
});

describe('a search', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

  it('puts the name itself first, then what begins with the words, then words inside, then mere letters', () => {
    const names = ['d-o-g', 'hotdog', 'big dog', 'dogs', 'dog', 'cat', 'god'];
    const search = new SymbolSearch<string>('Dog');
    for (const name of names) search.offer('file', { kind: 'phrase', name, container: '', range });
    expect(search.best().map(({ name }) => name)).toEqual(['dog', 'dogs', 'big dog', 'hotdog', 'd-o-g']);
  });

  it('gives a bounded number of results, and all names to an empty query', () => {
    const search = new SymbolSearch<number>('');
    for (let i = 0; i < 1_000; i++) search.offer(i, { kind: 'record', name: `r${i}`, container: '', range });
    expect(search.best()).toHaveLength(MAX_FOUND_SYMBOLS);
    expect(search.best()[0]).toMatchObject({ name: 'r0', place: 0 });
  });

  it('compares letters in their order', () => {
    expect(matchScore('ab', 'ba')).toBeUndefined();
    expect(matchScore('ab', 'a')).toBeUndefined();
    expect(matchScore('ab', 'xaxb')).toBeGreaterThan(matchScore('ab', 'xab')!);
  });
});
