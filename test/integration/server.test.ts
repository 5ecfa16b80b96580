/** The built server as an editor drives it: over stdio, on files in a folder with a real photograph. */

import { describe, expect, it } from 'vitest';
import {
  type CodeAction,
  type CodeLens,
  DiagnosticSeverity,
  type DocumentSymbol,
  type Hover,
  type InlayHint,
  type MarkupContent,
  type TextEdit,
} from 'vscode-languageserver/node';
import { decodeImage } from '../../core/images/decode.ts';
import { LineOffsets } from '../../core/records/lineStore.ts';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import {
  AcceptDraftRequest,
  DecideRequest,
  DraftContextRequest,
  PhraseAtRequest,
  PreviewRequest,
  RangeOfPhraseRequest,
} from '../../server/protocol.ts';
import { OpenFile } from './openFile.ts';
import { aboutRiders, answered, fileOf, HORSE, PHOTO, RIDER, rectangle } from './photoFolder.ts';
import { PhotoServer } from './photoServer.ts';
import { PUSH_ONLY, ServerClient, VS_CODE } from './serverClient.ts';

const NEAR_MISS = 'Sure, <p> horse </p> [SEG] and <p> rider </p> [SEG]. But I do not see any zebra in this image.';
/** The second mask has height and width swapped, which only a look at the pixels shows. */
const WRONG_SIZE = { masks: [HORSE, rectangle(0, 0, 20, 10, [PHOTO.width, PHOTO.height])] };
const REFRESH = 'workspace/diagnostic/refresh';

const photo = new PhotoServer();

/** What a loaded machine gives in its own time. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 });

/** Pulls after each refresh that the server asks for, until the codes are these. */
async function codesAfterRefresh(file: OpenFile, codes: readonly string[]): Promise<void> {
  for (;;) {
    const before = photo.client.refreshes.get(REFRESH) ?? 0;
    const found = await file.codes();
    if (JSON.stringify(found) === JSON.stringify(codes)) return;
    await photo.client.refreshed(REFRESH, before).catch((error: Error) => {
      throw new Error(`${error.message} The findings are ${found.join(', ')}.`);
    });
  }
}

const editsOf = (action: CodeAction | undefined, file: OpenFile): readonly TextEdit[] | undefined =>
  action?.edit?.changes?.[file.uri];

