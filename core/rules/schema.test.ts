/** What `schema` says about values that a user may choose freely, unless they are nearly ours. */
import { describe, expect, it } from 'vitest';
import { fixRecord } from '../language/fixRecord.ts';
import { UscdfDocument } from '../records/document.ts';
import { documentOf, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { checkRecord } from './checkRecord.ts';

const ANSWER = 'A <p> dog </p> [SEG].';
const scopes = ['record'] as const;

/** Each finding's words in the file, and its message. */
function findings(document: UscdfDocument): readonly (readonly [string, string])[] {
  return document.cells.flatMap((cell) =>
    checkRecord(cell.record, { scopes }).map(({ span, message }) => [
      cell.source.slice(span.start, span.end).replace(/["']/g, ''),
      message,
    ]),
  );
}

/** What the record holds once every fix is taken. */
function fixed(document: UscdfDocument): unknown {
  const { kind, cells } = document;
  const { source } = fixRecord(kind, cells[0]!.source, { scopes, kinds: ['suggested'], severities: {} });
  return new UscdfDocument(kind, source).cells[0]!.record.value;
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  const file = (more: Readonly<Record<string, unknown>>) => documentOf(recordAround(ANSWER, more), kind);

  it('a rule that is silenced under a wrong name is found, and renamed to the nearest', () => {
    const document = file({ lint: { 'empty-frase': 'off', draft: 'off' } });
    expect(findings(document)).toEqual([['empty-frase', expect.stringContaining('write "empty-phrase"')]]);
    expect(fixed(document)).toEqual(recordAround(ANSWER, { lint: { 'empty-phrase': 'off', draft: 'off' } }));
  });

  it('one that is like none is found and left', () => {
    const document = file({ lint: { 'my-own': 'off', 'draft ': 'off', draft: 'off' } });
    expect(findings(document)).toEqual([
      ['my-own', expect.stringContaining('see docs/rules')],
      ['draft ', expect.stringContaining('see docs/rules')],
    ]);
    expect(fixed(document)).toEqual(document.cells[0]!.record.value);
  });

  it('an id without a letter is found, and an empty path once', () => {
    expect(findings(file({ id: '' }))).toEqual([['', expect.stringContaining('must be a text that is not empty')]]);
    const [cell] = file({ image: '' }).cells;
    const image = () => ({ ok: false as const, message: 'is a folder' });
    const resources = { image, sidecar: () => undefined, labelMap: () => undefined };
    const options = { scopes: ['record', 'pixels'] as const, resources };
    expect(checkRecord(cell!.record, options).map(({ code }) => code)).toEqual(['schema']);
  });

  it('a record without an image is asked for one, not for its placeholder', () => {
    const { image: _, ...rest } = recordAround('A dog.', {
      conversations: [
        { from: 'human', value: 'Who is it?' },
        { from: 'gpt', value: 'A dog.' },
      ],
    });
    const [cell] = documentOf(rest, kind).cells;
    expect(checkRecord(cell!.record, { scopes: ['turn', 'record'] }).map(({ code }) => code)).toEqual(['schema']);
  });

  it.each([
    ['label', 7],
    ['score', 'high'],
    ['area', [12]],
    ['bbox', [0, 0, 2]],
    ['bbox', [0, 0, 2, '2']],
  ])('what a mask says of itself has its type: %s %j', (key, value) => {
    const mask = { size: [2, 2], counts: [1, 3] };
    const right = { label: 'dog', score: 0.5, area: 3, bbox: [0, 0, 2, 2] };
    expect(findings(file({ masks: [{ ...mask, ...right }] }))).toEqual([]);
    expect(findings(file({ masks: [{ ...mask, ...right, [key]: value }] }))).toEqual([
      [expect.anything(), expect.stringContaining(`The ${key} of a mask must be`)],
    ]);
  });

  it('a severity that is none is found', () => {
    expect(findings(file({ lint: { draft: 'fatal' } }))).toEqual([
      ['fatal', expect.stringContaining('one of "off", "hint", "information", "warning", "error"')],
    ]);
  });

  it('a task that is nearly a known one is found and mended', () => {
    const document = file({ task: 'referrring' });
    expect(findings(document)).toEqual([['referrring', expect.stringContaining('write "referring"')]]);
    expect(findings(file({ task: 'Panoptic' }))).toEqual([['Panoptic', expect.stringContaining('write "panoptic"')]]);
    expect(fixed(document)).toEqual(recordAround(ANSWER, { task: 'referring' }));
  });

  it("a task of the user's own is the user's", () => {
    for (const task of ['region', 'captioning', 'vqa', '']) expect(findings(file({ task }))).toEqual([]);
  });
});

describe.each(['json', 'jsonl'] as const)('a key that stands twice in a %s file', (kind) => {
  const written = JSON.stringify(recordAround(ANSWER), undefined, kind === 'json' ? 2 : undefined);

  it.each([
    ['"id"', '"id": "a", "id"'],
    ['"value"', '"value": "Sure.", "value"'],
    ['"size"', '"size": [2, 2], "size"'],
  ])('%s is found at its second place, with the first one beside it', (key, twice) => {
    const source = written.replace(key, () => twice);
    const [cell] = new UscdfDocument(kind, source).cells;
    const [finding, ...others] = checkRecord(cell!.record, { scopes: ['turn', 'record', 'pixels'] });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'schema', severity: 'error' });
    expect(finding!.message).toContain('readers take the last value');
    const first = source.indexOf(key);
    expect(finding!.related.map(({ span }) => span)).toEqual([{ start: first, end: first + key.length }]);
    const second = source.indexOf(key, first + 1);
    expect(finding!.span).toEqual({ start: second, end: second + key.length });
  });
});

it('a key that stands twice in a .uscdf header is a mistake of its YAML', () => {
  const [cell] = documentOf(recordAround(ANSWER), 'uscdf').cells;
  const source = cell!.source.replace('\n', '\nid: other\n');
  const [finding, ...others] = checkRecord(new UscdfDocument('uscdf', source).cells[0]!.record, { scopes });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'syntax' });
  expect(finding!.message).toMatch(/unique/i);
});
