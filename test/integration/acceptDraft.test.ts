/** A draft on its way into each kind of file, in each situation: over the protocol, the edits applied as an editor does. */
import { describe, expect, it } from 'vitest';
import type { FileKind } from '../../core/records/document.ts';
import { UscdfDocument } from '../../core/records/document.ts';
import type { Position } from '../../core/records/position.ts';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import { AcceptDraftRequest, DraftContextRequest, FindRecordRequest, UndecidedRequest } from '../../server/protocol.ts';
import type { OpenFile } from './openFile.ts';
import { aboutRiders, answered, fileOf, GOOD_ANSWER, HORSE, PHOTO, RIDER } from './photoFolder.ts';
import { PhotoServer } from './photoServer.ts';

const DRAFT: AcceptDraftRequest.Params['draft'] = {
  task: 'gcg',
  question: 'Please describe the image.',
  answer: 'A <p> "grey" horse </p> [SEG]\nand a <p> rider 🐴 </p> [SEG].',
  image: PHOTO.path,
  width: PHOTO.width,
  height: PHOTO.height,
  masks: [HORSE, RIDER],
  provenance: { model: 'coco80@1.0.0', status: 'accepted', created: '2026-01-02T03:04:05.000Z' },
};
const TURN = { from: 'gpt', value: DRAFT.answer };
const QUESTION = 'Please segment the horse, the zebra, and the rider in this image.';

const photo = new PhotoServer();

const contextAt = (file: OpenFile, position: Position) =>
  photo.client.ask<DraftContextRequest.Answer>(DraftContextRequest.method, { uri: file.uri, position });

/** Accepts the draft; what the edits replace is nothing, or one of the words given. */
async function accept(
  file: OpenFile,
  position: Position,
  { draft = DRAFT, replaces = [] as readonly string[] } = {},
): Promise<void> {
  const params: AcceptDraftRequest.Params = { uri: file.uri, position, draft };
  const answer = await photo.client.ask<AcceptDraftRequest.Answer>(AcceptDraftRequest.method, params);
  if ('message' in answer) throw new Error(answer.message);
  for (const { range } of answer.edits) expect(['', ...replaces]).toContain(file.wordsAt(range));
  file.apply(answer.edits);
}

const recordsOf = (kind: FileKind, file: OpenFile): readonly Readonly<Record<string, unknown>>[] =>
  new UscdfDocument(kind, file.text).cells.map(({ record }) => record.value as Readonly<Record<string, unknown>>);

const placeholder = (kind: FileKind): string => (kind === 'uscdf' ? '<IMAGE>' : '<image>');

/** Line endings as the file had them before. */
const ENDINGS = [
  ['LF', (text: string) => text],
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
] as const;

