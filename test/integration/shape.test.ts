/** Drawing, naming and moving over the protocol: the edits applied as an editor does, in each file kind, a sidecar included. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import { encodeCounts } from '../../core/masks/counts.ts';
import { rasteriseBox } from '../../core/masks/polygons.ts';
import { UscdfDocument } from '../../core/records/document.ts';
import type { Range } from '../../core/records/position.ts';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import { editedText } from '../../core/testing/shaping.ts';
import { PreviewRequest, RecordPlaceRequest, ShapeRequest, WordsAtRequest } from '../../server/protocol.ts';
import type { OpenFile } from './openFile.ts';
import { aboutRiders, fileOf, HORSE, PHOTO, RIDER } from './photoFolder.ts';
import { PhotoServer } from './photoServer.ts';

const SIZE = [PHOTO.height, PHOTO.width] as const;
const DRAWN = { size: SIZE, counts: encodeCounts(rasteriseBox([10, 20, 30, 40], ...SIZE).counts) };
const CAPTION = 'Two riders on a beach, <p> a "grey" horse </p> [SEG] and <p> a rider 🐴 </p> [SEG].';

const photo = new PhotoServer();

const askShape = (file: OpenFile, record: number, edit: ShapeEdit) =>
  photo.client.ask<ShapeRequest.Answer>(ShapeRequest.method, {
    uri: file.uri,
    record,
    edit,
  } satisfies ShapeRequest.Params);

const askWords = (file: OpenFile, range: Range) =>
  photo.client.ask<WordsAtRequest.Answer>(WordsAtRequest.method, {
    uri: file.uri,
    range,
  } satisfies WordsAtRequest.Params);

async function shape(file: OpenFile, record: number, edit: ShapeEdit) {
  const answer = await askShape(file, record, edit);
  if ('message' in answer) throw new Error(answer.message);
  if (answer.edits.length > 0) file.apply(answer.edits);
  return answer;
}

function recordOf(file: OpenFile, kind: (typeof FILE_KINDS)[number], record: number) {
  const value = new UscdfDocument(kind, file.text).cells[record]!.record.value;
  return value as { readonly masks: readonly unknown[]; readonly conversations: readonly { readonly value: string }[] };
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  const caption = (more: Readonly<Record<string, unknown>> = {}) =>
    aboutRiders({ task: 'gcg', id: 'caption', ...more }, 'Please describe the image.', CAPTION);
  const open = (...records: readonly Readonly<Record<string, unknown>>[]) => photo.open(kind, fileOf(kind, ...records));

  it('a stroke changes its mask and nothing else', async () => {
    const file = open(aboutRiders(), caption());
    const before = file.text;
    const answer = await shape(file, 1, { kind: 'setMask', mask: 0, drawn: DRAWN });
    expect(answer).toMatchObject({ phrase: 0 });
    expect(recordOf(file, kind, 1).masks[1]).toEqual(RIDER);
    expect(recordOf(file, kind, 0).masks).toEqual([HORSE, RIDER]);
    const cell = new UscdfDocument(kind, before).cells[1]!;
    const value = cell.record.locate(['masks', 0]);
    const at = before.indexOf(cell.source) + value.start;
    expect(file.text.startsWith(before.slice(0, at))).toBe(true);
    expect(file.text.endsWith(before.slice(at + value.end - value.start))).toBe(true);
    expect(await file.diagnostics()).toEqual([]);
  });

  it('selected words get their mask between the others', async () => {
    const file = open(aboutRiders(), caption());
    const found = await askWords(file, file.rangeOf('a beach'));
    if ('message' in found) throw new Error(found.message);
    expect(found).toMatchObject({ record: 1, text: 'a beach' });
    const answer = await shape(file, 1, { kind: 'groundWords', words: found.words, drawn: DRAWN });
    expect(answer).toMatchObject({ phrase: 0 });
    expect(recordOf(file, kind, 1).conversations[1]!.value).toContain('on <p> a beach </p> [SEG], <p> a "grey"');
    expect(recordOf(file, kind, 1).masks).toEqual([{ ...DRAWN, size: [...SIZE] }, HORSE, RIDER]);
    expect(await file.diagnostics()).toEqual([]);
  });

  it('says where a record begins, and why something cannot be drawn', async () => {
    const file = open(aboutRiders(), caption());
    const ask = (record: number) =>
      photo.client.ask<RecordPlaceRequest.Answer>(RecordPlaceRequest.method, { uri: file.uri, record });
    const second = await ask(1);
    expect(second?.records).toBe(2);
    expect(file.wordsAt({ start: second!.position, end: file.end })).toMatch(/^(?:\{|---)/);
    expect(await ask(2)).toBeNull();
    const small = { size: [2, 2] as const, counts: '13' };
    expect(await askShape(file, 0, { kind: 'setMask', mask: 0, drawn: small })).toMatchObject({
      message: expect.stringContaining('424 × 640'),
    });
    expect(await askWords(file, file.rangeOf('Please describe'))).toMatchObject({
      message: expect.stringContaining('question'),
    });
  });

  it('masks that lie in a sidecar change there, and the preview shows them', async () => {
    const sidecar = '[\n  {"size": [424, 640], "counts": "0Ph^41", "own": 1}\n]\n'.replace(
      '"0Ph^41"',
      JSON.stringify(DRAWN.counts),
    );
    const file = open(caption({ masks: `${kind}.masks.json` }));
    const path = join(dirname(fileURLToPath(file.uri)), `${kind}.masks.json`);
    writeFileSync(path, sidecar);
    const answer = await shape(file, 0, { kind: 'groundPhrase', phrase: 1, drawn: DRAWN });
    expect(answer.edits).toEqual([]);
    expect(answer.files).toHaveLength(1);
    expect(answer.files![0]!.path).toBe(`${kind}.masks.json`);
    writeFileSync(path, editedText(readFileSync(path, 'utf8'), answer.files![0]!.edits));
    const written = readFileSync(path, 'utf8');
    expect(written.startsWith(sidecar.slice(0, -3))).toBe(true);
    expect(JSON.parse(written)).toHaveLength(2);
    photo.client.tell('workspace/didChangeWatchedFiles', {
      changes: [{ uri: new URL(`${kind}.masks.json`, file.uri).href, type: 2 }],
    });
    const preview = await photo.client.ask<PreviewRequest.Answer>(PreviewRequest.method, {
      uri: file.uri,
      position: file.positionOf('caption'),
    });
    expect(preview?.masks.map(({ phrase }) => phrase)).toEqual([0, 1]);
    expect(preview?.lacking).toBe(0);
  });
});
