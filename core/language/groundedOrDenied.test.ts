/** The cursor is marked with `‸`; what is shown afterwards is the answer, the masks by their number, and the list. */
import { describe, expect, it } from 'vitest';
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { LineOffsets } from '../records/lineStore.ts';
import { applyEdits } from '../records/position.ts';
import { RecordModel } from '../records/recordModel.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords } from '../testing/marked.ts';
import { groundedOrDenied } from './groundedOrDenied.ts';

const QUESTION = 'Please segment the dog, the cat, the zebra, and the bus in this image.';

interface Case {
  readonly question?: string;
  readonly answer: string;
  /** Answers of later questions, with a `[SEG]` for each of their masks. */
  readonly later?: string;
  /** How many masks; else one for each `[SEG]`. */
  readonly masks?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Mask `n` has its foreground at pixel `n`. */
const mask = (n: number) => ({ size: [1, 9], counts: [n, 1, 8 - n] });

function documentFor(kind: FileKind, { question = QUESTION, answer, later, masks, more }: Case) {
  const segs = `${answer}${later ?? ''}`.split('[SEG]').length - 1;
  const conversations = [
    { from: 'human', value: `<image>\n${question}` },
    { from: 'gpt', value: answer },
    ...(later === undefined
      ? []
      : [
          { from: 'human', value: 'And what else is there?' },
          { from: 'gpt', value: later },
        ]),
  ];
  const all = Array.from({ length: masks ?? segs }, (_, i) => mask(i));
  return markedRecords(kind, recordAround(answer, { width: 9, height: 1, conversations, masks: all, ...more }));
}

function actions(kind: FileKind, fixture: Case) {
  const { document, cursor } = documentFor(kind, fixture);
  return { document, found: groundedOrDenied(document, { start: cursor, end: cursor }, undefined) };
}

/** The record after the one action that is offered. */
function rewritten(kind: FileKind, fixture: Case) {
  const { document, found } = actions(kind, fixture);
  expect(found).toHaveLength(1);
  const text = document.text();
  const offsets = new LineOffsets(text);
  const edits = found[0]!.edits.map(({ range, newText }) => ({
    start: offsets.offset(range.start),
    end: offsets.offset(range.end),
    newText,
  }));
  const [cell] = new UscdfDocument(kind, applyEdits(text, edits)).cells;
  const record = new RecordModel(cell!.record);
  return {
    title: found[0]!.title,
    answer: record.answers[0]!.text,
    masks: record.masks?.map((each) => (each as { counts: number[] }).counts[0]),
    negatives: record.data['negatives'],
    findings: checkRecord(cell!.record, { scopes: ['turn', 'record', 'pixels'] }).map(({ code }) => code),
  };
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it('denies one of several phrases, and takes its mask away', () => {
    const answer =
      "Sure, <p> the dog </p> [SEG], <p> the c‸at </p> [SEG], and <p> the bus </p> [SEG]. But I don't see any zebra in this image.";
    expect(rewritten(kind, { answer })).toEqual({
      title: 'Deny "the cat": move it to the negative clause and remove its mask',
      answer:
        "Sure, <p> the dog </p> [SEG] and <p> the bus </p> [SEG]. But I don't see any zebra and cat in this image.",
      masks: [0, 2],
      negatives: undefined,
      findings: [],
    });
  });

  it.each<readonly [string, Case, string, readonly number[]]>([
    [
      'the first of two',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: 'Sure, ‸<p> the dog </p> [SEG] and <p> the cat </p> [SEG].',
      },
      "Sure, it is <p> the cat </p> [SEG]. But I don't see any dog in this image.",
      [1],
    ],
    [
      'the last one',
      { question: 'Can you segment the dog in this image?', answer: 'Sure, it is <p> dog </p> [SEG]‸.' },
      "Sorry, I don't see any dog in this image.",
      [],
    ],
    [
      'the last one before a clause',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: "Sure, it is <p> d‸og </p> [SEG]. But I don't see any cat in this image.",
      },
      "Sorry, I don't see any cat and dog in this image.",
      [],
    ],
    [
      'one of a list without the Oxford comma',
      {
        answer: 'Sure, <p> dog </p> [SEG], <p> cat </p> [SEG], <p> zebra </p> [SEG] and <p> bus‸ </p> [SEG].',
      },
      "Sure, <p> dog </p> [SEG], <p> cat </p> [SEG] and <p> zebra </p> [SEG]. But I don't see any bus in this image.",
      [0, 1, 2],
    ],
    [
      'one of a panoptic list',
      {
        question: 'Can you segment all the objects in this image?',
        answer: 'Sure, the image contains <p> dog </p> [SEG] and <p> s‸ky </p> [SEG].',
      },
      "Sure, the image contains <p> dog </p> [SEG]. But I don't see any sky in this image.",
      [0],
    ],
    [
      'one that the clause denies already',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: "Sure, <p> dog </p> [SEG] and <p> c‸at </p> [SEG]. But I don't see any cat in this image.",
      },
      "Sure, it is <p> dog </p> [SEG]. But I don't see any cat in this image.",
      [0],
    ],
    [
      'one of an answer before others',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: 'Sure, <p> dog </p> [SEG] and <p> c‸at </p> [SEG].',
        later: 'There is <p> a tree </p> [SEG].',
      },
      "Sure, it is <p> dog </p> [SEG]. But I don't see any cat in this image.",
      [0, 2],
    ],
    [
      'one between other sentences',
      {
        question: 'Please segment the dog in this image.',
        answer: 'Let me see. Sure, it is <p> d‸og </p> [SEG]. Anything else?',
      },
      "Let me see. Sorry, I don't see any dog in this image. Anything else?",
      [],
    ],
  ])('denies %s', (_, fixture, answer, masks) => {
    expect(rewritten(kind, fixture)).toMatchObject({ answer, masks, findings: [] });
  });

  it('grounds one of several negatives, last, so that the other masks stay', () => {
    const answer =
      "Sure, <p> the dog </p> [SEG] and <p> the bus </p> [SEG]. But I don't see any c‸at and zebra in this image.";
    expect(rewritten(kind, { answer })).toEqual({
      title: 'Ground "cat": its mask is still to be drawn',
      answer:
        "Sure, <p> the dog </p> [SEG], <p> the bus </p> [SEG], and <p> the cat </p> [SEG]. But I don't see any zebra in this image.",
      masks: [0, 1],
      negatives: undefined,
      findings: ['mask-count'],
    });
  });

  it.each<readonly [string, Case, string, readonly number[]]>([
    [
      'the only one, with the mask that is left over',
      {
        question: 'Can you segment the zebra in this image?',
        answer: "Sorry, I don't see any zeb‸ra in this image.",
        masks: 1,
      },
      'Sure, it is <p> zebra </p> [SEG].',
      [0],
    ],
    [
      'the only one behind a positive',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any ‸cat in this image.",
        masks: 2,
      },
      'Sure, <p> the dog </p> [SEG] and <p> the cat </p> [SEG].',
      [0, 1],
    ],
    [
      'one of two where nothing is positive',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: "Sorry, I don't see any dog and ‸cat in this image.",
        masks: 1,
      },
      "Sure, it is <p> the cat </p> [SEG]. But I don't see any dog in this image.",
      [0],
    ],
    [
      'one with "and" inside it, as the question says',
      {
        question: 'Please segment the dog and salt and pepper shaker in this image.',
        answer: "Sure, it is <p> dog </p> [SEG]. But I don't see any salt and ‸pepper shaker in this image.",
        masks: 2,
      },
      'Sure, <p> dog </p> [SEG] and <p> salt and pepper shaker </p> [SEG].',
      [0, 1],
    ],
    [
      'one before later answers, whose masks stay theirs',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any ‸cat in this image.",
        later: 'There is <p> a tree </p> [SEG] and <p> a lake </p> [SEG].',
        masks: 4,
      },
      'Sure, <p> the dog </p> [SEG] and <p> the cat </p> [SEG].',
      [0, 3, 1, 2],
    ],
    [
      'one with the mask that bears its name',
      {
        question: 'Please segment the dog and the cat in this image.',
        answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any ‸cat in this image.",
        more: { masks: [mask(0), mask(1), { ...mask(2), label: 'Cat' }] },
      },
      'Sure, <p> the dog </p> [SEG] and <p> the cat </p> [SEG].',
      [0, 2, 1],
    ],
  ])('grounds %s', (_, fixture, answer, masks) => {
    expect(rewritten(kind, fixture)).toMatchObject({ answer, masks });
  });

  it('keeps the record’s list in step, both ways', () => {
    const question = 'Please segment the dog and the zebra in this image.';
    const grounded = 'Sure, <p> the dog </p> [SEG] and <p> the zebra </p> [SEG].';
    const denied = "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.";
    const more = (negatives: readonly string[]) => ({ more: { negatives } });
    const at = (text: string, word: string) => text.replace(word, `‸${word}`);
    expect(rewritten(kind, { question, answer: at(grounded, 'zebra'), ...more([]) })).toMatchObject({
      answer: denied,
      negatives: ['zebra'],
      masks: [0],
      findings: [],
    });
    expect(rewritten(kind, { question, answer: at(denied, 'zebra'), masks: 2, ...more(['Zebra']) })).toMatchObject({
      answer: grounded,
      negatives: [],
      masks: [0, 1],
      findings: [],
    });
  });

  it.each<readonly [string, Case]>([
    ['a phrase of a caption', { answer: 'The <p> d‸og </p> [SEG] runs.' }],
    ['the words around a phrase', { answer: 'Su‸re, it is <p> dog </p> [SEG].' }],
    ['a question', { question: 'Please segment the d‸og in this image.', answer: 'Sure, it is <p> dog </p> [SEG].' }],
    ['a phrase whose mask nobody knows', { answer: 'Sure, <p> d‸og </p> [SEG] and <p> cat </p> [SEG].', masks: 3 }],
    [
      'a phrase whose mask lies in another file',
      { answer: 'Sure, it is <p> d‸og </p> [SEG].', more: { masks: 'a.masks.json' } },
    ],
    ['a name that stands twice', { answer: 'Sure, <p> d‸og </p> [SEG] and <p> dog </p> [SEG].' }],
    ['an answer with a tag out of order', { answer: 'Sure, <p> d‸og </p> [SEG] and <p> cat [SEG].' }],
    ['a near miss', { answer: 'Sorry, I can’t see any d‸og in the image.' }],
    [
      'a negative before later masks, with none to spare',
      { answer: "Sorry, I don't see any d‸og in this image.", later: 'There is <p> a tree </p> [SEG].' },
    ],
  ])('offers nothing for %s', (_, fixture) => {
    expect(actions(kind, fixture).found).toEqual([]);
  });
});
