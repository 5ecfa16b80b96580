/**
 * The only door to the language features. It holds no connection and reads no file: documents and resources are handed
 * in. Findings are remembered by record, so that a keystroke costs the record it touched.
 */
import type { LastDecoded } from '../images/lastDecoded.ts';
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { overlaps, type Position, type Range, type TextEdit } from '../records/position.ts';
import { RecordModel, type Resources } from '../records/recordModel.ts';
import type { RecordEdit, SourceRecord } from '../records/sourceRecord.ts';
import type { Result } from '../result.ts';
import { checkRecord, type Finding, inOrder, type Severities } from '../rules/checkRecord.ts';
import { rulePage } from '../rules/index.ts';
import type { FixKind } from '../rules/rule.ts';
import { acceptDraft, type DraftToAccept } from './acceptDraft.ts';
import { type CodeLens, codeLenses } from './codeLenses.ts';
import { type ColouredRange, documentColours } from './colours.ts';
import type { CompletionList } from './completion/proposal.ts';
import { type CompletionOptions, completion } from './completion.ts';
import { type Definition, definition } from './definition.ts';
import { type DocumentLink, documentLinks } from './documentLinks.ts';
import {
  type DraftContext,
  draftContext,
  findRecord,
  type NamedRecord,
  type UndecidedRecords,
  undecidedRecords,
} from './draftRecords.ts';
import { FileFindings, type IdleHost } from './fileFindings.ts';
import { fixRecord, smallestEdit } from './fixRecord.ts';
import { type FoldingRange, foldingRanges } from './folding.ts';
import { DEFAULT_FORMAT, type FormatOptions, formatDocument } from './format.ts';
import { groundedOrDenied } from './groundedOrDenied.ts';
import { type Highlight, highlights } from './highlights.ts';
import { type Hover, hover, type ReadImage } from './hover.ts';
import { type InlayHint, inlayHints } from './inlayHints.ts';
import { type LinkedEditing, linkedEditing } from './linkedEditing.ts';
import { type MaskPictures, maskPictures, type PictureOptions, SilhouetteMemory } from './maskPictures.ts';
import { NoisyRecords } from './noisyRecords.ts';
import { previewRecord } from './preview.ts';
import type { PreviewRecord } from './previewModel.ts';
import type { CodeAction, Diagnostic, Refactoring } from './ranges.ts';
import { RecordView } from './recordView.ts';
import { references } from './references.ts';
import { prepareRename, type Renameable, rename } from './rename.ts';
import { selectionRanges } from './selectionRanges.ts';
import { type SemanticToken, semanticTokens, semanticTokensIn } from './semanticTokens.ts';
import type { RecordPlace, Shaped, ShapeEdit, WordsFound } from './shaping/shapeEdit.ts';
import { shapeRecord } from './shaping/shapeRecord.ts';
import { wordsAt } from './shaping/wordsPlace.ts';
import { type DocumentSymbol, documentSymbols } from './symbols.ts';

/** More findings than this in one file are counted, not shown: VS Code shows no more of one file either. */
export const MAX_DIAGNOSTICS = 999;
/** Actions are offered for so many findings of a selection: a longer menu helps nobody. */
const MAX_ACTION_FINDINGS = 100;

export interface LanguageSettings {
  readonly severities: Severities;
  readonly format: FormatOptions;
}

export const DEFAULT_SETTINGS: LanguageSettings = { severities: {}, format: DEFAULT_FORMAT };

/** A phrase of a file: its record's position among the records, and its own in reading order. */
export interface PhrasePlace {
  readonly record: number;
  readonly phrase: number | undefined;
}

interface Remembered {
  readonly quick: readonly Finding[];
  pixels: readonly Finding[] | undefined;
  /** The quick ones, those on pixels and those on the file, in the order of their places. */
  all: readonly Finding[];
}

export class LanguageService {
  private memory = new WeakMap<SourceRecord, Remembered>();
  private onFile = new FileFindings();
  private readonly noisy = new NoisyRecords();
  private readonly silhouettes = new SilhouetteMemory();
  private settings: LanguageSettings = DEFAULT_SETTINGS;