describe.each(FILE_KINDS)('diagnostics of a %s file', (kind) => {
  it('stand at the words, with code, page and source', async () => {
    const file = photo.open(kind, fileOf(kind, answered(NEAR_MISS)));
    const [found, ...others] = await file.diagnostics();
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'negative-phrasing',
      source: 'uscdf',
      severity: DiagnosticSeverity.Error,
      range: file.rangeOf('But I do not see any zebra in this image.'),
    });
    expect(found!.codeDescription!.href).toMatch(/^https:.*\/docs\/rules\/negative-phrasing\.md$/);
    expect(found!.message).toContain("But I don't see any zebra in this image.");
  });

  it('name related places', async () => {
    const file = photo.open(
      kind,
      fileOf(kind, answered('<p> a </p> [SEG], <p> b </p> [SEG], <p> c </p> [SEG], <p> d </p> [SEG]')),
    );
    const found = (await file.diagnostics()).find(({ code }) => code === 'mask-count');
    expect(found!.range).toEqual(file.rangeOf('[SEG]', 2));
    expect(found!.relatedInformation).toEqual([
      { location: { uri: file.uri, range: file.rangeOf('[SEG]', 3) }, message: 'No mask is left for this [SEG].' },
    ]);
  });

  it('on pixels come after an idle moment, with a refresh', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders(WRONG_SIZE)));
    expect(await file.codes()).toEqual([]);
    await codesAfterRefresh(file, ['mask-size']);
    const [found] = await file.diagnostics();
    expect(file.wordsAt(found!.range)).toMatch(/^\[640, 424\]$/);
    file.replace('riders.jpg', 'nowhere.jpg');
    await codesAfterRefresh(file, ['image-missing', 'mask-size']);
  });

  it('between records come after an idle moment too, and name the other record', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders(), aboutRiders({ id: 'other' }), aboutRiders()));
    await codesAfterRefresh(file, ['duplicate-id']);
    const [found] = await file.diagnostics();
    const id = kind === 'uscdf' ? 'riders' : '"riders"';
    const ids = [0, 1].map((n) => file.rangeOf(kind === 'uscdf' ? `id: ${id}` : `"id": ${id}`, n).end);
    expect(file.wordsAt(found!.range)).toBe(id);
    expect(found!.range.end).toEqual(ids[1]);
    expect(found!.relatedInformation?.map(({ location }) => [location.uri, location.range.end])).toEqual([
      [file.uri, ids[0]],
    ]);
    file.replace(id, kind === 'uscdf' ? 'first' : '"first"');
    await codesAfterRefresh(file, []);
  });

  it('follow edits as a file that is opened anew has them', async () => {
    const file = photo.open(kind, fileOf(kind, answered(NEAR_MISS), answered(NEAR_MISS, { id: 'second' })));
    const newline = kind === 'uscdf' ? '\n' : '\\n';
    const typed: readonly (() => void)[] = [
      () => file.replace('But I do', 'Hm. But I do'),
      () => file.replace('Sure, <p>', '🐶🐶 Sure, <p>'),
      () => file.replace(' </p> [SEG] and', ' [SEG] and'),
      () => file.replace('Sure,', `Sure,${newline}`),
      () =>
        file.type(
          { range: file.rangeOf('image.'), newText: 'picture.' },
          { range: file.rangeOf('horse'), newText: 'mare' },
        ),
      () =>
        file.type({
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
          newText: kind === 'uscdf' ? '\n\n' : '\r\n \r\n',
        }),
      () => (kind === 'uscdf' ? file.replace('id: second', 'id: [second') : file.replace('"second"', '"second')),
      () => file.replace('second', 'third'),
      () => file.type({ range: { start: file.positionOf('Hm.'), end: file.positionOf('third') }, newText: '' }),
      () => file.rewrite(fileOf(kind, answered(NEAR_MISS))),
      () => file.type({ range: { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } }, newText: '' }),
    ];
    for (const change of typed) {
      change();
      const anew = photo.open(kind, file.text);
      const uris = (text: string) => text.replaceAll(anew.uri, file.uri);
      const expected = JSON.parse(uris(JSON.stringify(await anew.diagnostics())));
      expect(await file.diagnostics()).toEqual(expected);
      anew.close();
    }
    expect(file.text).toBe('');
  });

  it('stand right behind a character of two units, and in lines that end with CRLF', async () => {
    const dogs = NEAR_MISS.replace('Sure,', 'Sure, 🐶🐶');
    const file = photo.open(kind, fileOf(kind, answered(dogs)).replaceAll('\n', '\r\n'));
    const [found] = await file.diagnostics();
    expect(found!.range).toEqual(file.rangeOf('But I do not see any zebra in this image.'));
    file.replace('🐶', '');
    const [moved] = await file.diagnostics();
    expect(moved!.range.start.character).toBe(found!.range.start.character - 2);
  });
});

describe('an editor that cannot ask for diagnostics', () => {
  it('is told them at once, after the idle moment, and that they are gone', async () => {
    const [pushed, { capabilities }] = await ServerClient.start({ capabilities: PUSH_ONLY });
    expect(capabilities.diagnosticProvider).toBeDefined();
    const masks = [HORSE, rectangle(0, 0, 9, 9, [9, 9])];
    const file = photo.folder.open(pushed, 'jsonl', fileOf('jsonl', answered(NEAR_MISS, { masks })));
    const states = () => pushed.pushed.get(file.uri);
    const both = ['negative-phrasing', 'negative-phrasing, mask-size'];
    await eventually(states).toEqual(both);
    file.replace('do not', "don't");
    await eventually(states).toEqual([...both, '', 'mask-size']);
    file.close();
    await eventually(states).toEqual([...both, '', 'mask-size', '']);
    await pushed.stop();
  });
});

