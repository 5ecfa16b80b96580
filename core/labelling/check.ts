/** What the rules, and a look at the words, find in a description that a model wrote. */

import { JsonRecord } from '../records/jsonRecord.ts';
import { PYTHON_STYLE, writeJson } from '../records/jsonStyle.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { type GroundedDescription, groundDescription, type TaggedWords, taggedWords } from './organised.ts';

/** What is wrong with an answer, for the model and for people. */
export interface AnswerFinding {
  /** A rule's code, or one of this pipeline: `short-description`, `object-words`. */
  readonly code: string;
  readonly message: string;
}

/** An object as a description is judged by it. */
export interface NamedObject {
  readonly number: number;
  readonly short: string;
}

export type CheckedDescription =
  | { readonly ok: true; readonly grounded: GroundedDescription }
  | { readonly ok: false; readonly findings: readonly AnswerFinding[] };

/** Only the words are the model's: masks and images are checked with the finished records. */
const SCOPES = ['turn', 'record'] as const;
const ONE_PIXEL = { size: [1, 1], counts: [0, 1] };

/** Judges a cleaned description by the rules, first in its working form and then as a grounded caption. */
export function checkDescription(description: string, objects: readonly NamedObject[]): CheckedDescription {
  const masks = objects.map(({ number }) => ({ ...ONE_PIXEL, label: `object${number}` }));
  const found = findingsOf(description, masks);
  if (found.length > 0) return { ok: false, findings: found };
  const tagged = taggedWords(description) ?? [];
  const wrong = [...emptyWords(tagged), ...wrongWords(tagged, objects)];
  const grounded = groundDescription(description, tagged);
  const later =
    wrong.length > 0
      ? []
      : findingsOf(
          grounded.text,
          grounded.order.map(() => ONE_PIXEL),
        );
  const findings = [...wrong, ...later];
  return findings.length > 0 ? { ok: false, findings } : { ok: true, grounded };
}

function findingsOf(answer: string, masks: readonly unknown[]): readonly AnswerFinding[] {
  if (!answer.includes('<')) return [withoutTags()];
  const record = {
    id: 'answer',
    image: 'image.jpg',
    task: 'mgsc',
    conversations: [
      { from: 'human', value: '<image>\nPlease describe the image.' },
      { from: 'gpt', value: answer },
    ],
    masks,
  };
  const findings = checkRecord(new JsonRecord(writeJson(record, PYTHON_STYLE)), { scopes: SCOPES });
  return findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ code, message }) => ({ code, message }));
}

function withoutTags(): AnswerFinding {
  return {
    code: 'object-unmentioned',
    message:
      'No object is tagged, so no words would get a mask: wrap the words of each object in its tags, <objectN> … </objectN>.',
  };
}

function emptyWords(tagged: readonly TaggedWords[]): readonly AnswerFinding[] {
  return tagged
    .filter(({ words }) => words === '')
    .map(({ number }) => ({
      code: 'empty-phrase',
      message: `There are no words between the tags of object ${number}: write the words that name it between them.`,
    }));
}

/**
 * Words that end as another object's name does and share none with their own (paper, supplement B.2: the paddle's tag round
 * "holding a paddle firmly, the woman").
 */
function wrongWords(tagged: readonly TaggedWords[], objects: readonly NamedObject[]): readonly AnswerFinding[] {
  const heads = new Map(objects.map(({ number, short }) => [number, lastWord(short)]));
  return tagged.flatMap(({ number, words }) => {
    const own = objects.find((object) => object.number === number);
    const last = lastWord(words);
    if (own === undefined || last === '' || wordsOf(own.short).includes(last)) return [];
    const other = objects.find((object) => object.number !== number && heads.get(object.number) === last);
    if (other === undefined) return [];
    return [
      {
        code: 'object-words',
        message: `The tags of object ${number}, ${own.short}, enclose "${words}", which names object ${other.number}, ${other.short}: put round each object's words its own tags.`,
      },
    ];
  });
}

function lastWord(text: string): string {
  const words = wordsOf(text);
  return words[words.length - 1] ?? '';
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}'-]/u)
    .filter((word) => word !== '');
}
