import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { RECORD_KEYS } from '../records/recordModel.ts';
import { FILE_KINDS, tinyMask } from '../testing/fixtures.ts';
import { type Marked, marked, markedRecords } from '../testing/marked.ts';
import type { FolderEntry } from './completion/paths.ts';
import type { CompletionItem, CompletionList } from './completion/proposal.ts';
import { completion, MAX_ITEMS } from './completion.ts';
import { DEFAULT_FORMAT } from './format.ts';

const FILES: Readonly<Record<string, readonly FolderEntry[]>> = {
  '': [
    { name: 'images', isFolder: true },
    { name: '.git', isFolder: true },
    { name: 'notes.txt', isFolder: false },
    { name: 'root.jpg', isFolder: false },
    { name: 'a.masks.json', isFolder: false },
    { name: 'labels.png', isFolder: false },
  ],
  'images/': [
    { name: 'dog "Rex".jpg', isFolder: false },
    { name: 'cat.png', isFolder: false },
  ],
};

interface Options {
  readonly snippets?: boolean;
  readonly trigger?: string;
}

function complete({ document, cursor }: Marked, { snippets = false, trigger }: Options = {}): Promise<CompletionList> {
  const listFolder = async (path: string) => FILES[path] ?? [];
  return completion(document, cursor, { format: DEFAULT_FORMAT, snippets, listFolder, trigger });
}

const labelsOf = ({ items }: CompletionList): readonly string[] => items.map(({ label }) => label);

/** What a list of completions holds under a label; fails where it holds none. */
function item(list: CompletionList, label: string): CompletionItem {
  const found = list.items.find((each) => each.label === label);
  if (found === undefined) expect.fail(`No “${label}” among ${JSON.stringify(labelsOf(list))}.`);
  return found;
}

/** The document after an item is taken. What is typed must be the beginning of what the editor compares it with. */
function take({ document, cursor }: Marked, { range, newText, filterText }: CompletionItem): UscdfDocument {
  const typed = document.text({ start: range.start, end: cursor }).trimStart();
  expect(filterText.toLowerCase().startsWith(typed.toLowerCase()) || / /.test(filterText)).toBe(true);
  const taken = new UscdfDocument(document.kind, document.text());
  taken.update({ range, newText });
  return taken;
}

const QUESTION = '<image>\nPlease segment the dog, the zebra, and the frisbee in this image.';

function dialogue(question: string, answer: string, more: Readonly<Record<string, unknown>> = {}) {
  const conversations = [
    { from: 'human', value: question },
    { from: 'gpt', value: answer },
  ];
  return { id: 'a', image: 'a.jpg', conversations, masks: [], ...more };
}

/** The answer that stands in a document. */
const answerOf = (document: UscdfDocument): string | undefined => document.cells[0]!.record.turns[1]?.text;
const questionOf = (document: UscdfDocument): string | undefined => document.cells[0]!.record.turns[0]?.text;

const PAIR = '<p> … </p> [SEG]';
const CLAUSE = "But I don't see any zebra and frisbee in this image.";