describe.each(FILE_KINDS)('a draft for a %s file', (kind) => {
  const waiting = aboutRiders({
    // The draft is a caption, whatever was asked.
    task: 'gcg',
    conversations: [{ from: 'human', value: `<image>\n${QUESTION}` }],
    masks: [],
    provenance: { dataset: 'own', model: 'none' },
    note: 'kept "as" it is',
  });
  const newRecord = (id: string) => ({
    id,
    image: PHOTO.path,
    width: PHOTO.width,
    height: PHOTO.height,
    task: 'gcg',
    conversations: [{ from: 'human', value: `${placeholder(kind)}\n${DRAFT.question}` }, TURN],
    masks: [HORSE, RIDER],
    provenance: DRAFT.provenance,
  });

  it.each(ENDINGS)('answers the question that waits, %s', async (_, ended) => {
    const text = ended(fileOf(kind, aboutRiders({ id: 'first' }), waiting, aboutRiders({ id: 'last' })));
    const file = photo.open(kind, text);
    const position = file.positionOf('note');
    expect(await file.codes()).toEqual(['role-order']);
    const context = await contextAt(file, position);
    expect(context).toMatchObject({ image: PHOTO.path, id: 'riders' });
    expect(context!.question).toContain(QUESTION);

    await accept(file, position, { replaces: ['[]', 'none', '"none"'] });
    expect(await file.diagnostics()).toEqual([]);
    const [first, changed, last] = recordsOf(kind, file);
    const before = new UscdfDocument(kind, text).cells.map(({ record }) => record.value);
    expect([first, last]).toEqual([before[0], before[2]]);
    expect(changed).toEqual({
      ...(before[1] as object),
      conversations: [(before[1] as typeof waiting & { conversations: unknown[] }).conversations[0], TURN],
      masks: [HORSE, RIDER],
      provenance: { dataset: 'own', ...DRAFT.provenance },
    });
    if (text.includes('\r\n')) expect(file.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each(ENDINGS)('stands behind the record that is complete, %s', async (_, ended) => {
    const text = ended(fileOf(kind, aboutRiders(), aboutRiders({ id: 'last' })));
    const file = photo.open(kind, text);
    const position = file.positionOf('riders');
    expect(await contextAt(file, position)).toEqual({
      ...{ image: PHOTO.path, id: 'riders', task: 'referring', waits: false },
      name: { record: 0, id: 'riders', fingerprint: expect.any(String) },
      position: expect.any(Object),
    });
    await accept(file, position);
    expect(await file.diagnostics()).toEqual([]);
    const [first, second] = new UscdfDocument(kind, text).cells.map(({ record }) => record.value);
    expect(recordsOf(kind, file)).toEqual([first, newRecord('riders-2'), second]);
    if (text.includes('\r\n')) expect(file.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each(ENDINGS)('stands behind the last record, whether or not its line ends, %s', async (_, ended) => {
    for (const text of [fileOf(kind, aboutRiders()), fileOf(kind, aboutRiders()).trimEnd()].map(ended)) {
      const file = photo.open(kind, text);
      await accept(file, file.end);
      expect(await file.diagnostics()).toEqual([]);
      expect(recordsOf(kind, file).slice(1)).toEqual([newRecord('riders-2')]);
      if (kind === 'uscdf' || kind === 'jsonl') expect(file.text.startsWith(text.trimEnd())).toBe(true);
      // A second one finds its place just so.
      await accept(file, file.end);
      expect(await file.diagnostics()).toEqual([]);
      expect(recordsOf(kind, file).map(({ id }) => id)).toEqual(['riders', 'riders-2', 'riders-3']);
    }
  });

  it.each(['', '\n', '  \r\n', ...(kind === 'json' ? ['[]', '[\n]\n'] : [])])('begins the file %j', async (text) => {
    const file = photo.open(kind, text);
    const context = await contextAt(file, { line: 0, character: 0 });
    expect(context).toEqual({ waits: false });
    await accept(file, { line: 0, character: 0 }, { replaces: [text] });
    expect(await file.diagnostics()).toEqual([]);
    expect(recordsOf(kind, file)).toEqual([newRecord('riders')]);
  });

  it('gives a record without any turn its first two', async () => {
    const { conversations, masks, ...bare } = aboutRiders({ task: 'gcg' });
    const text = fileOf(kind, kind === 'uscdf' ? bare : { ...bare, conversations: [] }, aboutRiders({ id: 'last' }));
    const file = photo.open(kind, text);
    await accept(file, file.positionOf('riders'), { replaces: ['[]', ''] });
    expect(await file.diagnostics()).toEqual([]);
    const { id, ...rest } = newRecord('riders');
    expect(recordsOf(kind, file)[0]).toEqual({ id, ...rest });
    expect(conversations).toHaveLength(2);
    expect(masks).toHaveLength(2);
  });

  it('finds its record again, and tells that it has changed', async () => {
    const records = [
      aboutRiders({ id: 'first' }),
      waiting,
      aboutRiders({ provenance: { status: 'draft' }, id: 'last' }),
    ];
    const file = photo.open(kind, fileOf(kind, ...records));
    const undecided = await photo.client.ask<UndecidedRequest.Answer>(UndecidedRequest.method, { uri: file.uri });
    const [name] = undecided?.waiting ?? [];
    expect(undecided?.waiting.map(({ record, id }) => [record, id])).toEqual([[1, 'riders']]);
    expect(undecided?.drafts.map(({ record, id }) => [record, id])).toEqual([[2, 'last']]);
    const find = () =>
      photo.client.ask<FindRecordRequest.Answer>(FindRecordRequest.method, { uri: file.uri, name: name! });
    const found = await find();
    expect(found).toMatchObject({ id: 'riders', waits: true, name: name! });
    await accept(file, found!.position!, { replaces: ['[]', 'none', '"none"'] });
    const after = await find();
    expect(after).toMatchObject({ id: 'riders', waits: false, position: found!.position });
    expect(after?.name?.fingerprint).not.toBe(name!.fingerprint);
  });

  it('of another image stands behind the question about this one', async () => {
    const file = photo.open(kind, fileOf(kind, waiting, aboutRiders({ id: 'last' })));
    photo.folder.write('other.jpg', '');
    await accept(file, file.positionOf('note'), { draft: { ...DRAFT, image: 'other.jpg' } });
    expect(recordsOf(kind, file).map(({ id }) => id)).toEqual(['riders', 'other', 'last']);
    expect(await file.codes()).toContain('role-order');
  });

  it('that refuses everything needs no mask', async () => {
    const answer = "Sorry, I don't see any zebra in this image.";
    const file = photo.open(kind, fileOf(kind, waiting));
    const draft = { ...DRAFT, answer, masks: [], negatives: ['zebra'] };
    await accept(file, file.positionOf('note'), { draft, replaces: ['none', '"none"'] });
    expect(await file.diagnostics()).toEqual([]);
    expect(recordsOf(kind, file)[0]).toMatchObject({ masks: [], conversations: [{}, { from: 'gpt', value: answer }] });
  });

  it('is refused with a reason where the record has errors', async () => {
    const text = kind === 'uscdf' ? 'no header\n' : '{"id": ';
    const file = photo.open(kind, text);
    const params = { uri: file.uri, position: file.end, draft: DRAFT };
    const answer = await photo.client.ask<AcceptDraftRequest.Answer>(AcceptDraftRequest.method, params);
    // A new record behind a broken one breaks nothing further; inside a broken file there is no place.
    if ('message' in answer) expect(answer.message).toMatch(/: [a-z]/);
    else {
      file.apply(answer.edits);
      expect(file.text.startsWith(text.trimEnd())).toBe(true);
    }
  });
});

describe('a draft for a .uscdf.json that is one record', () => {
  const single = (record: object): string => `${JSON.stringify(record, null, 2)}\n`;

  it.each(ENDINGS)('goes into it as a further question and answer, %s', async (_, ended) => {
    const text = ended(single(aboutRiders()));
    const file = photo.open('json', text);
    await accept(file, file.positionOf('riders'));
    expect(await file.diagnostics()).toEqual([]);
    const before = aboutRiders();
    const [record, ...others] = recordsOf('json', file);
    expect(others).toEqual([]);
    expect(record).toEqual({
      ...before,
      conversations: [...(before['conversations'] as unknown[]), { from: 'human', value: DRAFT.question }, TURN],
      masks: [HORSE, RIDER, HORSE, RIDER],
      provenance: DRAFT.provenance,
    });
    if (text.includes('\r\n')) expect(file.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('of another image is refused, with what to do', async () => {
    const file = photo.open('json', single(answered(GOOD_ANSWER)));
    const params = { uri: file.uri, position: file.end, draft: { ...DRAFT, image: 'other.jpg' } };
    const answer = await photo.client.ask<AcceptDraftRequest.Answer>(AcceptDraftRequest.method, params);
    expect(answer).toEqual({ message: expect.stringContaining('put [ and ] around it') });
  });
});