describe('code actions', () => {
  it.each(FILE_KINDS)('a quick fix of a %s file leaves it clean', async (kind) => {
    const file = photo.open(kind, fileOf(kind, answered(NEAR_MISS)));
    const [found] = await file.diagnostics();
    const [fix] = await photo.client.codeActions(file.uri, found!.range, { diagnostics: [found!] });
    expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: 'negative-phrasing' }] });
    file.apply(editsOf(fix, file));
    expect(file.text).toBe(fileOf(kind, aboutRiders()));
    expect(await file.diagnostics()).toEqual([]);
  });

  it.each(FILE_KINDS)('in a %s file there are four kinds', async (kind) => {
    const file = photo.open(kind, fileOf(kind, answered(NEAR_MISS), answered(NEAR_MISS, { id: 'second' })));
    const before = file.text;
    const [found] = await file.diagnostics();
    const actions = await photo.client.codeActions(file.uri, found!.range, { diagnostics: [found!] });
    const titles = actions.map(({ title }) => title);
    expect(titles).toEqual([
      'Write "But I don\'t see any zebra in this image."',
      'Fix all negative-phrasing findings of this file',
      'Silence negative-phrasing for this record',
      'Open the page of negative-phrasing',
    ]);
    const [, all, silence, open] = actions;
    expect(open).toMatchObject({ command: { command: 'uscdf.openRulePage', arguments: ['negative-phrasing'] } });
    expect(open!.edit).toBeUndefined();

    file.apply(editsOf(silence, file));
    expect((await file.diagnostics()).map(({ range }) => range)).toEqual([
      file.rangeOf('But I do not see any zebra in this image.', 1),
    ]);
    file.rewrite(before);
    file.apply(editsOf(all, file));
    expect(await file.diagnostics()).toEqual([]);
    expect(file.text).toBe(before.replaceAll('I do not see', "I don't see"));
  });

  it('a selection with two findings of a rule offers its page and its silence once', async () => {
    const file = photo.open(
      'uscdf',
      fileOf('uscdf', answered("<p>horse</p> [SEG], <p>rider</p> [SEG]. But I don't see any zebra in this image.")),
    );
    const range = { start: file.positionOf('<p>'), end: file.end };
    const titles = (await photo.client.codeActions(file.uri, range)).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('Open'))).toHaveLength(1);
    expect(titles.filter((title) => title.startsWith('Silence'))).toHaveLength(1);
    expect(titles.filter((title) => title.startsWith('Fix all'))).toHaveLength(1);
    expect(titles.filter((title) => !/^(?:Open|Silence|Fix all)/.test(title))).toHaveLength(2);
  });

  it('the edits of a whole file are worked out for an editor that asks for them later', async () => {
    const codeAction = { dataSupport: true, resolveSupport: { properties: ['edit'] } };
    const [lazy] = await ServerClient.start({
      capabilities: { ...VS_CODE, textDocument: { ...VS_CODE.textDocument, codeAction } },
    });
    const text = fileOf('jsonl', answered(NEAR_MISS), answered(NEAR_MISS, { id: 'second' }));
    const file = photo.folder.open(lazy, 'jsonl', text);
    const [found] = await file.diagnostics();
    const actions = await lazy.codeActions(file.uri, found!.range);
    const all = actions.find(({ title }) => title.startsWith('Fix all'));
    expect(all!.edit).toBeUndefined();
    file.apply(editsOf(await lazy.ask<CodeAction>('codeAction/resolve', all), file));
    expect(file.text).toBe(text.replaceAll('I do not see', "I don't see"));
    await lazy.stop();
  });

  it.each(FILE_KINDS)(
    'another way to write a phrase of a list in a %s file, and back, as one edit each',
    async (kind) => {
      const file = photo.open(kind, fileOf(kind, aboutRiders()));
      const rewrite = async (words: string, occurrence = 0) => {
        const at = file.rangeOf(words, occurrence).start;
        const found = await photo.client.codeActions(file.uri, { start: at, end: at }, { only: ['refactor'] });
        expect(found.map((action) => action.kind)).toEqual(['refactor.rewrite']);
        file.apply(editsOf(found[0], file));
        return found[0]!.title;
      };
      expect(await rewrite('<p> rider')).toBe('Deny "rider": move it to the negative clause and remove its mask');
      expect(file.text).toContain(
        "Sure, it is <p> horse </p> [SEG]. But I don't see any zebra and rider in this image.",
      );
      expect(await file.diagnostics()).toEqual([]);
      expect(await rewrite('rider in this image', 1)).toBe('Ground "rider": its mask is still to be drawn');
      expect(file.text).toContain(
        "Sure, <p> horse </p> [SEG] and <p> the rider </p> [SEG]. But I don't see any zebra in this image.",
      );
      expect(await file.codes()).toEqual(['mask-count']);
    },
  );

  it('all safe fixes on saving, and only when they are asked for', async () => {
    const answer = '<p>horse</p>[SEG] and <p> rider </p> [SEG]. But I do not see any zebra in the picture.';
    const file = photo.open('jsonl', fileOf('jsonl', answered(answer), aboutRiders({ id: 'second' })));
    const range = { start: { line: 0, character: 0 }, end: file.end };
    const asked = await photo.client.codeActions(file.uri, range, { only: ['source.fixAll'] });
    expect(asked.map(({ kind }) => kind)).toEqual(['source.fixAll.uscdf']);
    expect(await photo.client.codeActions(file.uri, range, { only: ['source.fixAll.uscdf'] })).toHaveLength(1);
    expect(await photo.client.codeActions(file.uri, range, { only: ['source.organizeImports'] })).toEqual([]);
    expect((await photo.client.codeActions(file.uri, range)).map(({ kind }) => kind)).not.toContain(
      'source.fixAll.uscdf',
    );
    file.apply(editsOf(asked[0], file));
    expect(await file.diagnostics()).toEqual([]);
    expect(file.text).toContain(
      "<p> horse </p> [SEG] and <p> rider </p> [SEG]. But I don't see any zebra in this image.",
    );
  });
});

