import type { PlacedRecord } from '../records/fileRecords.ts';
import { editDistance, nearestKey } from '../records/nearestKey.ts';
import { type PlacedPhrase, RecordModel } from '../records/recordModel.ts';
import { referentKey } from '../text/compose.ts';
import { defineRule, type FileContext, type Related } from './rule.ts';

/** So many characters and phrases are compared for a hint; real ones are far fewer. */
const MAX_CHARACTERS = 200;
const MAX_PHRASES = 1_000;
/** Words that two phrases share by chance. */
const SMALL_WORDS = new Set(['a', 'an', 'and', 'at', 'in', 'of', 'on', 'the', 'to', 'with']);

/** A subtree names the record whose phrase it describes, and the phrase (docs/format.md, section 2). */
export const unknownParent = defineRule({
  code: 'unknown-parent',
  severity: 'error',
  scope: 'file',
  fix: 'none',
  summary: '`parent` names no record of the file, or `target` no phrase of it.',
  why: 'A subtree describes one phrase of its root caption; without the two, nobody knows what it is about.',
  bad: [
    '{"id": "a-1", "image": "a.jpg", "task": "mgsc", "parent": "a", "target": "a dog", "conversations": [{"from": "human", "value": "<image>\\nPlease further describe the dog in this image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
    `{"id": "a", "image": "a.jpg", "width": 2, "height": 2, "task": "mgsc", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "There is <p> a small dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": [0, 2, 2]}]}
{"id": "a-1", "image": "a.jpg", "task": "mgsc", "parent": "a", "target": "a smal dog", "conversations": [{"from": "human", "value": "<image>\\nPlease further describe the dog in this image."}, {"from": "gpt", "value": "A dog."}], "masks": []}`,
  ],
  good: [
    `{"id": "a", "image": "a.jpg", "width": 2, "height": 2, "task": "mgsc", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "There is <p> a small dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": [0, 2, 2]}]}
{"id": "a-1", "image": "a.jpg", "task": "mgsc", "parent": "a", "target": "the small dog", "conversations": [{"from": "human", "value": "<image>\\nPlease further describe the dog in this image."}, {"from": "gpt", "value": "A dog."}], "masks": []}`,
  ],
  check(context) {
    const { parent, target } = context.record.data;
    if (typeof parent === 'string') checkParent(context, parent, target);
    if (parent === undefined || target === undefined) checkPartner(context);
  },
});

function checkParent({ record, resources, file, report }: FileContext, parent: string, target: unknown): void {
  const placed = file.first(parent);
  if (placed === undefined) {
    // The id may be that of a record that does not parse: that finding comes first.
    if (!file.whole) return;
    const message = `No record of this file has the id "${short(parent)}", so nobody finds what this record is a part of: write the id of the root record.`;
    report({ path: ['parent'] }, message);
    return;
  }
  if (placed.record === record.source) {
    const message = 'This record names itself as its parent: write the id of the root record that it is a part of.';
    report({ path: ['parent'] }, message);
    return;
  }
  const model = new RecordModel(placed.record, resources);
  if (typeof target !== 'string' || !phrasesAreClear(model)) return;
  const { phrases } = model;
  const key = referentKey(target);
  if (phrases.some(({ phrase }) => referentKey(phrase.text) === key)) return;
  const nearest = nearestPhrase(key, phrases);
  const todo = nearest === undefined ? 'write one of its phrases.' : `did you mean "${short(nearest.phrase.text)}"?`;
  const message = `No phrase of the record "${short(parent)}" reads "${short(target)}", so nobody knows what this record describes: ${todo}`;
  report({ path: ['target'] }, message, {
    related: [nearest === undefined ? recordOf(placed) : phraseOf(placed, nearest)],
  });
}

function recordOf(elsewhere: PlacedRecord): Related {
  return { target: { path: ['id'] }, message: 'The parent record.', elsewhere };
}

function phraseOf(elsewhere: PlacedRecord, { turn, phrase }: PlacedPhrase): Related {
  const target = { turn: turn.index, start: phrase.contentStart, end: phrase.contentEnd };
  return { target, message: 'The nearest phrase of the parent record.', elsewhere };
}

/** An `mgsc` record that names one of the two needs the other; a misspelt one is the business of `schema`. */
function checkPartner({ record, report }: FileContext): void {
  const { parent, target } = record.data;
  if (record.task !== 'mgsc' || (parent === undefined && target === undefined)) return;
  const missing = parent === undefined ? 'parent' : 'target';
  if (Object.keys(record.data).some((key) => nearestKey(key, [missing]) !== undefined)) return;
  if (missing === 'parent') {
    const message =
      'This record names a phrase as its target but not the record that holds it: add "parent" with the id of the root record.';
    report({ path: ['target'] }, message);
    return;
  }
  const message =
    'This record names its parent but not the phrase of it that it describes: add "target" with the words of the phrase.';
  report({ path: ['parent'] }, message);
}

/** Nothing is wrong with the record's tags, so that its phrases are all there. */
function phrasesAreClear(record: RecordModel): boolean {
  return (
    record.conversationIsWhole &&
    record.answers.every(
      ({ tree }) =>
        tree.unclosed.length === 0 && tree.unopened.length === 0 && tree.tokens.every((token) => token.exact),
    )
  );
}

/** The phrase that is a letter or two off, else the one that shares the most words. */
function nearestPhrase(key: string, phrases: readonly PlacedPhrase[]): PlacedPhrase | undefined {
  const wanted = key.slice(0, MAX_CHARACTERS);
  const words = wordsOf(wanted);
  let best: PlacedPhrase | undefined;
  let most = 0;
  for (const placed of phrases.slice(0, MAX_PHRASES)) {
    const other = referentKey(placed.phrase.text).slice(0, MAX_CHARACTERS);
    const others = wordsOf(other);
    const shared = [...words].filter((word) => others.has(word)).length;
    const alike = editDistance(wanted, other, 2) <= 2 ? 1 : shared / (words.size + others.size - shared || 1);
    if (alike > most) [best, most] = [placed, alike];
  }
  return best;
}

function wordsOf(key: string): ReadonlySet<string> {
  return new Set(key.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !SMALL_WORDS.has(word)));
}

function short(words: string): string {
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}
