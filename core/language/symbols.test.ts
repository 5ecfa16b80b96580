import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import type { Position, Range } from '../records/position.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords, textOf } from '../testing/marked.ts';
import { type DocumentSymbol, documentSymbols, MAX_SYMBOLS } from './symbols.ts';

/** The symbols of a kind, in reading order. */
function ofKind(symbols: readonly DocumentSymbol[], kind: DocumentSymbol['kind']): readonly DocumentSymbol[] {
  return symbols.flatMap((symbol) => [...(symbol.kind === kind ? [symbol] : []), ...ofKind(symbol.children, kind)]);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

const isWithin = (inner: Range, outer: Range) => isBefore(outer.start, inner.start) && isBefore(inner.end, outer.end);

/** An editor refuses an outline whose ranges do not lie in each other. */
function expectNested(symbols: readonly DocumentSymbol[], outer?: Range): void {
  for (const { name, range, selectionRange, children } of symbols) {
    expect(isWithin(selectionRange, range), name).toBe(true);
    if (outer !== undefined) expect(isWithin(range, outer), name).toBe(true);
    expectNested(children, range);
  }
}

describe.each(FILE_KINDS)('the outline of a %s', (kind) => {
  it('holds records, their turns, and their phrases by their words', () => {
    const { document, ranges } = markedRecords(
      kind,
      recordAround('‸A 🐶, ⟦<p> ⟦a "dog"⟧ </p> [SEG]⟧ and\n⟦<p>⟦cat⟧</p>⟧.', { task: 'gcg' }),
      recordAround('No.', { id: 'b' }),
    );
    const symbols = documentSymbols(document);
    expect(symbols.map(({ name, detail }) => [name, detail])).toEqual([
      ['example', 'gcg'],
      ['b', ''],
    ]);
    expect(symbols.map(({ range }) => range)).toEqual(document.cells.map(({ range }) => range));
    expect(symbols.map((each) => document.text(each.selectionRange).replaceAll('"', ''))).toEqual(['example', 'b']);
    const turns = ofKind(symbols, 'turn');
    expect(turns.map(({ name }) => name)).toEqual(['User', 'Assistant', 'User', 'Assistant']);
    expect(turns[1]!.detail).toBe('A 🐶, <p> a "dog" </p> [SEG] and <p>cat</p>.');
    const phrases = ofKind(symbols, 'phrase');
    expect(phrases.map(({ name, detail }) => [name, detail])).toEqual([
      ['a "dog"', 'mask 1'],
      ['cat', 'no mask'],
    ]);
    expect(phrases.flatMap(({ range, selectionRange }) => [range, selectionRange])).toEqual(ranges);
    expectNested(symbols);
  });

  it('names a record without an id by its number, and leaves out one that does not parse', () => {
    const text = textOf(kind, [recordAround('No.', { id: undefined })]);
    expect(documentSymbols(new UscdfDocument(kind, text)).map(({ name }) => name)).toEqual(['record 1']);
    const broken = kind === 'uscdf' ? '---\nid: [\n---\nUser: Hi.' : '{"id": ';
    expect(documentSymbols(new UscdfDocument(kind, broken))).toEqual([]);
  });

  it('ends with the record that reaches the limit', () => {
    const records = Array.from({ length: MAX_SYMBOLS }, () => recordAround('A <p> dog </p> [SEG].'));
    const symbols = documentSymbols(new UscdfDocument(kind, textOf(kind, records)));
    // A record, its two turns and its phrase are four.
    expect(symbols).toHaveLength(MAX_SYMBOLS / 4);
  });
});