  /** Whether `configure` with these settings would change anything. */
  worksBy(settings: LanguageSettings): boolean {
    return JSON.stringify(settings) === JSON.stringify(this.settings);
  }

  configure(settings: LanguageSettings): void {
    this.settings = settings;
    this.memory = new WeakMap();
    this.onFile = new FileFindings();
    this.noisy.forget();
  }

  /**
   * The findings of a record that are known by now, in the order of their places: the quick ones always, those on pixels
   * once `checkPixels` ran, and those of comparing records as of the last `checkFile`.
   */
  findings(source: SourceRecord, resources: Resources | undefined): readonly Finding[] {
    return this.remember(source, resources).all;
  }

  /** Runs the slow checks of a record, whose resources must be loaded; returns whether anything new came of it. */
  checkPixels(source: SourceRecord, resources: Resources): boolean {
    const known = this.memory.get(source);
    if (known?.pixels !== undefined) return false;
    const model = new RecordModel(source, resources);
    // Masks of a sidecar are known only now, and the quick checks count them too.
    if (model.sidecar !== undefined) this.memory.delete(source);
    const remembered = this.remember(source, resources);
    remembered.pixels = checkRecord(source, { scopes: ['pixels'], severities: this.settings.severities, resources });
    remembered.all = this.together(source, remembered);
    const news = remembered.pixels.length > 0 || model.sidecar !== undefined;
    if (news) this.noisy.forget();
    return news;
  }

  pixelsChecked(source: SourceRecord): boolean {
    return this.memory.get(source)?.pixels !== undefined;
  }

  /** Runs the checks that compare the records of a document; resolves with whether anything changed by it. */
  async checkFile(document: UscdfDocument, resources: Resources, host: IdleHost): Promise<boolean> {
    const { severities } = this.settings;
    const changed = await this.onFile.check(document, { severities, resources }, host);
    for (const source of changed) {
      const remembered = this.memory.get(source);
      if (remembered !== undefined) remembered.all = this.together(source, remembered);
    }
    if (changed.length > 0) this.noisy.forget();
    return changed.length > 0;
  }