describe('formatting', () => {
  const options = { tabSize: 2, insertSpaces: true };

  it.each(FILE_KINDS)('brings a %s file into canonical form, the whole or a part', async (kind) => {
    const glued = answered("Sure, <p>horse</p>[SEG] and <p>rider</p>[SEG]. But I don't see any zebra in this image.");
    const text = fileOf(kind, glued, { ...glued, id: 'second' });
    const good = fileOf(kind, aboutRiders(), aboutRiders({ id: 'second' }));
    const file = photo.open(kind, text);
    const textDocument = { uri: file.uri };
    const second = text.lastIndexOf('<p>horse');
    const range = new LineOffsets(text).range({ start: second, end: second + 3 });
    file.apply(await photo.client.ask<TextEdit[]>('textDocument/rangeFormatting', { textDocument, range, options }));
    const border = text.indexOf('second');
    expect(file.text).toBe(text.slice(0, border) + good.slice(good.indexOf('second')));
    file.apply(await photo.client.ask<TextEdit[]>('textDocument/formatting', { textDocument, options }));
    expect(file.text).toBe(good);
    expect(await photo.client.ask<TextEdit[]>('textDocument/formatting', { textDocument, options })).toEqual([]);
  });
});

describe('hover', () => {
  const PICTURE = /!\[[^\]]*\]\(data:image\/jpeg;base64,([A-Za-z0-9+/=]+)\|width=(\d+),height=(\d+)\)/;

  const markdownAt = async (file: OpenFile, words: string): Promise<string> => {
    const hover = await photo.client.at<Hover | null>('textDocument/hover', file.uri, file.positionOf(words));
    const { kind, value } = hover!.contents as MarkupContent;
    expect(kind).toBe('markdown');
    expect(value.length).toBeLessThan(100_000);
    return value;
  };

  it.each(FILE_KINDS)('on a phrase of a %s file shows its mask on the photograph', async (kind) => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const hover = await photo.client.at<Hover | null>('textDocument/hover', file.uri, file.positionOf('horse </p>'));
    expect(file.wordsAt(hover!.range!)).toBe('<p> horse </p> [SEG]');
    const markdown = await markdownAt(file, 'horse </p>');
    const jpeg = decodeImage(Buffer.from(PICTURE.exec(markdown)![1]!, 'base64'));
    if (!jpeg.ok) throw new Error(jpeg.message);
    const { width, height } = jpeg.value;
    expect(Math.max(width, height)).toBeGreaterThan(100);
    expect(Math.max(width, height)).toBeLessThanOrEqual(640);
    // The mask is twice as wide as it is high; what is shown around it keeps it so.
    expect(width).toBeGreaterThan(height);
    expect(markdown).toContain('Mask 1 of 2 · 12,800 pixels, 4.7 % · box [100, 120, 160, 80]');
  });

  it('on the image shows the photograph', async () => {
    const file = photo.open('jsonl', fileOf('jsonl', aboutRiders()));
    const jpeg = decodeImage(Buffer.from(PICTURE.exec(await markdownAt(file, 'images/riders'))![1]!, 'base64'));
    if (!jpeg.ok) throw new Error(jpeg.message);
    expect(jpeg.value.width / jpeg.value.height).toBeCloseTo(PHOTO.width / PHOTO.height, 1);
  });

  it('says what is wrong where there is no picture', async () => {
    const file = photo.open('jsonl', fileOf('jsonl', aboutRiders({ image: 'gone.jpg' })));
    expect(await markdownAt(file, 'horse </p>')).toContain('gone.jpg is not there');
  });
});

