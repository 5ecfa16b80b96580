import { describe, expect, it } from 'vitest';
import { ParaphraseTable } from './paraphrases.ts';

const TEXT = '0.5\nhas been\nwas\n0.25\nhas\nowns\n0.1\nhas been\nis now\n';

/** What the table offers for the words at a place. */
function offered(table: ParaphraseTable, text: string, at: number): string[] {
  return [...table.at(text.split(' '), at)].map(({ words, others }) => `${words.join(' ')} > ${others.join(' ')}`);
}

describe('a paraphrase table', () => {
  it('offers what may stand for the phrases at a place, the shortest first', () => {
    const table = ParaphraseTable.from([TEXT]);
    expect(offered(table, 'it has been red', 1)).toEqual(['has > owns', 'has been > was', 'has been > is now']);
    expect(offered(table, 'it has', 1)).toEqual(['has > owns']);
    expect(offered(table, 'it has', 0)).toEqual([]);
    expect(offered(table, 'it has', 5)).toEqual([]);
  });

  it('reads pieces that end anywhere', () => {
    for (let size = 1; size < 12; size++) {
      const pieces = TEXT.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(offered(ParaphraseTable.from(pieces), 'has been', 0)).toHaveLength(3);
    }
  });

  it('keeps only what words of a vocabulary can match', () => {
    const table = ParaphraseTable.from([TEXT], new Set(['has', 'been', 'was']));
    expect(offered(table, 'has been', 0)).toEqual(['has been > was']);
  });

  it('leaves out entries without words or without an end', () => {
    expect(offered(ParaphraseTable.from(['0.5\n\nwas\n0.5\nhas\n \n0.5\nis']), 'has', 0)).toEqual([]);
    expect(offered(ParaphraseTable.from([]), 'has', 0)).toEqual([]);
  });
});
