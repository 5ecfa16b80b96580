import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../../testing/processorMs.ts';
import type { MeteorModules } from './matches.ts';
import { MeteorScores, meteor, meteorLabel, meteorSegment } from './meteor.ts';
import { normalise } from './normalise.ts';
import { paraphraseTable } from './paraphraseBuilder.ts';
import type { ParaphraseTable } from './paraphrases.ts';
import { stem } from './stem.ts';
import { SynonymTable } from './synonyms.ts';

const folder = fileURLToPath(new URL('../../../../test/fixtures/vectors/meteor/', import.meta.url));
const read = <T>(name: string) => JSON.parse(readFileSync(folder + name, 'utf8')) as T;

interface Corpus {
  readonly images: readonly { readonly id: string; readonly hyp_tok: string; readonly refs_tok: readonly string[] }[];
  readonly runs: readonly {
    readonly modules: readonly string[];
    readonly paraphrase_table?: readonly (readonly [string, string])[];
    readonly segments: readonly {
      readonly id: string;
      readonly score: number;
      readonly stats: string;
      readonly hyp_words: readonly string[];
      readonly ref_words: readonly string[];
      readonly matches: readonly (readonly number[])[];
    }[];
    readonly aggregate: { readonly aggregate: number; readonly stats: string };
  }[];
}

interface Anchors {
  readonly cases: readonly {
    readonly name: string;
    readonly paraphrase_table: readonly (readonly [string, string])[];
    readonly images: readonly {
      readonly hyp: string;
      readonly refs: readonly string[];
      readonly published_score?: number;
    }[];
    readonly published_corpus: number;
  }[];
  readonly unreproduced: readonly {
    readonly hyp: string;
    readonly ref: string;
    readonly without_paraphrase: number;
  }[];
}

const synonyms = synonymTable();

function synonymTable(): SynonymTable {
  const table = SynonymTable.read(gunzipSync(readFileSync(new URL('./wordnet.bin.gz', import.meta.url))));
  if (!table.ok) throw new Error(table.message);
  return table.value;
}

function paraphrasesOf(entries: readonly (readonly [string, string])[]): ParaphraseTable {
  const encoder = new TextEncoder();
  return paraphraseTable(entries.map(([phrase, paraphrase]) => encoder.encode(`0.5\n${phrase}\n${paraphrase}\n`)));
}

function modulesOf({ modules, paraphrase_table = [] }: Corpus['runs'][number]): MeteorModules {
  return {
    stem: modules.includes('stem'),
    synonyms: modules.includes('synonym') ? synonyms : undefined,
    paraphrases: modules.includes('paraphrase') ? paraphrasesOf(paraphrase_table) : undefined,
  };
}

const corpora = readdirSync(folder).filter((name) => /^[A-G]_.*\.json$/.test(name));