describe('what stands around the text', () => {
  it.each(FILE_KINDS)('the outline of a %s file', async (kind) => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const [record, ...others] = await photo.client.ask<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument: { uri: file.uri },
    });
    expect(others).toEqual([]);
    expect(record).toMatchObject({ name: 'riders', detail: 'referring' });
    expect(record!.children!.map(({ name }) => name)).toEqual(['User', 'Assistant']);
    expect(record!.children![1]!.children!.map(({ name, detail }) => `${name}, ${detail}`)).toEqual([
      'horse, mask 1',
      'rider, mask 2',
    ]);
    expect(record!.children![1]!.children![0]!.selectionRange).toEqual(file.rangeOf('horse', 1));
  });

  it.each(FILE_KINDS)('hints and lenses of a %s file', async (kind) => {
    const file = photo.open(kind, fileOf(kind, aboutRiders({ provenance: { model: 'm', status: 'draft' } })));
    const range = { start: { line: 0, character: 0 }, end: file.end };
    const hints = await photo.client.ask<InlayHint[]>('textDocument/inlayHint', {
      textDocument: { uri: file.uri },
      range,
    });
    expect(hints.map(({ label }) => label)).toEqual(['1 · 4.7 %', '2 · 1.5 %']);
    expect(hints[1]!.position).toEqual(file.rangeOf('[SEG]', 1).end);
    const lenses = await photo.client.ask<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: file.uri } });
    expect(lenses.map(({ command }) => command!.title)).toEqual([
      '2 masks · 1 finding',
      'Preview',
      'Draft',
      'Accept',
      'Reject',
    ]);
    expect(lenses[1]!.command).toMatchObject({
      command: 'uscdf.showPreview',
      arguments: [file.uri, lenses[1]!.range.start],
    });
  });
});