  diagnostics(document: UscdfDocument, resources: Resources | undefined): readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    let left = 0;
    const noisy = this.noisy.of(document, (cell) => this.findings(cell.record, resources).length);
    for (const { cell, count } of noisy) {
      const room = MAX_DIAGNOSTICS - diagnostics.length;
      if (room < count) left += count - room;
      if (room > 0)
        for (const finding of this.findings(cell.record, resources).slice(0, room))
          diagnostics.push(toDiagnostic(cell, finding));
    }
    const severity = this.settings.severities['syntax'] ?? 'error';
    if (severity !== 'off') {
      for (const { range, message } of document.problems) {
        if (diagnostics.length >= MAX_DIAGNOSTICS) left++;
        else diagnostics.push({ range, message, severity, code: 'syntax', page: rulePage('syntax'), related: [] });
      }
    }
    if (left > 0) diagnostics.push(limitNotice(left));
    return diagnostics;
  }

  /** The fixes of each finding at a range; once a rule all of its fixes and its page, once a record its silence. */
  codeActions(document: UscdfDocument, range: Range, resources: Resources | undefined): readonly CodeAction[] {
    const actions: CodeAction[] = [];
    const offered = new Set<string>();
    let found = 0;
    for (const cell of document.cellsIn(range)) {
      const silenced = new Set<string>();
      for (const finding of this.findings(cell.record, resources)) {
        if (!overlaps(cell.rangeOf(finding.span), range)) continue;
        if (++found > MAX_ACTION_FINDINGS) return actions;
        const fixes = fixActions(document, cell, finding);
        actions.push(...fixes);
        const { code, fixKind } = finding;
        const more = fixes.length > 0 && fixKind !== 'manual' && !offered.has(`all ${code}`);
        if (more && this.hasSeveral(document, code, resources))
          actions.push({ title: `Fix all ${code} findings of this file`, kind: 'fixAll', code, edits: [] });
        if (!silenced.has(code)) actions.push(...silenceActions(document, cell, code));
        if (!offered.has(code))
          actions.push({ title: `Open the page of ${code}`, kind: 'open', code, edits: [], page: rulePage(code) });
        if (more) offered.add(`all ${code}`);
        silenced.add(code);
        offered.add(code);
      }
    }
    return actions;
  }

  /** What can be written another way at a place, whether or not anything is wrong there. */
  refactorings(document: UscdfDocument, range: Range, resources: Resources | undefined): readonly Refactoring[] {
    return groundedOrDenied(document, range, resources);
  }

  /** The edits that fix what one rule has found in the whole file. */
  fixAllOf(document: UscdfDocument, code: string, resources: Resources | undefined): readonly TextEdit[] {
    return this.fixes(document, resources, { kinds: ['safe', 'suggested'], code });
  }

  /** The edits of all safe fixes, for saving. */
  fixAll(document: UscdfDocument, resources: Resources | undefined): readonly TextEdit[] {
    return this.fixes(document, resources, { kinds: ['safe'] });
  }

  /** The edits that bring the file into canonical form, or of a range the turns that it touches. */
  format(document: UscdfDocument, range?: Range): readonly TextEdit[] {
    return formatDocument(document, this.settings.format, range);
  }

  /** What can be written at a position. */
  completion(
    document: UscdfDocument,
    position: Position,
    options: Omit<CompletionOptions, 'format'>,
  ): Promise<CompletionList> {
    return completion(document, position, { ...options, format: this.settings.format });
  }

  /** `limit`: as many as the editor takes. */
  foldingRanges(document: UscdfDocument, limit?: number): readonly FoldingRange[] {
    return foldingRanges(document, limit);
  }

  selectionRanges(document: UscdfDocument, positions: readonly Position[]): readonly (readonly Range[])[] {
    return selectionRanges(document, positions);
  }

  hover(
    document: UscdfDocument,
    position: Position,
    resources: Resources | undefined,
    readImage: ReadImage,
    images?: LastDecoded,
  ): Promise<Hover | undefined> {
    return hover(document, position, resources, readImage, images);
  }

  symbols(document: UscdfDocument): readonly DocumentSymbol[] {
    return documentSymbols(document);
  }

  inlayHints(document: UscdfDocument, range: Range, resources: Resources | undefined): readonly InlayHint[] {
    return inlayHints(document, range, resources);
  }

  /** What stands beside the text of some lines. */
  maskPictures(document: UscdfDocument, options: PictureOptions): MaskPictures {
    return maskPictures(document, options, this.silhouettes);
  }

  codeLenses(document: UscdfDocument, resources: Resources | undefined): readonly CodeLens[] {
    return codeLenses(document, (source) => this.findings(source, resources), resources);
  }

  semanticTokens(document: UscdfDocument): readonly SemanticToken[] | undefined {
    return semanticTokens(document);
  }

  semanticTokensIn(document: UscdfDocument, range: Range): readonly SemanticToken[] {
    return semanticTokensIn(document, range);
  }

  documentColours(document: UscdfDocument): readonly ColouredRange[] {
    return documentColours(document);
  }

  documentLinks(document: UscdfDocument): readonly DocumentLink[] {
    return documentLinks(document);
  }

  linkedEditing(document: UscdfDocument, position: Position): LinkedEditing | undefined {
    return linkedEditing(document, position);
  }

  prepareRename(document: UscdfDocument, position: Position): Result<Renameable> {
    return prepareRename(document, position);
  }

  rename(document: UscdfDocument, position: Position, newName: string): Result<readonly TextEdit[]> {
    return rename(document, position, newName);
  }

  definition(document: UscdfDocument, position: Position): Definition | undefined {
    return definition(document, position);
  }

  references(
    document: UscdfDocument,
    position: Position,
    options: { readonly declaration: boolean },
  ): readonly Range[] {
    return references(document, position, options);
  }

  highlights(document: UscdfDocument, position: Position): readonly Highlight[] {
    return highlights(document, position);
  }

  /** The record at a position, or the nearest one before it, as the preview shows it. */
  preview(document: UscdfDocument, position: Position, resources: Resources | undefined): PreviewRecord | undefined {
    const index = recordIndexAt(document, position);
    const cell = document.cells[index];
    if (cell === undefined || cell.record.problems.length > 0) return undefined;
    return previewRecord(cell.record, index, this.findings(cell.record, resources), resources);
  }

  phraseAt(document: UscdfDocument, position: Position): PhrasePlace | undefined {
    const record = recordIndexAt(document, position);
    const cell = document.cells[record];
    if (cell === undefined) return undefined;
    const view = new RecordView(cell.record, undefined);
    const offset = cell.offsetAt(position);
    const inRecord = document.cellAt(position) === cell;
    const byMask = inRecord ? view.maskAt(offset) : undefined;
    const phrase = inRecord
      ? (view.phraseAt(offset) ??
        view.phrases.find((candidate) => byMask !== undefined && candidate.masks.includes(byMask)))
      : undefined;
    return { record, phrase: phrase?.index };
  }

  /** The words of a phrase, for selecting them. */
  rangeOfPhrase(document: UscdfDocument, place: PhrasePlace): Range | undefined {
    const cell = document.cells[place.record];
    const view = cell === undefined ? undefined : new RecordView(cell.record, undefined);
    const placed = place.phrase === undefined ? undefined : view?.phrases[place.phrase];
    return cell === undefined || view === undefined || placed === undefined
      ? undefined
      : cell.rangeOf(view.wordsSpan(placed));
  }

  /** Where a record begins, by its position in the file; `undefined` where the file has no more. */
  recordPlace(document: UscdfDocument, record: number): RecordPlace | undefined {
    const cell = document.cells[record];
    return cell && { position: cell.start, records: document.cells.length };
  }

  /** The words at a range of an answer that a mask can be drawn for. */
  wordsAt(document: UscdfDocument, range: Range): Result<WordsFound> {
    return wordsAt(document, range);
  }

  /** The edits of one step on a record's picture; `sidecarText` is that of the file that its `masks` name. */
  shape(
    document: UscdfDocument,
    record: number,
    edit: ShapeEdit,
    resources: Resources | undefined,
    sidecarText?: string,
  ): Result<Shaped> {
    return shapeRecord(document, record, edit, resources, sidecarText);
  }

  /** What a draft at a position would be about; `phrase` is a phrase of the record, else the one at the position. */
  draftContext(document: UscdfDocument, position: Position, phrase?: number): DraftContext {
    const place = this.phraseAt(document, position);
    return draftContext(document, place?.record ?? -1, phrase ?? place?.phrase);
  }

  /** The records without an answer, and the drafts that stand in the file. */
  undecided(document: UscdfDocument): UndecidedRecords {
    return undecidedRecords(document);
  }

  /** What a draft for a record that was named once would be about now; `undefined` where it is gone. */
  findRecord(document: UscdfDocument, name: NamedRecord): DraftContext | undefined {
    const record = findRecord(document, name);
    return record === undefined ? undefined : draftContext(document, record);
  }

  acceptDraft(document: UscdfDocument, position: Position, draft: DraftToAccept): ReturnType<typeof acceptDraft> {
    return acceptDraft(document, position, draft);
  }

  /** The edits that decide on a draft that already stands in the file. */
  decide(
    document: UscdfDocument,
    position: Position,
    status: 'accepted' | 'rejected',
  ): readonly TextEdit[] | undefined {
    const cell = document.cells[recordIndexAt(document, position)];
    const edit: RecordEdit = { kind: 'set', path: ['provenance', 'status'], value: status };
    return cell === undefined ? undefined : document.edit(cell, [edit]);
  }

  /** Whether a rule has found more than one thing in a file; looks no further than the second. */
  private hasSeveral(document: UscdfDocument, code: string, resources: Resources | undefined): boolean {
    let count = 0;
    for (const { cell } of this.noisy.of(document, (each) => this.findings(each.record, resources).length))
      for (const finding of this.findings(cell.record, resources))
        if (finding.code === code && ++count > 1) return true;
    return false;
  }

  /** One smallest edit a record. */
  private fixes(
    document: UscdfDocument,
    resources: Resources | undefined,
    options: { readonly kinds: readonly FixKind[]; readonly code?: string },
  ): readonly TextEdit[] {
    return document.cells.flatMap((cell): TextEdit[] => {
      const wanted = this.findings(cell.record, resources).some(
        (finding) =>
          options.kinds.includes(finding.fixKind) && (options.code === undefined || finding.code === options.code),
      );
      if (!wanted) return [];
      const { source } = fixRecord(document.kind, cell.source, {
        ...options,
        scopes: ['turn', 'record', 'pixels'],
        severities: this.settings.severities,
        ...(resources && { resources }),
      });
      const edit = smallestEdit(cell.source, source);
      return edit === undefined ? [] : [{ range: cell.rangeOf(edit), newText: edit.newText }];
    });
  }

  private remember(source: SourceRecord, resources: Resources | undefined): Remembered {
    const known = this.memory.get(source);
    if (known !== undefined) return known;
    const options = { scopes: ['turn', 'record'] as const, severities: this.settings.severities };
    const quick = checkRecord(source, { ...options, ...(resources && { resources }) });
    const remembered: Remembered = { quick, pixels: undefined, all: quick };
    remembered.all = this.together(source, remembered);
    this.memory.set(source, remembered);
    return remembered;
  }

  private together(source: SourceRecord, { quick, pixels = [] }: Remembered): readonly Finding[] {
    const file = this.onFile.of(source);
    return pixels.length + file.length === 0 ? quick : inOrder([...quick, ...pixels, ...file]);
  }
}