describe.each(FILE_KINDS)('completion in an answer of a %s', (kind) => {
  it.each<[string, string, string, string]>([
    ['a pair for <', 'Sure, it is ⟦<‸⟧', PAIR, 'Sure, it is <p> phrase </p> [SEG]'],
    ['a pair for <p', 'A ⟦<p‸⟧ here', PAIR, 'A <p> phrase </p> [SEG] here'],
    ['a pair behind a space', 'A dog. A ⟦‸⟧', PAIR, 'A dog. A <p> phrase </p> [SEG]'],
    ['a pair apart from the word before it', 'A⟦<‸⟧', PAIR, 'A <p> phrase </p> [SEG]'],
    ['the end of a phrase for <', 'A <p> dog⟦ <‸⟧', '</p> [SEG]', 'A <p> dog </p> [SEG]'],
    ['the end of a phrase for </p', 'A <p> dog⟦ </p‸⟧.', '</p> [SEG]', 'A <p> dog </p> [SEG].'],
    ['[SEG] behind </p>', 'A <p> dog </p>⟦‸⟧', '[SEG]', 'A <p> dog </p> [SEG]'],
    ['[SEG] for [', 'A <p> dog </p> ⟦[‸⟧.', '[SEG]', 'A <p> dog </p> [SEG].'],
    ['[SEG] for [ with the bracket that an editor closes', 'A <p> dog </p> ⟦[S‸]⟧.', '[SEG]', 'A <p> dog </p> [SEG].'],
    ['words of an open phrase', 'Sure, it is <p>⟦ ‸⟧', 'dog', 'Sure, it is <p> dog </p> [SEG]'],
    ['words that are typed halfway', 'Sure, it is <p>⟦ fri‸⟧', 'frisbee', 'Sure, it is <p> frisbee </p> [SEG]'],
    ['words of a closed phrase', 'It is <p>⟦ ze‸ </p>⟧.', 'zebra', 'It is <p> zebra </p> [SEG].'],
    ['words of a whole phrase', 'It is <p>⟦ d‸ </p>⟧ [SEG].', 'dog', 'It is <p> dog </p> [SEG].'],
    ['class names', 'It is <p>⟦ gira‸ </p>⟧ [SEG].', 'giraffe', 'It is <p> giraffe </p> [SEG].'],
    ['a referent with its tags for its first letters', 'Sure, ⟦do‸⟧', '<p> dog </p> [SEG]', 'Sure, <p> dog </p> [SEG]'],
    [
      'the clause behind a sentence',
      `Sure, it is <p> dog </p> [SEG]. ⟦‸⟧`,
      CLAUSE,
      `Sure, it is <p> dog </p> [SEG]. ${CLAUSE}`,
    ],
    [
      'the clause right behind a full stop',
      `Sure, it is <p> dog </p> [SEG].⟦‸⟧`,
      CLAUSE,
      `Sure, it is <p> dog </p> [SEG]. ${CLAUSE}`,
    ],
    [
      'the clause right behind [SEG]',
      `Sure, it is <p> dog </p> [SEG]⟦‸⟧`,
      CLAUSE,
      `Sure, it is <p> dog </p> [SEG]. ${CLAUSE}`,
    ],
    ['the clause for its first words', `A <p> dog </p> [SEG]. ⟦But I d‸⟧`, CLAUSE, `A <p> dog </p> [SEG]. ${CLAUSE}`],
    [
      'the clause whose list is begun',
      `A <p> dog </p> [SEG]. ⟦But I don't see any ze‸⟧`,
      CLAUSE,
      `A <p> dog </p> [SEG]. ${CLAUSE}`,
    ],
    [
      'the clause in the place of one that leaves a referent open',
      `A <p> dog </p> [SEG]. ⟦But I don't see any ze‸bra in this image.⟧ Yes.`,
      CLAUSE,
      `A <p> dog </p> [SEG]. ${CLAUSE} Yes.`,
    ],
    [
      'a referent of the clause',
      "A <p> dog </p> [SEG]. But I don't see any cat and ⟦fr‸⟧",
      'the frisbee',
      "A <p> dog </p> [SEG]. But I don't see any cat and frisbee",
    ],
    [
      'the whole answer',
      '⟦‸⟧',
      'Sure, <p> the dog </p> [SEG], <p> the zebra </p> [SEG], and <p> the frisbee </p> [SEG].',
      'Sure, <p> the dog </p> [SEG], <p> the zebra </p> [SEG], and <p> the frisbee </p> [SEG].',
    ],
    [
      'that all are absent',
      '⟦Sor‸⟧',
      "Sorry, I don't see any dog, zebra, and frisbee in this image.",
      "Sorry, I don't see any dog, zebra, and frisbee in this image.",
    ],
  ])('offers %s', async (_, answer, label, expected) => {
    const place = markedRecords(kind, dialogue(QUESTION, answer));
    const list = await complete(place);
    // The question's own article stays with its referent.
    const bare = (text: string | undefined) => text?.replace(/(^|<p> )the /g, '$1');
    const found = list.items.find((each) => bare(each.label) === bare(label)) ?? item(list, label);
    expect(found.range).toEqual(place.ranges[0]);
    expect(bare(answerOf(take(place, found)))).toBe(bare(expected));
  });

  it('answers with what the labels of the masks say', async () => {
    const masks = ['frisbee', 'dog'].map((label, i) => ({ ...tinyMask(i), label }));
    const place = markedRecords(kind, dialogue(QUESTION, '‸', { masks }));
    const [first] = (await complete(place)).items;
    expect(answerOf(take(place, first!))).toBe(
      "Sure, <p> the frisbee </p> [SEG] and <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
    );
  });

  it('answers a question for one thing in the words of the datasets', async () => {
    const place = markedRecords(kind, dialogue('<image>\nCan you segment the dog in this image.', '‸'));
    expect(labelsOf(await complete(place)).slice(0, 4)).toEqual([
      'Sure, it is <p> dog </p> [SEG].',
      "Sorry, I don't see any dog in this image.",
      'Sure, the segmentation result is <p> dog </p> [SEG].',
      'It is <p> dog </p> [SEG].',
    ]);
  });

  it('numbers what a panoptic answer holds several times', async () => {
    const masks = ['person', 'sky', 'person'].map((label, i) => ({ ...tinyMask(i), label }));
    const question = '<image>\nCan you segment all the objects in this image?';
    const place = markedRecords(kind, dialogue(question, '‸', { masks, task: 'panoptic' }));
    expect(labelsOf(await complete(place))[0]).toBe(
      'Sure, the image contains <p> person-1 </p> [SEG], <p> sky </p> [SEG], and <p> person-2 </p> [SEG].',
    );
  });

  it('puts the label of the next mask before class names', async () => {
    const masks = ['sky', 'sea', 'sand'].map((label, i) => ({ ...tinyMask(i), label }));
    const place = markedRecords(
      kind,
      dialogue('<image>\nWhat is there?', 'The <p> sky </p> [SEG] and <p> s‸', { masks }),
    );
    expect(labelsOf(await complete(place)).slice(0, 3)).toEqual(['sea', 'sand', 'sky']);
  });

  it('lets a capable editor put the cursor into the words', async () => {
    const place = markedRecords(kind, dialogue(QUESTION, 'A ⟦<‸⟧'));
    const found = item(await complete(place, { snippets: true }), PAIR);
    expect(found).toMatchObject({ isSnippet: true, newText: `<p> \${1:phrase} </p> [SEG]`, range: place.ranges[0] });
  });

  it('writes what the file and the snippet give a meaning to', async () => {
    const label = ['a "big" \\ $', '{dog}'].join('');
    const masks = [{ ...tinyMask(0), label }];
    const place = markedRecords(kind, dialogue('<image>\nWhat is there?', '‸', { masks, task: 'reasoning' }));
    const plain = item(await complete(place), `Sure, it is <p> ${label} </p> [SEG].`);
    expect(answerOf(take(place, plain))).toBe(`Sure, it is <p> ${label} </p> [SEG].`);
    const snippet = item(await complete(place, { snippets: true }), plain.label);
    const unescaped = snippet.newText.replace(/\$\{1:((?:\\.|[^}])*)\}/, '$1').replace(/\\([\\$}])/g, '$1');
    expect(unescaped).toBe(plain.newText);
  });

  it('is silent where nothing is left to answer, and inside words', async () => {
    const answer = "Sure, <p> dog </p> [SEG] and <p> frisbee </p> [SEG]. But I don't see any zebra in this image. ‸";
    expect(labelsOf(await complete(markedRecords(kind, dialogue(QUESTION, answer))))).toEqual([PAIR]);
    expect(labelsOf(await complete(markedRecords(kind, dialogue(QUESTION, 'Nothing a‸'))))).toEqual([]);
  });

  it.each(["But I‸ don't see any zebra", "But I don't see any zebra‸", "But I don't see any zebra in th‸is image."])(
    'offers no clause inside of one that is complete: %s',
    async (written) => {
      const clause = written.includes('in th') ? written : `${written} in this image.`;
      const answer = `Sure, <p> dog </p> [SEG] and <p> frisbee </p> [SEG]. ${clause}`;
      const labels = labelsOf(await complete(markedRecords(kind, dialogue(QUESTION, answer))));
      expect(labels.filter((label) => label.startsWith('But'))).toEqual([]);
    },
  );

  it.each<[string, boolean]>([
    ['A dog ‸', false],
    ['A <p> ‸', true],
    ['A <p> dog </p> ‸', true],
    ['A <p> dog </p> [SEG]. ‸', true],
    ['A <p> dog </p> [SEG] ‸', false],
  ])('for a space behind %j speaks up: %s', async (answer, speaks) => {
    const question = '<image>\nPlease segment the dog and the zebra in this image.';
    const list = await complete(markedRecords(kind, dialogue(question, answer.replace('‸', '‸.'))), { trigger: ' ' });
    expect(labelsOf(list).length > 0).toBe(speaks);
  });

  it('cuts a long list and says so', async () => {
    const list = await complete(markedRecords(kind, dialogue(QUESTION, 'A <p> ‸ </p> [SEG]')));
    expect(list.items).toHaveLength(MAX_ITEMS);
    expect(list.isIncomplete).toBe(true);
    expect(new Set(list.items.map(({ sortText }) => sortText)).size).toBe(MAX_ITEMS);
    expect(labelsOf(list)).toEqual(
      [...list.items].sort((a, b) => (a.sortText < b.sortText ? -1 : 1)).map(({ label }) => label),
    );
  });
});

