import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paraphraseTable } from './paraphraseBuilder.ts';
import type { ParaphraseFound, ParaphraseTable } from './paraphrases.ts';

const TEXT = '0.5\nhas been\nwas\n0.25\nhas\nowns\n0.1\nhas been\nis now\n';
const bytes = (text: string) => new TextEncoder().encode(text);

/** What the table finds between two texts, `phrase > paraphrase` with their places. */
function found(table: ParaphraseTable, text: string, other: string): string[] {
  const [own, theirs] = [text.split(' '), other.split(' ')];
  const list: string[] = [];
  const back: string[] = [];
  const told = (into: string[], from: string[], to: string[]): ParaphraseFound => {
    const phrase = (words: string[], at: number, count: number) => `${at} ${words.slice(at, at + count).join(' ')}`;
    return (at, words, otherAt, others) => into.push(`${phrase(from, at, words)} > ${phrase(to, otherAt, others)}`);
  };
  table.find(own, theirs, told(list, own, theirs), told(back, theirs, own));
  // What is told of the way back is what the way there is told of, the other way round.
  const again: string[] = [];
  table.find(theirs, own, told(again, theirs, own), () => undefined);
  expect(back).toEqual(again);
  return list;
}

describe('a paraphrase table', () => {
  it('finds phrases with a paraphrase in the other text, the shortest first, then in the order of the table', () => {
    const table = paraphraseTable([bytes(TEXT)]);
    expect(found(table, 'it has been red', 'it is now was owns')).toEqual([
      '1 has > 4 owns',
      '1 has been > 3 was',
      '1 has been > 1 is now',
    ]);
    expect(found(table, 'it has', 'was owns was')).toEqual(['1 has > 1 owns']);
    expect(found(table, 'has been', 'was it was')).toEqual(['0 has been > 0 was', '0 has been > 2 was']);
    expect(found(table, 'owns', 'has')).toEqual([]);
  });

  it('reads pieces that end anywhere, letters beyond ASCII too', () => {
    const text = `${TEXT}0.5\ncafé ☕\n😀 bar\n`;
    const all = bytes(text);
    for (let size = 1; size < 12; size++) {
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        all.subarray(i * size, (i + 1) * size),
      );
      const table = paraphraseTable(pieces);
      expect(found(table, 'has been', 'was is now owns')).toHaveLength(3);
      expect(found(table, 'a café ☕', 'the 😀 bar')).toEqual(['1 café ☕ > 1 😀 bar']);
    }
  });

  it('leaves out entries without words or without an end, and doubled blanks', () => {
    const table = paraphraseTable([bytes('0.5\n\nwas\n0.5\nhas\n \n0.5\n a  b \n c  d\n0.5\nis')]);
    expect(found(table, 'has is', 'was is')).toEqual([]);
    expect(found(table, 'a b', 'c d')).toEqual(['0 a b > 0 c d']);
    expect(found(paraphraseTable([]), 'has', 'was')).toEqual([]);
  });

  it('finds what comparing the words of every entry finds', () => {
    const word = fc.constantFrom('a', 'b', 'ä', 'cc');
    const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
    const entries = fc.array(fc.tuple(phrase, phrase), { maxLength: 40 });
    const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(entries, text, text, (list, own, other) => {
        const table = paraphraseTable(list.map(([a, b]) => bytes(`0.1\n${a}\n${b}\n`)));
        expect(found(table, own, other)).toEqual(foundPlainly(list, own.split(' '), other.split(' ')));
      }),
    );
  });
});

function foundPlainly(entries: readonly (readonly [string, string])[], own: string[], other: string[]): string[] {
  const list: string[] = [];
  for (let at = 0; at < own.length; at++) {
    for (let words = 1; at + words <= own.length; words++) {
      const phrase = own.slice(at, at + words).join(' ');
      for (const [text, paraphrase] of entries) {
        if (text !== phrase) continue;
        const length = paraphrase.split(' ').length;
        for (let i = 0; i + length <= other.length; i++)
          if (other.slice(i, i + length).join(' ') === paraphrase) list.push(`${at} ${phrase} > ${i} ${paraphrase}`);
      }
    }
  }
  return list;
}