function fixActions(document: UscdfDocument, cell: RecordCell, finding: Finding): readonly CodeAction[] {
  const { code } = finding;
  return finding.fixes().flatMap((fix, i): CodeAction[] => {
    const edits = document.edit(cell, fix.edits);
    if (edits === undefined) return [];
    const { title, files } = fix;
    return [{ title, kind: 'quickfix', code, edits, isPreferred: i === 0, ...(files && { files }) }];
  });
}

function silenceActions(document: UscdfDocument, cell: RecordCell, code: string): readonly CodeAction[] {
  if (code === 'syntax') return [];
  const own = new RecordModel(cell.record).data['lint'];
  const silence: RecordEdit =
    own === undefined
      ? { kind: 'set', path: ['lint'], value: { [code]: 'off' } }
      : { kind: 'set', path: ['lint', code], value: 'off' };
  const edits = document.edit(cell, [silence]);
  return edits === undefined ? [] : [{ title: `Silence ${code} for this record`, kind: 'quickfix', code, edits }];
}

/** The record at a position, else the last one before it. */
function recordIndexAt(document: UscdfDocument, position: Position): number {
  const cell = document.cellAt(position);
  if (cell !== undefined) return document.cells.indexOf(cell);
  const after = document.cells.findIndex((candidate) => candidate.start.line > position.line);
  return after < 0 ? document.cells.length - 1 : Math.max(0, after - 1);
}

/** A finding at its place in the file. */
export function toDiagnostic(cell: RecordCell, finding: Finding): Diagnostic {
  return {
    range: cell.rangeOf(finding.span),
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    page: rulePage(finding.code),
    related: finding.related.map(({ span, message, elsewhere }) => ({
      range: (elsewhere ?? cell).rangeOf(span),
      message,
    })),
  };
}

/** Says how many findings of a file are not shown. */
export function limitNotice(left: number): Diagnostic {
  const start = { line: 0, character: 0 };
  const message = `${left} more findings are not shown here, so that the editor stays quick: run \`uscdf lint\` to see them all.`;
  return {
    range: { start, end: start },
    severity: 'information',
    code: 'limit',
    message,
    page: rulePage('limit'),
    related: [],
  };
}
