/**
 * Typing, deleting, replacing and undoing at random places: after each edit the findings of the document that was kept up to
 * date are those of a server that reads the same text anew.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LanguageService } from '../../core/language/languageService.ts';
import type { Diagnostic } from '../../core/language/ranges.ts';
import { type FileKind, UscdfDocument } from '../../core/records/document.ts';
import { LineOffsets } from '../../core/records/lineStore.ts';
import type { TextEdit } from '../../core/records/position.ts';
import type { Resources } from '../../core/records/recordModel.ts';
import { writeFile } from '../../core/records/writeRecord.ts';
import { fail, ok } from '../../core/result.ts';
import { rules } from '../../core/rules/index.ts';
import { FILE_KINDS, tinyMask } from '../../core/testing/fixtures.ts';
import { anyPiece } from './anyText.ts';

/** Edits in all three kinds together. The bar is a million: `USCDF_EDIT_RUNS=1000000 npx vitest run test/integration/randomEdits`. */
const EDITS = Number(process.env['USCDF_EDIT_RUNS'] ?? 30_000);
const SEED = Number(process.env['USCDF_FUZZ_SEED'] ?? 1);
const EDITS_A_RUN = 25;

const RESOURCES: Resources = {
  image: (path) => (path.length % 2 === 0 ? { ok: true, width: 2, height: 2 } : { ok: false, message: 'It is gone.' }),
  sidecar: (path) => (path.length % 2 === 0 ? ok([tinyMask(0)]) : fail('It is gone.')),
  labelMap: () => undefined,
};
const AT_ONCE = { load: async () => true, pause: () => undefined };
const QUICK = new Set([
  'syntax',
  ...rules.filter(({ scope }) => scope === 'turn' || scope === 'record').map(({ code }) => code),
]);

const record = (id: string, answer: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  image: 'photo.jpg',
  conversations: [
    { from: 'human', value: '<image>\nPlease segment the dog, the cat, and the bird in this image.' },
    { from: 'gpt', value: answer },
  ],
  masks: [tinyMask(0), tinyMask(1)],
  ...more,
});
const RECORDS = [
  record('a', "Sure, <p> dog </p> [SEG] and <p> cat </p> [SEG]. But I don't see any bird in this image."),
  record('b', 'A <p> dog </p> [SEG] by the <p> sea </p> [SEG].', { task: 'mgsc', parent: 'a', target: 'dog' }),
  record('a', 'A \u{1f415} and "a <p> cat </p> [SEG]"', { negatives: ['bird'], lint: { 'mask-count': 'off' } }),
];

/** What somebody does to a text; places and lengths are shares of it, so that an edit means something in any text. */
const anyEdit = fc.record({
  what: fc.constantFrom('insert', 'insert', 'delete', 'replace', 'undo'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof({ weight: 5, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.nat(600) }),
  piece: anyPiece,
});
type Edit = typeof anyEdit extends fc.Arbitrary<infer T> ? T : never;

/** A document that follows edits, with what it takes to undo them. */
class Editor {
  readonly document: UscdfDocument;
  readonly service = new LanguageService();
  private readonly undo: { start: number; end: number; newText: string }[] = [];

  constructor(
    readonly kind: FileKind,
    public text: string,
  ) {
    this.document = new UscdfDocument(kind, text);
  }

  do({ what, at, length, piece }: Edit): void {
    if (what === 'undo') {
      const last = this.undo.pop();
      if (last !== undefined) this.replace(last.start, last.end, last.newText);
      return;
    }
    const start = this.outsideEnding(Math.floor(at * this.text.length));
    const end = what === 'insert' ? start : this.outsideEnding(Math.min(this.text.length, start + length));
    const newText = what === 'delete' ? '' : piece;
    this.undo.push({ start, end: start + newText.length, newText: this.text.slice(start, end) });
    this.replace(start, end, newText);
  }

  private replace(start: number, end: number, newText: string): void {
    // An undo may fall between what has become one line ending; no editor can say such a place.
    if (this.outsideEnding(start) !== start || this.outsideEnding(end) !== end) return;
    const edit: TextEdit = { range: new LineOffsets(this.text).range({ start, end }), newText };
    this.document.update(edit);
    this.text = this.text.slice(0, start) + newText + this.text.slice(end);
  }

  private outsideEnding(offset: number): number {
    return this.text[offset - 1] === '\r' && this.text[offset] === '\n' ? offset - 1 : offset;
  }
}

const show = (found: readonly Diagnostic[]): string => JSON.stringify(found);

async function allFindings(document: UscdfDocument, service: LanguageService): Promise<string> {
  service.diagnostics(document, RESOURCES);
  for (const cell of document.cells) service.checkPixels(cell.record, RESOURCES);
  await service.checkFile(document, RESOURCES, AT_ONCE);
  return show(service.diagnostics(document, RESOURCES));
}

/** What is known at once; what an idle moment found in records that were not touched may still be shown. */
function quickFindings(document: UscdfDocument, service: LanguageService): string {
  return show(service.diagnostics(document, RESOURCES).filter(({ code }) => QUICK.has(code)));
}

describe.each(FILE_KINDS)('random edits of a %s file', (kind) => {
  const written = writeFile(kind, RECORDS);
  const starts = written.ok ? [written.value, written.value.replaceAll('\n', '\r\n')] : [];
  const runs = Math.ceil(EDITS / FILE_KINDS.length / EDITS_A_RUN);

  it('keep the findings of a fresh server', async () => {
    let edits = 0;
    const property = fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.array(anyEdit, { minLength: EDITS_A_RUN, maxLength: EDITS_A_RUN }),
      async (text, list) => {
        const editor = new Editor(kind, text);
        await allFindings(editor.document, editor.service);
        for (const [i, edit] of list.entries()) {
          editor.do(edit);
          edits++;
          const fresh = [new UscdfDocument(kind, editor.text), new LanguageService()] as const;
          expect(quickFindings(editor.document, editor.service)).toBe(quickFindings(...fresh));
          if (i % 4 !== 3) continue;
          expect(await allFindings(editor.document, editor.service)).toBe(await allFindings(...fresh));
        }
      },
    );
    await fc.assert(property, { numRuns: runs, seed: SEED });
    expect(edits).toBe(runs * EDITS_A_RUN);
  }, 3_600_000);
});
