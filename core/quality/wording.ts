/** What a caption says, without its tags, its punctuation and its case: what duplicates and leaks are found by. */
import type { RecordModel } from '../records/recordModel.ts';
import { isWordCode } from '../text/words.ts';
import { fingerprint, mixed } from './fingerprint.ts';

/** Words in a row that are compared as one. */
const SHINGLE = 3;
/** Answers to requests for masks are the same fixed sentences in every record. */
const FIXED_TASKS: readonly (string | undefined)[] = ['semantic', 'referring', 'panoptic'];
const FIXED_STARTS = ['sure', 'sorry'];
const TAG = /<\/?[a-z]{1,12}\d{0,6}>|\[SEG\d{0,6}\]/gi;

/** The words of an answer in lower case, tags and `[SEG]` left out. */
export function wordsOf(text: string): readonly string[] {
  const plain = text.replace(TAG, ' ').toLowerCase();
  const words: string[] = [];
  for (let at = 0; at < plain.length; ) {
    let end = at;
    while (end < plain.length && isWordCode(plain.charCodeAt(end))) end++;
    if (end > at) words.push(plain.slice(at, end));
    at = end + 1;
  }
  return words;
}

/** The words of all answers of a record, one after the other. */
export function answerWords({ answers }: RecordModel): readonly string[] {
  const [only] = answers;
  return answers.length === 1 && only !== undefined ? wordsOf(only.text) : answers.flatMap(({ text }) => wordsOf(text));
}

/** The words of a record's caption; `undefined` where its answers are fixed sentences, as those to requests for masks are. */
export function captionWords(record: RecordModel): readonly string[] | undefined {
  if (FIXED_TASKS.includes(record.task) && record.task !== undefined) return undefined;
  const words = answerWords(record);
  return words.length === 0 || (record.task === undefined && FIXED_STARTS.includes(words[0]!)) ? undefined : words;
}

/** Hashes of every three words in a row (of all words where there are fewer), ascending, each once. */
export function shinglesOf(words: readonly string[]): Uint32Array {
  if (words.length === 0) return new Uint32Array(0);
  const length = Math.min(SHINGLE, words.length);
  const hashes = new Uint32Array(words.length - length + 1);
  const own = words.map((word) => fingerprint(word) >>> 0);
  for (let i = 0; i < hashes.length; i++) {
    let hash = 0;
    for (let k = 0; k < length; k++) hash = mixed(Math.imul(hash, 31) ^ own[i + k]!);
    hashes[i] = hash;
  }
  hashes.sort();
  let distinct = 1;
  for (let i = 1; i < hashes.length; i++) if (hashes[i] !== hashes[i - 1]) hashes[distinct++] = hashes[i]!;
  return hashes.subarray(0, distinct);
}

/** How much two sets of shingles share: intersection over union, 0 to 1; 0 where both are empty. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) shared++;
    if (a[i]! <= b[j]!) {
      if (a[i] === b[j]) j++;
      i++;
    } else j++;
  }
  const union = a.length + b.length - shared;
  return union === 0 ? 0 : shared / union;
}