describe.each(FILE_KINDS)('completion in a question of a %s', (kind) => {
  const image = kind === 'uscdf' ? '<IMAGE>' : '<image>';

  it.each<[string, string, string, string]>([
    ['the placeholder', '⟦‸⟧', image, image],
    ['the placeholder for <', '⟦<‸⟧\nWhat is it?', image, `${image}\nWhat is it?`],
    [
      'the task’s question',
      `${image}\n⟦‸⟧`,
      'Can you segment the object in this image.',
      `${image}\nCan you segment the object in this image.`,
    ],
    [
      'the task’s question for its first words',
      `${image}\n⟦Please seg‸⟧`,
      'Please segment the object in this image.',
      `${image}\nPlease segment the object in this image.`,
    ],
    [
      'the placeholder with the question',
      '⟦‸⟧',
      'Can you segment the object in this image.',
      `${image}\nCan you segment the object in this image.`,
    ],
    [
      'class names in a list',
      `${image}\nPlease segment the dog and the ⟦gir‸⟧`,
      'giraffe',
      `${image}\nPlease segment the dog and the giraffe`,
    ],
    [
      'what asks for masks',
      `${image}\nWhat can fly? ⟦Please out‸⟧`,
      'Please output segmentation mask.',
      `${image}\nWhat can fly? Please output segmentation mask.`,
    ],
  ])('offers %s', async (_, question, label, expected) => {
    const place = markedRecords(kind, dialogue(question, 'Hm.', { task: 'referring' }));
    const found = item(await complete(place), label);
    // The range of a value that stands on a line of its own ends where the value does.
    if (place.ranges[0] !== undefined) expect(found.range).toEqual(place.ranges[0]);
    expect(questionOf(take(place, found))).toBe(expected);
  });

  it.each<[string, string]>([
    ['panoptic', 'Can you segment all the objects in this image?'],
    [
      'gcg',
      'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.',
    ],
    ['reasoning', 'question? Please respond with segmentation mask.'],
  ])('knows the questions of the task %s', async (task, label) => {
    const place = markedRecords(kind, dialogue(`${image}\n‸`, 'Hm.', { task }));
    expect(labelsOf(await complete(place))[0]).toBe(label);
  });

  it('asks for what the answer speaks of', async () => {
    const place = markedRecords(
      kind,
      dialogue(`${image}\n‸`, "Sure, it is <p> dog </p> [SEG]. But I don't see any red cat in this image.", {
        task: 'semantic',
      }),
    );
    expect(labelsOf(await complete(place))).toContain('Please segment the dog and red cat in this image.');
  });

  it('offers no tags', async () => {
    const place = markedRecords(kind, dialogue(`${image}\nWhat is a <‸`, 'Hm.'));
    expect(labelsOf(await complete(place))).toEqual([]);
  });
});

