import type { PlacedRecord } from '../records/fileRecords.ts';
import { nearestKey } from '../records/nearestKey.ts';
import { type PlacedPhrase, RecordModel } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { referentKey } from '../text/compose.ts';
import { NearestPhrase } from './nearestPhrase.ts';
import { defineRule, type FileContext, type Related } from './rule.ts';

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

function checkParent({ record, file, report }: FileContext, parent: string, target: unknown): void {
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
  const phrases = phrasesOf(placed.record);
  if (typeof target !== 'string' || phrases === undefined) return;
  const key = referentKey(target);
  if (phrases.has(key)) return;
  const nearest = phrases.nearest(key);
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

/** A parent with thousands of children is read once; `null` where its phrases are not all there. */
const known = new WeakMap<SourceRecord, NearestPhrase | null>();

function phrasesOf(parent: SourceRecord): NearestPhrase | undefined {
  let phrases = known.get(parent);
  if (phrases === undefined) {
    const model = new RecordModel(parent);
    phrases = phrasesAreClear(model) ? new NearestPhrase(model.phrases) : null;
    known.set(parent, phrases);
  }
  return phrases ?? undefined;
}

function short(words: string): string {
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}
