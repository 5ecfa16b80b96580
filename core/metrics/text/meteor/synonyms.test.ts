import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseForm } from './morph.ts';
import { SynonymTable } from './synonyms.ts';

const bytes = new Uint8Array(gunzipSync(readFileSync(new URL('./wordnet.bin.gz', import.meta.url))));
const table = open(bytes);

function open(packed: Uint8Array): SynonymTable {
  const read = SynonymTable.read(packed);
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

describe('the synonym table', () => {
  it.each([
    ['sofa', 'couch'],
    ['railroad', 'railway'],
    ['car', 'automobile'],
    ['bike', 'bicycle'],
    // By base forms, regular and irregular.
    ['cars', 'automobile'],
    ['men', 'man'],
    ['geese', 'goose'],
    ['sofas', 'couches'],
    // The last word of the table.
    ['zyrian', 'komi'],
  ])('%s and %s share a sense', (one, other) => {
    expect(table.areSynonyms(one, other)).toBe(true);
    expect(table.areSynonyms(other, one)).toBe(true);
  });

  it.each([
    ['sofa', 'table'],
    ['dog', 'cat'],
    ['qwxz', 'qwxz'],
    ['', ''],
    ['the', 'a'],
  ])('%j and %j share none', (one, other) => expect(table.areSynonyms(one, other)).toBe(false));

  it('counts the senses of WordNet 3.0', () => {
    // As index.sense has them. "sofas" has those of its base form only; "'hood" is the first word of the table.
    expect(table.sensesOf('couch')).toHaveLength(4);
    expect(table.sensesOf("'hood")).toHaveLength(1);
    expect(table.sensesOf('sofas')).toEqual(table.sensesOf('sofa'));
    expect(table.sensesOf('sofa')).toHaveLength(1);
  });

  it('reads a table that lies somewhere inside a larger buffer', () => {
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 7);
    expect(open(larger.subarray(7)).areSynonyms('sofa', 'couch')).toBe(true);
  });

  it('refuses bytes that are no table, and says what to do', () => {
    for (const wrong of [new Uint8Array(0), bytes.subarray(0, 12), bytes.subarray(0, 100), bytes.subarray(1)]) {
      expect(SynonymTable.read(wrong)).toEqual({ ok: false, message: expect.stringContaining('Install') });
    }
  });

  it('is total on damaged tables', () => {
    const words = fc.constantFrom('dog', 'sofa', "'hood", 'zymosis', 'geese', 'm');
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(damage, words, fc.nat(bytes.length - 1), (changes, word, length) => {
        const broken = bytes.slice(0, length % 3 === 0 ? length : bytes.length);
        for (const [at, value] of changes) if (at > 15) broken[at] = value;
        const read = SynonymTable.read(broken);
        if (read.ok) expect(read.value.sensesOf(word)).toBeInstanceOf(Uint32Array);
      }),
      { numRuns: 60 },
    );
  });
});

describe('base forms', () => {
  const words = new Set(['dog', 'box', 'church', 'woman', 'city', 'bake', 'walk', 'nice', 'care', 'glass', 'box']);
  const isWord = (word: string) => words.has(word);

  it.each([
    ['dogs', 'dog'],
    ['boxes', 'box'],
    ['churches', 'church'],
    ['women', 'woman'],
    ['cities', 'city'],
    ['baked', 'bake'],
    ['walking', 'walk'],
    ['baking', 'bake'],
    ['nicest', 'nice'],
    ['boxesful', 'boxful'],
    ['glass', 'glass'],
    ['is', 'is'],
    ['zebras', ''],
  ])('of %s is %j', (word, base) => expect(baseForm(word, isWord)).toBe(base));
});