/** The places of keys and values differ in the three files, and so do their fixtures. */
const json = (kind: 'json' | 'jsonl', text: string) =>
  marked(kind, kind === 'json' ? `[\n  ${text}\n]\n` : `${text}\n`);
const header = (text: string) => marked('uscdf', `---\n${text}\n---\nUser: <IMAGE>\nHi.\nAssistant: No.\n`);

describe.each(['json', 'jsonl'] as const)('completion of keys and values in a %s', (kind) => {
  it.each<[string, string, string, string]>([
    ['a key between quotes', '{"id": "a", ⟦"‸"⟧}', 'task', '{"id": "a", "task": ""}'],
    ['a key without quotes', '{"id": "a", ⟦ta‸⟧}', 'task', '{"id": "a", "task": ""}'],
    ['a key before another one', '{⟦"im‸"⟧ "id": "a"}', 'image', '{"image": "", "id": "a"}'],
    ['a key whose colon is there', '{⟦"im‸"⟧: "a"}', 'image', '{"image": "a"}'],
    ['a key whose quote is open', '{"id": "a", ⟦"pare‸⟧}', 'parent', '{"id": "a", "parent": ""}'],
    ['a key of a mask', '{"masks": [{⟦"‸"⟧}]}', 'polygons', '{"masks": [{"polygons": [[]]}]}'],
    ['a key of a turn', '{"conversations": [{⟦"‸"⟧}]}', 'from', '{"conversations": [{"from": ""}]}'],
    ['a key of the provenance', '{"provenance": {⟦"st‸"⟧}}', 'status', '{"provenance": {"status": ""}}'],
    ['a rule', '{"lint": {⟦"mask-c‸"⟧}}', 'mask-count', '{"lint": {"mask-count": ""}}'],
    ['a task', '{"task": "⟦re‸⟧"}', 'referring', '{"task": "referring"}'],
    ['a task without quotes', '{"task": ⟦‸⟧}', 'gcg', '{"task": "gcg"}'],
    ['a status', '{"provenance": {"status": "⟦‸⟧"}}', 'accepted', '{"provenance": {"status": "accepted"}}'],
    ['a severity', '{"lint": {"draft": "⟦‸⟧"}}', 'off', '{"lint": {"draft": "off"}}'],
    ['a speaker', '{"conversations": [{"from": "⟦‸⟧"}]}', 'gpt', '{"conversations": [{"from": "gpt"}]}'],
    ['a folder', '{"image": "⟦im‸⟧"}', 'images/', '{"image": "images/"}'],
    ['an image', '{"image": "⟦images/d‸⟧"}', 'dog "Rex".jpg', '{"image": "images/dog \\"Rex\\".jpg"}'],
    ['a file of masks', '{"masks": "⟦‸⟧"}', 'a.masks.json', '{"masks": "a.masks.json"}'],
    ['a label map', '{"masks": [{"file": "⟦‸⟧"}]}', 'labels.png', '{"masks": [{"file": "labels.png"}]}'],
  ])('offers %s', async (_, text, label, expected) => {
    const place = json(kind, text);
    const found = item(await complete(place), label);
    expect(found.range).toEqual(place.ranges[0]);
    expect(take(place, found).cells[0]!.source).toBe(expected);
  });

  it('offers the keys that are missing, those behind the cursor left out', async () => {
    const place = json(kind, '{"id": "a", "‸", "image": "a.jpg", "masks": [{"label": "x"}], "lint": {}}');
    const missing = RECORD_KEYS.filter((key) => !['id', 'image', 'masks', 'lint'].includes(key));
    expect(labelsOf(await complete(place))).toEqual(missing);
  });

  it('puts the cursor into the value', async () => {
    const found = item(await complete(json(kind, '{⟦"‸"⟧}'), { snippets: true }), 'masks');
    expect(found).toMatchObject({ newText: '"masks": [$1]', isSnippet: true });
  });

  it('helps in a record that does not parse', async () => {
    const turns =
      '"conversations": [{"from": "human", "value": "Can you segment the dog in this image."}, {"from": "gpt", "value": "‸"}]';
    const place = json(kind, `{"id": "a" "task": , ${turns}, "masks": [`);
    expect(labelsOf(await complete(place))[0]).toBe('Sure, it is <p> dog </p> [SEG].');
  });

  it.each(['{"id"‸: "a"}', '{"id": "a"‸}', '{"id": "a" ‸ "image": 1}', '{"size": ‸}', '{"image": "http://x/‸"}'])(
    'is silent in %s',
    async (text) => {
      const labels = labelsOf(await complete(json(kind, text)));
      expect(labels.filter((label) => label !== 'id')).toEqual([]);
    },
  );
});

