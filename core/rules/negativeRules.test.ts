/** What the rules on negatives find, where they keep quiet, and what their fixes write, in each file kind. */
import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { processorMs } from '../testing/processorMs.ts';
import { parseAnswer } from '../text/answer.ts';

interface Turns {
  readonly question: string;
  readonly answer: string;
}

/** A record of several questions and answers; the places of the findings are marked in them with `⟦ ⟧`. */
function recordOf(turns: readonly Turns[], more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const conversations = turns.flatMap(({ question, answer }, i) => [
    { from: 'human', value: i === 0 ? `<image>\n${question}` : question },
    { from: 'gpt', value: answer },
  ]);
  const segs = turns.flatMap(({ answer }) => parseAnswer(answer).segs.filter((seg) => !seg.denied));
  const masks = segs.map((_, i) => ({ size: [1, 9], counts: [i, 1, 8 - i] }));
  return recordAround(turns[0]!.answer, { width: 9, height: 1, conversations, masks, ...more });
}

const LIST = 'Please segment the dog, the zebra, and salt and pepper shaker in this image.';

/** What it is, the turns, and what else the record holds. */
type Quiet = readonly [what: string, turns: readonly Turns[], more: Readonly<Record<string, unknown>>];
/** The one code, the answer, and what else the record holds. */
type Explained = readonly [code: string, answer: string, more: Readonly<Record<string, unknown>>];

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it.each<readonly [string, readonly Turns[]]>([
    [
      'negative-unasked',
      [
        {
          question: 'Please segment the dog and the zebras in this image.',
          answer: "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra, ⟦bus⟧, and ⟦the tree⟧ in this image.",
        },
      ],
    ],
    [
      'negative-unasked',
      [
        { question: 'Can you segment the dog in this image?', answer: 'Sure, it is <p> dog </p> [SEG].' },
        {
          question: 'Can you segment the cat in this image?',
          answer: "Sorry, I don't see any ⟦pepper shaker⟧ and cat in this image.",
        },
      ],
    ],
    [
      'referent-unanswered',
      [
        {
          question: 'Please segment the dog, ⟦the zebra⟧, and ⟦salt and pepper shaker⟧ in this image.',
          answer: 'Sure, it is <p> dog </p> [SEG].',
        },
      ],
    ],
    ['referent-unanswered', [{ question: 'Please segment the ⟦dog⟧ in this image.', answer: 'I cannot tell.' }]],
    [
      'referent-unanswered',
      [
        { question: 'Can you segment the dog in this image?', answer: 'Sure, it is <p> dog </p> [SEG].' },
        {
          question: 'Please segment the cat and ⟦bus⟧ in this image.',
          answer: "Sorry, I don't see any cat in this image.",
        },
      ],
    ],
    [
      'negative-contradiction',
      [
        {
          question: LIST,
          answer:
            "Sure, <p> dog </p> [SEG] and <p> salt and pepper shaker </p> [SEG]. But I don't see any zebra and ⟦salt and pepper shaker⟧ in this image.",
        },
      ],
    ],
  ])('%s stands at its words: %j', (code, turns) => {
    const checked = checkMarked(kind, recordOf(turns));
    expect(checked.found).toEqual(checked.marked(code));
    expect(checked.found.length).toBeGreaterThan(0);
  });

  it.each<Quiet>([
    [
      'all is answered',
      [
        {
          question: LIST,
          answer: "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra and salt and pepper shaker in this image.",
        },
      ],
      {},
    ],
    ['a free question', [{ question: 'What has stripes?', answer: "Sorry, I don't see any zebra in this image." }], {}],
    [
      'a free question before',
      [
        { question: 'What has stripes?', answer: 'Nothing.' },
        {
          question: 'Please segment the dog in this image.',
          answer: "Sorry, I don't see any dog and zebra in this image.",
        },
      ],
      {},
    ],
    [
      'a question before asked for it',
      [
        {
          question: 'Please segment the dog and the zebra in this image.',
          answer: "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.",
        },
        {
          question: 'Please segment the cat in this image.',
          answer: "Sorry, I don't see any zebra and cat in this image.",
        },
      ],
      {},
    ],
    [
      'other words',
      [{ question: 'Please segment the canine in this image.', answer: 'Sure, it is <p> dog </p> [SEG].' }],
      {},
    ],
    [
      'more words',
      [
        {
          question: 'Please segment the dog in this image.',
          answer: 'Sure, it is <p> the dog on the left </p> [SEG].',
        },
      ],
      {},
    ],
    [
      'all the objects',
      [
        {
          question: 'Can you segment all the objects in this image?',
          answer: 'Sure, the image contains <p> sky </p> [SEG].',
        },
      ],
      {},
    ],
    [
      'the model’s empty answer',
      [
        {
          question: 'Please describe the image.',
          answer: "Sorry, I don't see any of the 80 known objects in this image.",
        },
      ],
      {},
    ],
    [
      'a reasoning task',
      [{ question: 'What is the best seat in this image? Please respond with segmentation mask.', answer: 'None.' }],
      { task: 'reasoning' },
    ],
    [
      'said without tags',
      [
        {
          question: 'Please segment the dog and the zebra in this image.',
          answer: 'Sure, it is <p> dog </p> [SEG]. The zebra hides.',
        },
      ],
      {},
    ],
    [
      'the list names it',
      [{ question: 'Stripes?', answer: "Sorry, I don't see any the zebra and buses in this image." }],
      { negatives: ['Zebra', 'buses'], lint: { 'double-determiner': 'off' } },
    ],
    [
      'the list holds "and"',
      [{ question: 'Stripes?', answer: "Sorry, I don't see any dog, salt and pepper shaker in this image." }],
      { negatives: ['dog', 'salt and pepper shaker'] },
    ],
    [
      'the list reads what the question leaves open',
      [
        {
          question: 'Please segment the cup, scissors and bread and butter in this image.',
          answer: "Sorry, I don't see any cup, scissors and bread and butter in this image.",
        },
      ],
      { negatives: ['cup', 'scissors', 'bread and butter'] },
    ],
    [
      'full stops inside a name',
      [{ question: 'Please segment the t.v. in this image.', answer: "Sorry, I don't see any t.v. in this image." }],
      {},
    ],
    ['an empty list', [{ question: 'Dogs?', answer: 'There is no fence around it.' }], { negatives: [] }],
    [
      'an empty list and the empty answer',
      [{ question: 'Dogs?', answer: "Sorry, I don't see any of the 80 known objects in this image." }],
      { negatives: [] },
    ],
  ])('nothing is wrong: %s', (_, turns, more) => {
    expect(checkMarked(kind, recordOf(turns, more)).findings.map(({ code, message }) => `${code}: ${message}`)).toEqual(
      [],
    );
  });

  it.each<Explained>([
    ['seg-without-phrase', 'Sure, [SEG].', {}],
    ['seg-without-phrase', 'The segmentation result of dog is [SEG].', {}],
    ['phrase-without-seg', 'Sure, it is <p> dog </p>.', {}],
    ['unclosed-tag', 'Sure, it is <p> dog [SEG].', {}],
    ['malformed-token', 'Sure, it is <P> wolf </P> [SEG].', {}],
    ['negative-phrasing', 'Sorry, there is no dog and bus in this image.', {}],
    ['negative-phrasing', "Sorry, I can't see any dog and bus in this image.", { negatives: [] }],
    ['negative-grounded', "Sorry, I don't see any <p> dog </p> in this image.", { negatives: [] }],
    ['empty-turn', '', {}],
  ])('only %s is said of %j', (code, answer, more) => {
    const record = recordOf([{ question: 'Please segment the dog and the zebra in this image.', answer }], more);
    expect(new Set(checkMarked(kind, record).findings.map((finding) => finding.code))).toEqual(new Set([code]));
  });

  it.each<readonly [string, string, string]>([
    [
      'into the clause, joined as it is',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any cat, bus and tree in this image.",
      "Sure, it is <p> dog </p> [SEG]. But I don't see any cat, bus, tree and zebra in this image.",
    ],
    [
      'into the clause, what it denies read as the question asks',
      "Sorry, I don't see any dog, cat and bus, and tree in this image.",
      "Sorry, I don't see any dog, cat and bus, tree, and zebra in this image.",
    ],
    [
      'into a new clause',
      'Sure, it is <p> dog </p> [SEG].',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.",
    ],
    [
      'behind an open sentence',
      'Sure, it is <p> dog </p> [SEG]',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.",
    ],
    ['behind plain words', 'I see a dog.', "I see a dog. Sorry, I don't see any zebra in this image."],
  ])('referent-unanswered writes a denial %s', (_, answer, after) => {
    const others = ['dog', 'cat', 'cat and bus', 'bus', 'tree'].filter((name) => answer.includes(name));
    const asked = answer.includes('cat and bus')
      ? others.filter((name) => name !== 'cat' && name !== 'bus')
      : others.filter((name) => name !== 'cat and bus');
    const question = `Please segment the ${asked.join(', ')}, and the zebra in this image.`;
    const record = recordOf([{ question, answer }], { negatives: [] });
    const checked = checkMarked(kind, { ...record, lint: { 'negative-listed': 'off' } });
    expect(checked.findings.map(({ code }) => code)).toEqual(['referent-unanswered']);
    expect(checked.fixKinds).toEqual(['manual']);
    const fixed = checked.fixed();
    expect(fixed.text).toContain(after);
    expect(fixed.text).toMatch(/negatives"?: \[\s*"zebra"\s*\]/);
    expect(fixed.found).toEqual([]);
  });

  it.each([
    [
      "Sorry, ⟦I can't see any zebra in the image⟧, but <p> the dog </p> [SEG] is here.",
      "But I don't see any zebra in this image. But <p> the dog </p> [SEG] is here.",
    ],
    [
      "Sure, it is <p> the dog </p> [SEG]. ⟦But I don't see any zebra in this image⟧, sorry.",
      "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image. Sorry.",
    ],
    [
      "Sure, it is <p> the dog </p> [SEG]. ⟦But I can't see any zebra in this image⟧?",
      "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
    ],
  ])('negative-phrasing makes a sentence of what a comma ties to the clause: %s', (answer, after) => {
    const question = 'Please segment the dog and the zebra in this image.';
    const record = recordOf([{ question, answer: answer.replace(/[⟦⟧]/g, '') }]);
    const checked = checkMarked(kind, record);
    expect(checked.findings.map(({ code }) => code)).toEqual(['negative-phrasing']);
    expect(checked.fixed().text).toContain(kind === 'uscdf' ? after : JSON.stringify(after).slice(1, -1));
    expect(checked.fixed().found).toEqual([]);
  });

  it.each([
    "⟦But I don't see zebra in this image.⟧",
    '⟦I see no zebra in this image.⟧',
    '⟦But I can see no zebra.⟧',
    "⟦we don't see any zebras in this image.⟧",
    '⟦I am unable to see any zebra in this image.⟧',
    "⟦I'm not seeing any zebra in this image.⟧",
    '⟦No zebra in this image.⟧',
    '⟦The zebra is not in this image.⟧',
    '⟦There is no zebra.⟧',
  ])('negative-phrasing writes %j as the question asks for it, and takes it for no denial elsewhere', (clause) => {
    const answer = `Sure, it is <p> the dog </p> [SEG]. ${clause.replace(/[⟦⟧]/g, '')}`;
    const asked = { question: 'Please segment the dog and the zebra in this image.', answer };
    const checked = checkMarked(
      kind,
      recordOf([{ ...asked, answer: `Sure, it is <p> the dog </p> [SEG]. ${clause}` }]),
    );
    expect(checked.found).toEqual(checked.marked('negative-phrasing'));
    const exact = /zebras/.test(clause) ? 'zebras' : 'zebra';
    const fixed = checked.fixed();
    expect(fixed.text).toContain(`[SEG]. But I don't see any ${exact} in this image.`);
    expect(fixed.found).toEqual([]);
    const described = { ...asked, question: 'Please describe the image.' };
    const findings = checkMarked(kind, recordOf([described])).findings.map(({ code }) => code);
    // These can be said of nothing else than what was looked for.
    expect(findings).toEqual(/^⟦I(?: am|'m)/.test(clause) ? ['negative-phrasing'] : []);
  });

  it('a record of thousands of denials is read in time linear in it', () => {
    const turns = Array.from({ length: 4_000 }, (_, i) => ({
      question: `Please segment the dog ${i} and the zebra ${i} in this image.`,
      answer: `Sorry, I don't see any dog ${i}, zebra ${i}, and bus in this image.`,
    }));
    const started = processorMs();
    const { findings } = checkMarked(kind, recordOf(turns));
    expect(processorMs() - started).toBeLessThan(3_000);
    expect(findings.map(({ code }) => code)).toEqual(turns.map(() => 'negative-unasked'));
  });

  it('referent-unanswered offers to deny all at once', () => {
    const record = recordOf([
      {
        question: 'Please segment the dog, the cat, and the bus in this image.',
        answer: 'Sure, it is <p> dog </p> [SEG].',
      },
    ]);
    const [first] = checkMarked(kind, record).findings;
    const fixes = first!.fixes();
    expect(fixes.map((fix) => fix.title)).toEqual([
      'Deny "the cat" in the negative clause',
      'Deny all 2 unanswered referents in the negative clause',
    ]);
    expect(fixes[1]!.edits).toMatchObject([
      { kind: 'text', newText: " But I don't see any cat and bus in this image." },
    ]);
  });

  it.each([
    [['zebra', 'bus'], ['zebra']],
    [[], ['zebra']],
    [['bus'], ['zebra']],
  ])('negative-listed writes the list %j as %j', (negatives, after) => {
    const answer = "Sure, it is <p> dog </p> [SEG]. But I don't see any the zebra in this image.";
    const lint = { 'double-determiner': 'off' };
    const checked = checkMarked(kind, recordOf([{ question: 'Stripes?', answer }], { negatives, lint }));
    expect(checked.findings.map(({ code }) => code)).toEqual(['negative-listed']);
    const fixed = checked.fixed();
    expect(fixed.found).toEqual([]);
    for (const referent of after) expect(fixed.text).toMatch(new RegExp(`negatives"?: \\[\\s*"${referent}"\\s*\\]`));
  });
});