describe('METEOR 1.5', () => {
  it('finds the seven corpora of vectors', () => expect(corpora).toHaveLength(7));

  describe.each(corpora)('%s', (name) => {
    const { images, runs } = read<Corpus>(name);
    it.each(runs.map((run) => [run.modules.join(', '), run] as const))('%s', (_, run) => {
      const modules = modulesOf(run);
      const pairs = images.map(({ hyp_tok, refs_tok }) => ({ hypothesis: hyp_tok, references: refs_tok }));
      run.segments.forEach((expected, i) => {
        const segment = meteorSegment(pairs[i]!, modules)!;
        expect(segment.hypothesis).toEqual(expected.hyp_words);
        expect(segment.reference).toEqual(expected.ref_words);
        const matches = segment.alignment.matches.map(
          ({ reference, referenceWords, hypothesis, hypothesisWords, module }) =>
            [reference, referenceWords, hypothesis, hypothesisWords, module] as const,
        );
        expect(matches, expected.id).toEqual(expected.matches);
        expect([...segment.statistics], expected.id).toEqual(numbersOf(expected.stats));
        expect(Math.abs(segment.score - expected.score), expected.id).toBeLessThan(1e-9);
      });
      const { score, segments } = meteor(pairs, modules);
      expect(Math.abs(score - run.aggregate.aggregate)).toBeLessThan(1e-9);
      expect(segments).toHaveLength(images.length);
    });
  });

  it.each(read<Anchors>('published_anchors.json').cases)('reproduces the published numbers of $name', (anchor) => {
    const modules = { stem: true, synonyms, paraphrases: paraphrasesOf(anchor.paraphrase_table) };
    const pairs = anchor.images.map(({ hyp, refs }) => ({ hypothesis: hyp, references: refs }));
    const { score, segments } = meteor(pairs, modules);
    expect(Math.abs(score - anchor.published_corpus)).toBeLessThan(1e-6);
    anchor.images.forEach(({ published_score }, i) => {
      if (published_score !== undefined) expect(Math.abs(segments[i]! - published_score)).toBeLessThan(1e-9);
    });
  });

  it('scores a sentence of the METEOR papers without paraphrases as the reference does', () => {
    const [{ hyp, ref, without_paraphrase } = expect.unreachable()] =
      read<Anchors>('published_anchors.json').unreproduced;
    const { score } = meteor([{ hypothesis: hyp, references: [ref] }], { stem: true, synonyms });
    expect(Math.abs(score - without_paraphrase)).toBeLessThan(1e-9);
  });

  // Statistics by the jar inside pycocoevalcap, which sorts paths before their last chunk is closed, too.
  it.each([
    ['a white y r s', 'a black x r s a', [['a white', 'a black']], '5 6 2 3 1 1 2 2 0 0 0 0 0 0 0 0 0 0 0 0 2 3 3'],
    ['a white y r s', 'a black x r s', [['a white', 'a black']], '5 5 2 2 1 1 1 1 0 0 0 0 0 0 0 0 1 1 1 1 2 4 4'],
    [
      'a wooden table with utensils several donuts and eggs',
      'a couple of street narrow kitchen filled with appliances and signs hanging on a',
      [
        ['a couple of', 'several'],
        ['couple of', 'several'],
      ],
      '9 14 3 6 0 0 3 3 0 0 0 0 0 0 0 0 1 1 0 2 4 4 6',
    ],
  ] as const)('breaks ties as the reference does: %s', (hypothesis, reference, entries, statistics) => {
    const segment = meteorSegment(
      { hypothesis, references: [reference] },
      { stem: true, synonyms, paraphrases: paraphrasesOf(entries) },
    );
    expect([...(segment?.statistics ?? [])]).toEqual(numbersOf(statistics));
  });

  it('gives the same where parts of a file are scored apart', () => {
    const { images } = read<Corpus>('G_gcg_grammar_40.json');
    const pairs = images.map(({ hyp_tok, refs_tok }) => ({ hypothesis: hyp_tok, references: refs_tok }));
    const modules = { stem: true, synonyms };
    const merged = new MeteorScores(modules);
    for (const part of [pairs.slice(0, 3), pairs.slice(3)]) {
      const own = new MeteorScores(modules);
      for (const pair of part) own.add(pair);
      merged.merge(own);
    }
    expect(merged.result()).toEqual(meteor(pairs, modules));
  });

  it('says in its label what it was computed without', () => {
    expect(meteorLabel({ stem: true, synonyms, paraphrases: paraphrasesOf([]) })).toBe('METEOR-1.5');
    expect(meteorLabel({ stem: true, synonyms })).toBe('METEOR-1.5 (no paraphrase)');
    expect(meteorLabel({ stem: true })).toBe('METEOR-1.5 (no synonym, paraphrase)');
  });

  it('compares the first 500 words, so that it stays quick on captions that nobody writes', () => {
    const modules = { stem: true, synonyms };
    const first = (words: number, text: string) => text.split(' ').slice(0, words).join(' ');
    const [one, other] = ['a dog '.repeat(20_000), 'dog a '.repeat(20_000)];
    const started = processorMs();
    const { score } = meteor([{ hypothesis: one, references: [other] }], modules);
    expect(processorMs() - started).toBeLessThan(20_000);
    expect(score).toBe(meteor([{ hypothesis: first(500, one), references: [first(500, other)] }], modules).score);
    expect(score).toBeGreaterThan(0.5);
  });

  it('gives 0 for empty captions, for no references and for no images', () => {
    const modules = { stem: true, synonyms };
    expect(meteor([], modules).score).toBe(0);
    const pairs = [
      { hypothesis: '', references: ['a dog'] },
      { hypothesis: 'a dog', references: [''] },
      { hypothesis: '', references: [''] },
      { hypothesis: 'a dog', references: [] },
    ];
    expect(meteor(pairs, modules).segments).toEqual([0, 0, 0, 0]);
  });
});

describe('the stemmer', () => {
  it('equals METEOR’s on every word of the vectors', () => {
    const { stems } = read<{ stems: Record<string, string> }>('stems.json');
    const words = Object.keys(stems);
    expect(words).toHaveLength(4048);
    expect(Object.fromEntries(words.map((word) => [word, stem(word)]))).toEqual(stems);
  });
});

describe('the normaliser', () => {
  it.each(read<{ cases: [string, string][] }>('normalize.json').cases)('%s', (text, expected) => {
    expect(normalise(text).join(' ')).toBe(expected);
  });
});

function numbersOf(stats: string): number[] {
  return stats.split(' ').map(Number);
}