describe('the requests of our own', () => {
  it.each(FILE_KINDS)('preview and phrases of a %s file', async (kind) => {
    const file = photo.open(kind, fileOf(kind, aboutRiders(), aboutRiders({ id: 'second' })));
    const { uri } = file;
    const preview = await photo.client.ask<PreviewRequest.Answer>(PreviewRequest.method, {
      uri,
      position: file.positionOf('second'),
    });
    expect(preview).toMatchObject({
      id: 'second',
      index: 1,
      image: PHOTO.path,
      task: 'referring',
      negatives: ['zebra'],
      errors: 0,
      warnings: 0,
    });
    expect(preview!.masks.map(({ label, area, size }) => [label, area, size])).toEqual([
      ['horse', 12_800, [PHOTO.height, PHOTO.width]],
      ['rider', 4_000, [PHOTO.height, PHOTO.width]],
    ]);
    expect(preview!.turns[1]!.parts.map(({ text }) => text).join('')).toBe(
      "Sure, horse and rider. But I don't see any zebra in this image.",
    );

    const place = await photo.client.ask<PhraseAtRequest.Answer>(PhraseAtRequest.method, {
      uri,
      position: file.positionOf('rider </p>', 1),
    });
    expect(place).toEqual({ record: 1, phrase: 1 });
    const words = await photo.client.ask<RangeOfPhraseRequest.Answer>(RangeOfPhraseRequest.method, { uri, place });
    expect(words).toEqual({ start: file.positionOf('rider </p>', 1), end: file.positionOf(' </p> [SEG].', 1) });
    const gone = { uri, place: { record: 1, phrase: 7 } };
    expect(await photo.client.ask(RangeOfPhraseRequest.method, gone)).toBeNull();
  });

  it.each(FILE_KINDS)('a decision on a draft that stands in a %s file', async (kind) => {
    const provenance = { model: 'm', status: 'draft' };
    const file = photo.open(kind, fileOf(kind, aboutRiders({ provenance }), aboutRiders({ id: 'second', provenance })));
    expect(await file.codes()).toEqual(['draft', 'draft']);
    const params = { uri: file.uri, position: file.positionOf('second'), status: 'rejected' };
    file.apply(await photo.client.ask<DecideRequest.Answer>(DecideRequest.method, params));
    expect(await file.codes()).toEqual(['draft']);
    expect(file.text).toBe(
      fileOf(
        kind,
        aboutRiders({ provenance }),
        aboutRiders({ id: 'second', provenance: { ...provenance, status: 'rejected' } }),
      ),
    );
  });
});

describe('settings', () => {
  it('of a config file in the folder beat the editor’s, which beat the defaults', async () => {
    const off = { rules: { 'negative-phrasing': 'off', 'mask-count': 'hint' } };
    const [other] = await ServerClient.start({ settings: off });
    const mistakes = fileOf('jsonl', answered(NEAR_MISS, { masks: [HORSE, RIDER, RIDER] }));
    photo.folder.write('strict/uscdf.config.json', JSON.stringify({ rules: { 'negative-phrasing': 'warning' } }));
    const here = photo.folder.open(other, 'jsonl', mistakes);
    const strict = photo.folder.open(other, 'jsonl', mistakes, 'strict/below');
    const severities = async (file: OpenFile) =>
      (await file.diagnostics()).map(({ code, severity }) => `${code} ${severity}`);
    await eventually(() => severities(here)).toEqual([`mask-count ${DiagnosticSeverity.Hint}`]);
    await eventually(() => severities(strict)).toEqual([
      `negative-phrasing ${DiagnosticSeverity.Warning}`,
      `mask-count ${DiagnosticSeverity.Hint}`,
    ]);

    other.settings = {};
    other.tell('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => severities(here)).toEqual([
      `negative-phrasing ${DiagnosticSeverity.Error}`,
      `mask-count ${DiagnosticSeverity.Error}`,
    ]);
    const config = photo.folder.write('strict/uscdf.config.json', '{"rules": {"no-such-rule": "off"}}');
    other.tell('workspace/didChangeWatchedFiles', { changes: [{ uri: config, type: 2 }] });
    await eventually(() => severities(strict)).toContain(`negative-phrasing ${DiagnosticSeverity.Error}`);
    expect(other.log.join('\n')).toContain('no-such-rule');
    await other.stop();
  });
});

