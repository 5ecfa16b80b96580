/** Asks every feature of the core for everything it knows about a document, and checks what no answer may break. */
import { decodeText } from '../../cli/textFile.ts';
import { fixRecord } from '../../core/language/fixRecord.ts';
import { LanguageService } from '../../core/language/languageService.ts';
import type { ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import { symbolsOf } from '../../core/language/workspaceSymbols.ts';
import { type FileKind, RecordCell, UscdfDocument } from '../../core/records/document.ts';
import { LineOffsets } from '../../core/records/lineStore.ts';
import { applyEdits, comparePositions, type Position, type Range, type TextEdit } from '../../core/records/position.ts';
import type { Resources } from '../../core/records/recordModel.ts';
import { fail, ok } from '../../core/result.ts';

/** Stands for the disk: pictures of one size, sidecars that hold anything, no label map. */
const RESOURCES: Resources = {
  image: (path) => (path.length % 2 === 0 ? { ok: true, width: 2, height: 2 } : { ok: false, message: 'It is gone.' }),
  sidecar: (path) => (path.length % 2 === 0 ? ok([{}, null, { size: [2, 2], counts: [1, 3] }]) : fail('It is gone.')),
  labelMap: () => undefined,
};

const DRAFT = {
  task: 'gcg',
  question: 'Describe the image.',
  answer: 'A <p> dog </p> [SEG].',
  image: 'a.jpg',
  width: 2,
  height: 2,
  masks: [{ size: [2, 2], counts: '13' }],
  provenance: { model: 'fuzz', status: 'draft' },
};

/** Throws what is wrong with the answers about this file; returns how many findings there are. */
export async function askEverything(kind: FileKind, bytes: Uint8Array): Promise<number> {
  const { text } = decodeText(bytes);
  const document = new UscdfDocument(kind, text);
  expectEqual(document.text(), text, 'the document holds its text');
  const offsets = new LineOffsets(text);
  const inside = (range: Range, what: string) => expectInside(range, offsets, what);

  const service = new LanguageService();
  service.diagnostics(document, RESOURCES);
  for (const cell of document.cells) {
    expectEqual(document.text(cell.range), cell.source, 'a cell is where it says');
    service.checkPixels(cell.record, RESOURCES);
  }
  await service.checkFile(document, RESOURCES, { load: async () => true, pause: () => undefined });
  const diagnostics = service.diagnostics(document, RESOURCES);
  for (const { range, related, code } of diagnostics) {
    inside(range, `the finding ${code}`);
    for (const each of related) inside(each.range, `what is related to the finding ${code}`);
  }
  for (const hint of service.inlayHints(document, document.wholeRange, RESOURCES))
    inside({ start: hint.position, end: hint.position }, 'an inlay hint');
  askForPictures(service, document, inside);
  const symbols = [...service.symbols(document)];
  for (let symbol = symbols.pop(); symbol !== undefined; symbol = symbols.pop()) {
    inside(symbol.range, `the symbol ${symbol.kind}`);
    inside(symbol.selectionRange, `the name of the symbol ${symbol.kind}`);
    symbols.push(...symbol.children);
  }
  for (const cell of document.cells) for (const { range } of symbolsOf(cell)) inside(range, 'a name of a record');
  for (const { range } of service.codeLenses(document, RESOURCES)) inside(range, 'a code lens');
  await askAboutPlaces(service, document, offsets);
  askAboutNames(service, document, text, offsets);
  // What writes whole records costs most: each length in four is enough for it.
  if (text.length % 4 === 0) askWhatToShape(service, document, text, offsets);
  await askWhileTyping(service, document, text, offsets);
  for (const { code, edits } of service.codeActions(document, firstLines(diagnostics), RESOURCES))
    expectApplicable(edits, text, offsets, `the action for ${code}`);
  expectStable(service, document, text, offsets);
  return diagnostics.length;
}

/** What stands beside the text: pictures of masks at their `[SEG]`, and colours at lines that are there. */
function askForPictures(
  service: LanguageService,
  document: UscdfDocument,
  inside: (range: Range, what: string) => void,
): void {
  const asked = { ranges: [document.wholeRange], height: 16, resources: RESOURCES };
  const { pictures, swatches, more } = service.maskPictures(document, asked);
  if (more) throw new Error('Masks are left out though nobody was in a hurry.');
  for (const { range, svg } of pictures) {
    inside(range, 'the [SEG] of a picture');
    if (svg.length > 1_500) throw new Error(`A picture of ${svg.length} characters.`);
  }
  for (const { line } of swatches)
    inside({ start: { line, character: 0 }, end: { line, character: 0 } }, 'the line of a swatch');
}

/** What stands at some places: the records' beginnings, a place in the middle, the end, and one that does not exist. */
async function askAboutPlaces(service: LanguageService, document: UscdfDocument, offsets: LineOffsets): Promise<void> {
  const { end } = document.wholeRange;
  const middle = offsets.position(document.text().indexOf('SEG'));
  const positions = [document.cells[0]?.start, middle, end, { line: end.line + 3, character: 9 }];
  for (const position of positions) {
    if (position === undefined) continue;
    service.preview(document, position, RESOURCES);
    const found = await service.hover(document, position, RESOURCES, async () => fail('It is gone.'));
    if (found !== undefined) expectInside(found.range, offsets, 'a hover');
    const place = service.phraseAt(document, position);
    const words = place === undefined ? undefined : service.rangeOfPhrase(document, place);
    if (words !== undefined) expectInside(words, offsets, 'the words of a phrase');
    const text = document.text();
    expectApplicable(service.decide(document, position, 'accepted') ?? [], text, offsets, 'a decision');
    const accepted = service.acceptDraft(document, position, DRAFT);
    if (accepted.ok) expectApplicable(accepted.value, text, offsets, 'an accepted draft');
  }
}

const DRAWN = { size: [2, 2], counts: '13' } as const;
const SHAPES: readonly ShapeEdit[] = [
  { kind: 'setMask', mask: 0, drawn: DRAWN },
  { kind: 'groundPhrase', phrase: 0, drawn: DRAWN },
  { kind: 'nameMask', name: 'a dog', drawn: DRAWN },
  { kind: 'movePhrase', phrase: 1, to: 0 },
  { kind: 'removePhrase', phrase: 0, words: 'remove', mask: 'keep' },
  { kind: 'removePhrase', phrase: 1, words: 'keep', mask: 'remove' },
  { kind: 'mergeMasks', phrase: 0 },
  { kind: 'splitMask', mask: 0, parts: [DRAWN, DRAWN] },
];

/** What can be drawn into the first and the last record, with a sidecar that holds a mask, and a draft behind them; the length of the text chooses. */
function askWhatToShape(service: LanguageService, document: UscdfDocument, text: string, offsets: LineOffsets): void {
  const last = document.cells.length - 1;
  for (const record of new Set([0, last])) {
    const place = service.recordPlace(document, record);
    if (place !== undefined) {
      expectInside({ start: place.position, end: place.position }, offsets, 'a record');
      const { name } = service.draftContext(document, place.position);
      if (name !== undefined) service.findRecord(document, { ...name, record: name.record + 1 });
      const apart = service.acceptDraft(document, place.position, { ...DRAFT, apart: true });
      if (apart.ok) expectApplicable(apart.value, text, offsets, 'an accepted draft of its own');
    }
    for (const turn of [0, 3]) {
      const edit = SHAPES[(text.length / 4 + turn) % SHAPES.length]!;
      const shaped = service.shape(document, record, edit, RESOURCES, '[{"size": [2, 2], "counts": "13"}]');
      if (!shaped.ok) continue;
      const after = new UscdfDocument(document.kind, expectApplicable(shaped.value.edits, text, offsets, edit.kind));
      expectEqual(after.cells.length, document.cells.length, `${edit.kind} keeps the records apart`);
      expectEqual(after.cells[record]!.record.problems.length, 0, `${edit.kind} leaves a record that parses`);
    }
  }
  const { start, end } = document.cells[last]?.range ?? document.wholeRange;
  const words = service.wordsAt(document, { start, end });
  if (words.ok)
    service.shape(document, last, { kind: 'groundWords', words: words.value.words, drawn: DRAWN }, RESOURCES);
}

const FOLDER = [
  { name: 'images', isFolder: true },
  { name: 'a "b".jpg', isFolder: false },
];

/** Folds, growing selections and completions at some places of the text. */
async function askWhileTyping(
  service: LanguageService,
  document: UscdfDocument,
  text: string,
  offsets: LineOffsets,
): Promise<void> {
  for (const { startLine, endLine } of service.foldingRanges(document))
    if (startLine < 0 || endLine <= startLine || endLine >= document.lineCount)
      throw new Error(`A fold from line ${startLine} to ${endLine} of ${document.lineCount}.`);
  const places = [0, 0.3, 0.6, 1].map((share) => Math.floor(share * text.length));
  for (const mark of ['<p', '"', 'SEG', ': ']) places.push(text.indexOf(mark) + mark.length, text.lastIndexOf(mark));
  for (const place of new Set(places)) {
    const position = offsets.position(place);
    const [ranges = []] = service.selectionRanges(document, [position]);
    ranges.forEach((range, i) => {
      expectInside(range, offsets, 'a selection');
      const outer = ranges[i + 1];
      if (outer === undefined) return;
      const wider = comparePositions(outer.start, range.start) <= 0 && comparePositions(range.end, outer.end) <= 0;
      const same = show(outer) === show(range);
      if (!wider || same) throw new Error(`The selection ${show(range)} grows to ${show(outer)}.`);
    });
    await askWhatToWrite(service, document, position, text, offsets);
  }
}

/** A completion stands on the cursor's line; one of a turn's words leaves a record that parses. */
async function askWhatToWrite(
  service: LanguageService,
  document: UscdfDocument,
  position: Position,
  text: string,
  offsets: LineOffsets,
): Promise<void> {
  const options = { snippets: false, resources: RESOURCES, listFolder: async () => FOLDER };
  const { items } = await service.completion(document, position, options);
  for (const { range, newText, kind, label } of [...items.slice(0, 3), ...items.slice(-1)]) {
    const after = expectApplicable([{ range, newText }], text, offsets, 'a completion');
    const around = comparePositions(range.start, position) <= 0 && comparePositions(position, range.end) <= 0;
    if (!around || range.start.line !== range.end.line) throw new Error(`${label} is not where the cursor is.`);
    const isWords = kind === 'phrase' || kind === 'className' || (kind === 'template' && !label.endsWith(':'));
    if (isWords && new UscdfDocument(document.kind, text).cells.every(({ record }) => record.problems.length === 0))
      for (const { record } of new UscdfDocument(document.kind, after).cells)
        if (record.problems.length > 0) throw new Error(`${label} makes a record that does not parse: ${show(after)}`);
  }
}

/** What follows names: colours, and what is asked at some of the coloured words. */
function askAboutNames(service: LanguageService, document: UscdfDocument, text: string, offsets: LineOffsets): void {
  const inside = (range: Range, what: string) => expectInside(range, offsets, what);
  for (const { range } of service.documentColours(document)) inside(range, 'a colour');
  for (const { range } of service.documentLinks(document)) inside(range, 'a link');
  const tokens = service.semanticTokensIn(document, document.wholeRange);
  let before: Position = { line: 0, character: 0 };
  for (const { line, character, length } of tokens) {
    const range = { start: { line, character }, end: { line, character: character + length } };
    inside(range, 'a token');
    if (length === 0 || comparePositions(before, range.start) > 0) throw new Error('Tokens are empty or not in order.');
    before = range.end;
  }
  const whole = service.semanticTokens(document);
  if (whole !== undefined) expectEqual(whole.length, tokens.length, 'as many tokens in the file as in its range');
  const asked = [tokens[0], tokens[1], tokens[tokens.length >> 1], tokens[tokens.length - 1]];
  const positions = asked.flatMap((token) => (token === undefined ? [] : [token]));
  for (const position of [...positions, document.cells[0]?.start, { line: 1e6, character: 9 }]) {
    if (position === undefined) continue;
    for (const range of service.linkedEditing(document, position)?.ranges ?? []) inside(range, 'a linked name');
    for (const { range } of service.highlights(document, position)) inside(range, 'a highlight');
    for (const range of service.references(document, position, { declaration: true })) inside(range, 'a reference');
    const { origin, targets } = service.definition(document, position) ?? {};
    if (origin !== undefined) inside(origin, 'the origin of a definition');
    for (const target of targets ?? []) if (target.kind === 'here') inside(target.selection, 'a definition');
    const prepared = service.prepareRename(document, position);
    if (prepared.ok) inside(prepared.value.range, 'a name');
    const renamed = service.rename(document, position, 'a "new" name');
    expectEqual(renamed.ok, prepared.ok, 'a name can be changed where it can be asked for');
    if (renamed.ok) expectRenamed(document, expectApplicable(renamed.value, text, offsets, 'a rename'));
  }
}

/** A rename keeps each record readable. */
function expectRenamed(document: UscdfDocument, text: string): void {
  const after = new UscdfDocument(document.kind, text);
  expectEqual(after.cells.length, document.cells.length, 'a rename keeps the records apart');
  for (const [i, cell] of document.cells.entries())
    if (cell.record.problems.length === 0)
      expectEqual(after.cells[i]!.record.problems.length, 0, 'a rename leaves a record that parses');
}

/** What is formatted or fixed stays so: the second time there is nothing to do. */
function expectStable(service: LanguageService, document: UscdfDocument, text: string, offsets: LineOffsets): void {
  const formatted = expectApplicable(service.format(document), text, offsets, 'the format');
  if (formatted !== text)
    expectEqual(service.format(new UscdfDocument(document.kind, formatted)).length, 0, 'the format is stable');
  expectApplicable(service.fixAll(document, RESOURCES), text, offsets, 'all safe fixes');
  const scopes = ['turn', 'record', 'pixels'] as const;
  for (const kinds of [['safe'], ['safe', 'suggested']] as const) {
    const options = { scopes, kinds, resources: RESOURCES };
    for (const { source } of document.cells) {
      const once = fixRecord(document.kind, source, options).source;
      if (once === source) continue;
      expectEqual(fixRecord(document.kind, once, options).source, once, `fixes of kind ${kinds.join(', ')} are stable`);
      const fixed = new RecordCell(document.kind, once, { line: 0, character: 0 });
      expectEqual(fixed.record.problems.length, 0, 'a fix leaves a record that parses');
    }
  }
}

function firstLines(diagnostics: readonly { readonly range: Range }[]): Range {
  const start = diagnostics[0]?.range.start ?? { line: 0, character: 0 };
  return { start, end: { line: start.line + 3, character: 0 } };
}

/** The text after the edits, which must lie inside it and apart from each other. */
function expectApplicable(edits: readonly TextEdit[], text: string, offsets: LineOffsets, what: string): string {
  const spans = edits.map(({ range, newText }) => {
    expectInside(range, offsets, what);
    return { start: offsets.offset(range.start), end: offsets.offset(range.end), newText };
  });
  const sorted = [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
  sorted.forEach(({ start }, i) => {
    if (i > 0 && start < sorted[i - 1]!.end) throw new Error(`${what}: edits overlap at offset ${start}.`);
  });
  return applyEdits(text, spans);
}

function expectInside(range: Range, offsets: LineOffsets, what: string): void {
  const isPlace = (position: Position) =>
    comparePositions(offsets.position(offsets.offset(position)), position) === 0 && position.character >= 0;
  if (!isPlace(range.start) || !isPlace(range.end) || comparePositions(range.start, range.end) > 0)
    throw new Error(`${what}: ${JSON.stringify(range)} is no range of the document.`);
}

function expectEqual<T>(found: T, expected: T, what: string): void {
  if (found !== expected) throw new Error(`${what}: ${show(found)} where ${show(expected)} is expected.`);
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 400);
}