describe('completion of keys and values in a .uscdf header', () => {
  it.each<[string, string, string, string]>([
    ['a key', 'id: a\n⟦ta‸⟧', 'task', 'id: a\ntask: '],
    ['a key on an empty line', 'id: a\n⟦‸⟧\nimage: a.jpg', 'task', 'id: a\ntask: \nimage: a.jpg'],
    ['a key whose colon is there', 'id: a\n⟦tas‸⟧: gcg', 'task', 'id: a\ntask: gcg'],
    ['a key of a flow mask', 'masks:\n  - { ⟦lab‸⟧ }', 'label', 'masks:\n  - { label:  }'],
    ['a key of a block mask', 'masks:\n  - size: [2, 2]\n    ⟦‸⟧', 'label', 'masks:\n  - size: [2, 2]\n    label: '],
    ['a key of the provenance', 'provenance:\n  ⟦st‸⟧', 'status', 'provenance:\n  status: '],
    ['a rule', 'lint: { ⟦mask-c‸⟧ }', 'mask-count', 'lint: { mask-count:  }'],
    ['a task', 'task: ⟦re‸⟧', 'referring', 'task: referring'],
    ['a task between quotes', 'task: "⟦‸⟧"', 'gcg', 'task: "gcg"'],
    ['a status', 'provenance: { status: ⟦‸⟧ }', 'draft', 'provenance: { status: draft }'],
    ['a severity', 'lint:\n  draft: ⟦‸⟧', 'off', 'lint:\n  draft: off'],
    ['a folder', 'image: ⟦im‸⟧', 'images/', 'image: images/'],
    ['an image', 'image: ⟦images/d‸⟧', 'dog "Rex".jpg', 'image: "images/dog \\"Rex\\".jpg"'],
    ['a file of masks', 'masks: ⟦‸⟧', 'a.masks.json', 'masks: a.masks.json'],
    ['a label map', "masks:\n- { file: '⟦‸⟧' }", 'labels.png', "masks:\n- { file: 'labels.png' }"],
    ['the negatives', 'negatives: [⟦‸⟧]', 'zebra', 'negatives: [zebra]'],
  ])('offers %s', async (_, text, label, expected) => {
    const place =
      label === 'zebra'
        ? marked(
            'uscdf',
            `---\n${text}\n---\nUser: Segment the zebra in this image.\nAssistant: Sorry, I don't see any zebra in this image.\n`,
          )
        : header(text);
    const found = item(await complete(place), label);
    expect(found.range).toEqual(place.ranges[0]);
    expect(take(place, found).text().split('\n---\n')[0]).toBe(`---\n${expected}`);
  });

  it('offers no conversations, which are the turns', async () => {
    const labels = labelsOf(await complete(header('id: a\n‸\nimage: a.jpg')));
    expect(labels).toEqual(RECORD_KEYS.filter((key) => !['id', 'image', 'conversations'].includes(key)));
  });

  it('is silent in a comment and on the line that closes the header', async () => {
    expect(labelsOf(await complete(header('id: a # t‸')))).toEqual([]);
    expect(labelsOf(await complete(header('# t‸')))).toEqual([]);
    expect(labelsOf(await complete(marked('uscdf', '---\nid: a\n--‸-\nUser: Hi.\n')))).toEqual([]);
  });

  it('offers the next turn', async () => {
    const place = marked('uscdf', '---\nid: a\n---\nUser: <IMAGE>\nWhat is it?\n⟦‸⟧\n');
    const list = await complete(place);
    expect(labelsOf(list).slice(0, 2)).toEqual(['Assistant:', 'User:']);
    expect(list.items[0]!.range).toEqual(place.ranges[0]);
    const typed = marked('uscdf', '---\nid: a\n---\nUser: <IMAGE>\nWhat is it?\n⟦Ass‸⟧');
    expect(take(typed, item(await complete(typed), 'Assistant:')).text()).toMatch(/\?\nAssistant: $/);
  });
});

