/** Asks every feature of the core for everything it knows about a document, and checks what no answer may break. */
import { decodeText } from '../../cli/textFile.ts';
import { fixRecord } from '../../core/language/fixRecord.ts';
import { LanguageService } from '../../core/language/languageService.ts';
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
  const diagnostics = service.diagnostics(document, RESOURCES);
  for (const { range, related, code } of diagnostics) {
    inside(range, `the finding ${code}`);
    for (const each of related) inside(each.range, `what is related to the finding ${code}`);
  }
  for (const hint of service.inlayHints(document, document.wholeRange, RESOURCES))
    inside({ start: hint.position, end: hint.position }, 'an inlay hint');
  const symbols = [...service.symbols(document)];
  for (let symbol = symbols.pop(); symbol !== undefined; symbol = symbols.pop()) {
    inside(symbol.range, `the symbol ${symbol.kind}`);
    inside(symbol.selectionRange, `the name of the symbol ${symbol.kind}`);
    symbols.push(...symbol.children);
  }
  for (const { range } of service.codeLenses(document, RESOURCES)) inside(range, 'a code lens');
  await askAboutPlaces(service, document, offsets);
  for (const { code, edits } of service.codeActions(document, firstLines(diagnostics), RESOURCES))
    expectApplicable(edits, text, offsets, `the action for ${code}`);
  expectStable(service, document, text, offsets);
  return diagnostics.length;
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
    service.draftContext(document, position);
    const text = document.text();
    expectApplicable(service.decide(document, position, 'accepted') ?? [], text, offsets, 'a decision');
    const accepted = service.acceptDraft(document, position, DRAFT);
    if (accepted.ok) expectApplicable(accepted.value, text, offsets, 'an accepted draft');
  }
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