describe('documents come and go', () => {
  it('one that closes while its pixels are checked is left alone', async () => {
    const records = Array.from({ length: 300 }, (_, i) => aboutRiders({ id: `r${i}`, image: `images/${i}.jpg` }));
    const file = photo.open('jsonl', fileOf('jsonl', ...records));
    expect(await file.diagnostics()).toEqual([]);
    await new Promise((resume) => setTimeout(resume, 260));
    file.close();
    expect(await file.diagnostics()).toEqual([]);
    const again = new OpenFile(photo.client, file.uri, file.languageId, fileOf('jsonl', aboutRiders(WRONG_SIZE)));
    await codesAfterRefresh(again, ['mask-size']);
  });

  it('one that nobody opened has nothing', async () => {
    const uri = 'file:///nowhere/at-all.uscdf';
    const position = { line: 3, character: 5 };
    const range = { start: position, end: position };
    const textDocument = { uri };
    expect(await photo.client.diagnostics(uri)).toEqual([]);
    expect(await photo.client.codeActions(uri, range)).toEqual([]);
    expect(await photo.client.at('textDocument/hover', uri, position)).toBeNull();
    for (const method of ['formatting', 'documentSymbol', 'codeLens', 'inlayHint', 'rangeFormatting'])
      expect(await photo.client.ask(`textDocument/${method}`, { textDocument, range, options: {} })).toEqual([]);
    for (const { method } of [PreviewRequest, PhraseAtRequest, DraftContextRequest, DecideRequest])
      expect(await photo.client.ask(method, { uri, position, status: 'accepted' })).toBeNull();
    expect(await photo.client.ask(RangeOfPhraseRequest.method, { uri, place: { record: 0, phrase: 0 } })).toBeNull();
    const answer = await photo.client.ask<{ message: string }>(AcceptDraftRequest.method, { uri, position, draft: {} });
    expect(answer.message).toContain('open it again');
    photo.client.tell('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: 'a' }] });
    photo.client.tell('textDocument/didClose', { textDocument });
    expect(await photo.client.diagnostics(uri)).toEqual([]);
  });

  it('one that is not saved is checked without its images', async () => {
    const file = new OpenFile(
      photo.client,
      'untitled:Untitled-1',
      'uscdf',
      fileOf('uscdf', answered(NEAR_MISS, WRONG_SIZE)),
    );
    await codesAfterRefresh(file, ['mask-size', 'negative-phrasing']);
    const hover = await photo.client.at<Hover>('textDocument/hover', file.uri, file.positionOf('horse </p>'));
    expect((hover.contents as MarkupContent).value).toContain('save it first');
  });

  it('one that holds anything at all is answered', async () => {
    for (const text of [
      '',
      '\ufeff',
      '\0'.repeat(1_000),
      '['.repeat(100_000),
      '\ud800',
      '---\n- - - -\n---\n',
      '{"__proto__": 1}',
    ])
      for (const kind of FILE_KINDS) {
        const file = photo.open(kind, '');
        file.rewrite(text);
        expect(Array.isArray(await file.diagnostics())).toBe(true);
        await photo.client.ask('textDocument/documentSymbol', { textDocument: { uri: file.uri } });
        file.close();
      }
  });
});
