/** The built server as an editor follows names by it: colours, rename, definitions, references, highlights, links. */
import { describe, expect, it } from 'vitest';
import {
  type ColorInformation,
  type ColorPresentation,
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentLink,
  type LinkedEditingRanges,
  type Location,
  type LocationLink,
  type Range,
  type SemanticTokens,
  type SemanticTokensDelta,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { maskColor } from '../../core/masks/palette.ts';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import type { OpenFile } from './openFile.ts';
import { aboutRiders, answered, fileOf, PHOTO } from './photoFolder.ts';
import { PhotoServer } from './photoServer.ts';
import { ServerClient, VS_CODE } from './serverClient.ts';

/** VS Code takes links, which say what is underlined too. */
const LINKS = { ...VS_CODE, textDocument: { ...VS_CODE.textDocument, definition: { linkSupport: true } } };
const SIDECAR = '[\n  {"size": [424, 640], "counts": "a"},\n  {"size": [424, 640], "counts": "b"}\n]\n';

const photo = new PhotoServer({ capabilities: LINKS });

/** Asks at the second character of some words. */
function at<Answer>(file: OpenFile, method: string, words: string, nth = 0, more: object = {}): Promise<Answer> {
  const { line, character } = file.positionOf(words, nth);
  return photo.client.at<Answer>(`textDocument/${method}`, file.uri, { line, character: character + 1 }, more);
}

const about = <Answer>(file: OpenFile, method: string, more: object = {}): Promise<Answer> =>
  photo.client.ask<Answer>(`textDocument/${method}`, { textDocument: { uri: file.uri }, ...more });

/** The words that semantic tokens stand for, with their type. */
function tokenWords(file: OpenFile, data: readonly number[]): readonly string[] {
  const { tokenTypes, tokenModifiers } = photo.initialized.capabilities.semanticTokensProvider!.legend;
  const words: string[] = [];
  let [line, character] = [0, 0];
  for (let i = 0; i < data.length; i += 5) {
    const [down, right, length, type, modifiers] = data.slice(i, i + 5) as [number, number, number, number, number];
    character = down === 0 ? character + right : right;
    line += down;
    const range: Range = { start: { line, character }, end: { line, character: character + length } };
    const names = tokenModifiers.filter((_, bit) => (modifiers & (1 << bit)) !== 0);
    words.push([`${file.wordsAt(range)} ${tokenTypes[type]}`, ...names].join('.'));
  }
  return words;
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it('the tokens of a file come whole, as a change, and for what is looked at', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const full = await about<SemanticTokens>(file, 'semanticTokens/full');
    const words = tokenWords(file, full.data);
    expect(words).toEqual(
      expect.arrayContaining([
        'horse parameter.grounded.mask0',
        'zebra parameter.denied',
        '<p> decorator',
        'horse type.mask0',
        '[SEG] macro.mask0',
        'rider type.mask1',
      ]),
    );
    const range = { start: { line: 0, character: 0 }, end: file.end };
    expect((await about<SemanticTokens>(file, 'semanticTokens/range', { range })).data).toEqual(full.data);

    file.replace('rider </p>', 'old rider </p>');
    const delta = await about<SemanticTokensDelta>(file, 'semanticTokens/full/delta', {
      previousResultId: full.resultId,
    });
    const data = [...full.data];
    for (const { start, deleteCount, data: inserted } of delta.edits)
      data.splice(start, deleteCount, ...(inserted ?? []));
    expect(data).toEqual((await about<SemanticTokens>(file, 'semanticTokens/full')).data);
    expect(tokenWords(file, data)).toContain('old rider type.mask1');
    const unknown = await about<SemanticTokens>(file, 'semanticTokens/full/delta', { previousResultId: 'none' });
    expect(unknown.data).toEqual(data);
  });

  it('a [SEG] has the colour of its mask, which a picked one does not change', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const colours = await about<ColorInformation[]>(file, 'documentColor');
    expect(colours.map(({ range }) => range)).toEqual([file.rangeOf('[SEG]', 0), file.rangeOf('[SEG]', 1)]);
    const [red, green, blue] = maskColor(1).rgb.map((part) => part / 255);
    expect(colours[1]!.color).toEqual({ red, green, blue, alpha: 1 });
    const picked = await about<ColorPresentation[]>(file, 'colorPresentation', colours[1]);
    expect(picked).toEqual([{ label: '[SEG]' }]);
  });

  it('the names of a pair of tags are linked', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const linked = await at<LinkedEditingRanges>(file, 'linkedEditingRange', '<p>');
    expect(linked.ranges.map((range) => file.wordsAt(range))).toEqual(['p', 'p']);
    expect(await at(file, 'linkedEditingRange', 'Sure,')).toBeNull();
  });

  it('a rename changes a name everywhere, and says why where it cannot', async () => {
    const record = aboutRiders({ negatives: ['zebra'] });
    const file = photo.open(kind, fileOf(kind, record));
    const name = await at<{ range: Range; placeholder: string }>(file, 'prepareRename', 'zebra');
    expect(name).toEqual({ range: file.rangeOf('zebra'), placeholder: 'zebra' });
    const edit = await at<WorkspaceEdit>(file, 'rename', 'zebra', 0, { newName: 'giraffe' });
    expect(Object.keys(edit.changes!)).toEqual([file.uri]);
    file.apply(edit.changes![file.uri]);
    expect(file.text).toBe(fileOf(kind, record).replaceAll('zebra', 'giraffe'));
    expect(await file.codes()).toEqual([]);
    await expect(at(file, 'rename', 'giraffe', 0, { newName: 'a, b' })).rejects.toThrow(/comma/);
    await expect(at(file, 'prepareRename', 'Sure,')).rejects.toThrow(/put the cursor on the words of a phrase/);
  });

  it('a definition is a mask, a record, a photograph, or a mask in a sidecar', async () => {
    photo.folder.write('riders.masks.json', SIDECAR);
    const root = aboutRiders({ task: 'mgsc' });
    const part = answered('<p> bridle </p> [SEG]', {
      id: 'part',
      masks: 'riders.masks.json',
      parent: 'riders',
      target: 'horse',
    });
    const file = photo.open(kind, fileOf(kind, root, part));
    const definitionAt = async (words: string, nth = 0) =>
      (await at<LocationLink[] | null>(file, 'definition', words, nth)) ?? [];

    const [mask] = await definitionAt('[SEG]');
    expect(file.wordsAt(mask!.originSelectionRange!)).toBe('[SEG]');
    expect(mask!.targetUri).toBe(file.uri);
    expect(file.wordsAt(mask!.targetSelectionRange)).toContain('100, 120');

    const [record] = await definitionAt('riders', file.text.split('riders').length - 2);
    expect(file.wordsAt(record!.targetSelectionRange).replaceAll('"', '')).toBe('riders');
    expect(record!.targetSelectionRange.start).toEqual(file.positionOf(kind === 'uscdf' ? 'riders' : '"riders"'));

    const [image] = await definitionAt(PHOTO.path);
    expect(image!.targetUri).toBe(new URL(PHOTO.path, file.uri).href);

    const [inSidecar] = await definitionAt('[SEG]', 2);
    expect(inSidecar!.targetUri).toMatch(/riders\.masks\.json$/);
    expect(inSidecar!.targetSelectionRange.start).toEqual({ line: 1, character: 2 });
    file.replace(PHOTO.path, 'images/none.jpg');
    expect(await definitionAt('images/none.jpg')).toEqual([]);
  });

  it('references are the names of a thing, highlights those of its record', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders({ negatives: ['zebra'] })));
    const found = await at<Location[]>(file, 'references', 'zebra', 0, { context: { includeDeclaration: true } });
    expect(found.map(({ uri, range }) => `${uri === file.uri} ${file.wordsAt(range)}`)).toEqual(
      Array(3).fill('true zebra'),
    );
    const marks = await at<DocumentHighlight[]>(file, 'documentHighlight', 'horse');
    expect(marks.map(({ range, kind: how }) => [file.wordsAt(range), how])).toEqual([
      ['horse', DocumentHighlightKind.Read],
      ['horse', DocumentHighlightKind.Write],
    ]);
  });

  it('paths are links to files, or to the web', async () => {
    const remote = aboutRiders({ id: 'b', image: 'https://example.org/b.jpg' });
    const other = aboutRiders({ id: 'c', image: 'command:workbench.action.quit' });
    const file = photo.open(kind, fileOf(kind, aboutRiders(), remote, other));
    const links = await about<DocumentLink[]>(file, 'documentLink');
    expect(links.map(({ target }) => target)).toEqual([
      expect.stringMatching(/^file:.*\/images\/riders\.jpg$/),
      'https://example.org/b.jpg',
    ]);
    expect(links.map(({ range }) => file.wordsAt(range).replaceAll('"', ''))).toEqual([PHOTO.path, remote['image']]);
  });
});

describe('an editor that takes no links', () => {
  it('gets the places of definitions', async () => {
    const [plain] = await ServerClient.start();
    const file = photo.folder.open(plain, 'jsonl', fileOf('jsonl', aboutRiders()));
    const { line, character } = file.positionOf('horse </p>');
    const found = await plain.at<Location[]>('textDocument/definition', file.uri, { line, character });
    expect(found.map(({ uri }) => uri)).toEqual([file.uri]);
    expect(file.wordsAt(found[0]!.range)).toMatch(/^\{"size".*\}$/);
    await plain.stop();
  });
});

it('answers about a document that is not open with nothing', async () => {
  const uri = 'file:///nowhere/a.uscdf';
  const start = { line: 0, character: 0 };
  const methods = ['linkedEditingRange', 'prepareRename', 'rename', 'definition', 'semanticTokens/full'];
  for (const method of methods)
    expect(await photo.client.at(`textDocument/${method}`, uri, start, { newName: 'a' })).toBeNull();
  for (const method of ['references', 'documentHighlight', 'documentColor', 'documentLink'])
    expect(
      await photo.client.at(`textDocument/${method}`, uri, start, { context: { includeDeclaration: true } }),
    ).toEqual([]);
});