describe.each(FILE_KINDS)('completion of a subtree in a %s', (kind) => {
  const root = (id: string, image: string) => ({
    ...dialogue('<image>\nWhat is there?', 'A <p> brown dog </p> [SEG] on <p> grass </p> [SEG].'),
    id,
    image,
    masks: [tinyMask(0), tinyMask(1)],
  });

  it('offers the roots before it, those of its own image first', async () => {
    const subtree = { id: 'c', image: 'one.jpg', parent: '‸', conversations: [], masks: [] };
    const place = markedRecords(kind, root('a', 'one.jpg'), root('b', 'two.jpg'), subtree);
    const list = await complete(place);
    expect(labelsOf(list)).toEqual(['a', 'b']);
    expect(take(place, list.items[0]!).cells[2]!.record.value).toMatchObject({ parent: 'a' });
  });

  it('offers the phrases of the parent as its target', async () => {
    const subtree = { id: 'c', image: 'one.jpg', target: '‸', parent: 'a', conversations: [], masks: [] };
    const place = markedRecords(kind, root('a', 'one.jpg'), subtree);
    const list = await complete(place);
    expect(labelsOf(list)).toEqual(['brown dog', 'grass']);
    expect(take(place, list.items[0]!).cells[1]!.record.value).toMatchObject({ target: 'brown dog' });
  });
});

describe.each(FILE_KINDS)('completion while somebody types in a %s', (kind) => {
  it.each(['\n', '\r\n'])('stands at the cursor at every place, with line endings %j', async (ending) => {
    const answer = 'A <p> d </p> [SEG], <p> \\"x" and\n<p. ‸But I';
    const { document } = markedRecords(kind, dialogue(QUESTION, answer, { lint: {} }));
    const text = document.text().replaceAll('\n', ending);
    let offered = 0;
    for (let length = 0; length <= text.length; length++) {
      const cut = new UscdfDocument(kind, text.slice(0, length));
      const { end } = cut.wholeRange;
      const list = await completion(cut, end, { format: DEFAULT_FORMAT, snippets: true });
      for (const { range, newText } of list.items) {
        expect(range.start.line).toBe(end.line);
        expect(range.start.character).toBeLessThanOrEqual(end.character);
        expect(range.end.character).toBeGreaterThanOrEqual(end.character);
        if (kind !== 'uscdf') expect(newText).not.toContain('\n');
        else expect(newText.replaceAll(ending, '')).not.toMatch(/[\r\n]/);
      }
      offered += list.items.length;
    }
    expect(offered).toBeGreaterThan(1_000);
  });
});
