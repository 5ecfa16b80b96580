import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CiderScores, cider, DocumentFrequencies } from './cider.ts';
import { tokenisedCaption } from './tokenise.ts';

const folder = fileURLToPath(new URL('../../../test/fixtures/vectors/cider/', import.meta.url));

interface Corpus {
  readonly images: readonly {
    readonly id: string;
    readonly hyp_raw: string;
    readonly refs_raw: readonly string[];
    readonly hyp_tok: string;
    readonly refs_tok: readonly string[];
  }[];
  readonly expected: { readonly CIDEr: { readonly corpus: number; readonly per_image: Record<string, number> } };
}

const corpora = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(folder + name, 'utf8')) as Corpus] as const);

/** The images of a corpus, tokenised by us. */
function pairsOf({ images }: Corpus) {
  return images.map(({ hyp_raw, refs_raw }) => ({
    hypothesis: tokenisedCaption(hyp_raw),
    references: refs_raw.map(tokenisedCaption),
  }));
}

describe('CIDEr', () => {
  it('finds the seven corpora of vectors', () => expect(corpora).toHaveLength(7));

  it.each(corpora)('%s: tokens and scores are those of pycocoevalcap', (_, corpus) => {
    const pairs = pairsOf(corpus);
    expect(pairs).toEqual(
      corpus.images.map(({ hyp_tok, refs_tok }) => ({ hypothesis: hyp_tok, references: refs_tok })),
    );
    const { score, perImage } = cider(pairs);
    const { corpus: expected, per_image } = corpus.expected.CIDEr;
    expect(Math.abs(score - expected)).toBeLessThan(1e-9);
    corpus.images.forEach(({ id }, i) => void expect(Math.abs(perImage[i]! - per_image[id]!), id).toBeLessThan(1e-9));
  });

  it('gives the same where parts of a file are counted and scored apart', () => {
    const pairs = pairsOf(corpora[4]![1]);
    const parts = [pairs.slice(0, 7), pairs.slice(7, 40), pairs.slice(40)];
    const frequencies = new DocumentFrequencies();
    for (const part of parts) {
      const own = new DocumentFrequencies();
      for (const { references } of part) own.add(references);
      frequencies.merge(DocumentFrequencies.from(JSON.parse(JSON.stringify(own.saved()))));
    }
    const scores = new CiderScores(frequencies);
    for (const part of parts) {
      const own = new CiderScores(frequencies);
      for (const pair of part) own.add(pair);
      scores.merge(own);
    }
    expect(scores.result()).toEqual(cider(pairs));
  });

  it('weighs by saved frequencies, so that a single image has a score', () => {
    const pair = { hypothesis: 'a dog runs', references: ['a dog runs'] };
    expect(cider([pair]).score).toBe(0);
    const frequencies = new DocumentFrequencies();
    for (const caption of ['a dog runs', 'a cat sleeps', 'two birds']) frequencies.add([caption]);
    expect(cider([pair], frequencies).score).toBeCloseTo(7.5, 12);
  });

  it('gives 0 for an image without references, and NaN for no images', () => {
    expect(cider([{ hypothesis: 'a dog', references: [] }]).perImage).toEqual([0]);
    expect(cider([]).score).toBeNaN();
  });

  it('takes white space of any kind between words, a no-break space included', () => {
    const frequencies = new DocumentFrequencies();
    frequencies.add(['1\u00a01/2  cups\tof tea ']);
    expect(Object.keys(frequencies.saved().grams)).toContain('1 1/2 cups of');
  });
});
