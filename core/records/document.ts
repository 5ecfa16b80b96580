/**
 * A file of records, kept up to date edit by edit. Records are cells: found once, parsed when first looked at, replaced
 * when an edit touches them, and only shifted when it does not.
 */
import type { FileKind } from './fileKind.ts';
import { JsonRecord } from './jsonRecord.ts';
import { type LineChange, LineOffsets, LineStore } from './lineStore.ts';
import {
  comparePositions,
  contains,
  overlaps,
  type Position,
  type Range,
  type Span,
  type TextEdit,
} from './position.ts';
import type { RecordEdit, SourceRecord } from './sourceRecord.ts';
import { isOneJsonItem, splitJson, splitText } from './split.ts';
import { SEPARATOR, SPEAKER } from './textLayout.ts';
import { TextRecord } from './textRecord.ts';

export { type FileKind, fileKind } from './fileKind.ts';

/** One record of the document. */
export class RecordCell {
  private parsed: SourceRecord | undefined;
  private lineOffsets: LineOffsets | undefined;

  constructor(
    private readonly kind: FileKind,
    readonly source: string,
    public start: Position,
  ) {}

  get record(): SourceRecord {
    this.parsed ??=
      this.kind === 'uscdf' ? new TextRecord(this.source) : new JsonRecord(this.source, this.kind === 'jsonl');
    return this.parsed;
  }

  /** Drops what was parsed: a run over a large file then needs no more memory than its text. */
  forget(): void {
    this.parsed = undefined;
    this.lineOffsets = undefined;
  }

  private get offsets(): LineOffsets {
    this.lineOffsets ??= new LineOffsets(this.source);
    return this.lineOffsets;
  }

  get range(): Range {
    return this.rangeOf({ start: 0, end: this.source.length });
  }

  /** The document's range of a stretch of the record's source. */
  rangeOf(span: Span): Range {
    return { start: this.positionOf(span.start), end: this.positionOf(span.end) };
  }

  positionOf(offset: number): Position {
    const { line, character } = this.offsets.position(offset);
    return { line: this.start.line + line, character: line === 0 ? this.start.character + character : character };
  }

  offsetAt({ line, character }: Position): number {
    const down = line - this.start.line;
    return this.offsets.offset({ line: down, character: down === 0 ? character - this.start.character : character });
  }
}

export interface FileProblem {
  readonly range: Range;
  readonly message: string;
}

/** Records that an edit took away, and those that stand there now. */
export interface CellChange {
  readonly removed: readonly RecordCell[];
  readonly added: readonly RecordCell[];
}

/** Whoever asks less often than after so many edits looks at the whole document again. */
const MAX_REMEMBERED_CHANGES = 1_000;

export class UscdfDocument {
  private readonly lines: LineStore;
  private list: RecordCell[] = [];
  private changes: CellChange[] = [];
  private forgottenChanges = 0;
  /** What is wrong between the records of a `.uscdf.json` list. */
  private between: readonly FileProblem[] = [];

  constructor(
    readonly kind: FileKind,
    text: string,
  ) {
    this.lines = new LineStore(text);
    this.findCells();
  }

  /** The records in reading order. */
  get cells(): readonly RecordCell[] {
    return this.list;
  }

  get lineCount(): number {
    return this.lines.lineCount;
  }

  get wholeRange(): Range {
    return this.lines.wholeRange();
  }

  text(range?: Range): string {
    return this.lines.text(range);
  }

  line(index: number): string {
    return this.lines.line(index);
  }

  get problems(): readonly FileProblem[] {
    const last = this.list[this.list.length - 1];
    // A record that is not closed takes the list's end with it: that is one mistake.
    if (this.between.length === 0 || last === undefined || last.record.problems.length === 0) return this.between;
    return this.between.filter((problem) => comparePositions(problem.range.start, last.range.end) < 0);
  }

  /** Grows with each change of the records. */
  get revision(): number {
    return this.forgottenChanges + this.changes.length;
  }

  /** What became of the records since a revision; `undefined` where that is not known, and all may be others. */
  changesSince(revision: number): readonly CellChange[] | undefined {
    return revision < this.forgottenChanges ? undefined : this.changes.slice(revision - this.forgottenChanges);
  }

  /** The record at a position, or on its line. */
  cellAt(position: Position): RecordCell | undefined {
    const index = this.firstBehind(position);
    const cell = this.list[index - 1];
    if (cell !== undefined && contains(cell.range, position)) return cell;
    const next = this.list[index];
    return next?.start.line === position.line ? next : undefined;
  }

  /** The records that share a place with a range, in reading order. */
  cellsIn(range: Range): readonly RecordCell[] {
    const first = Math.max(0, this.firstBehind(range.start) - 1);
    const last = this.firstBehind(range.end);
    return this.list.slice(first, last).filter((cell) => overlaps(cell.range, range));
  }

  /** The index of the first record that begins behind a position. */
  private firstBehind(position: Position): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePositions(this.list[middle]!.start, position) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The document edits that do what is asked of a record; `undefined` where its file kind cannot hold it. */
  edit(cell: RecordCell, edits: readonly RecordEdit[]): readonly TextEdit[] | undefined {
    return cell.record.edit(edits)?.map((edit) => ({ range: cell.rangeOf(edit), newText: edit.newText }));
  }

  /** Takes in one change of the text. */
  update(change: TextEdit): void {
    if (this.kind === 'jsonl') {
      this.replaceLines(this.lines.edit(change));
      return;
    }
    const cell = this.cellAround(change.range);
    const local = cell !== undefined && this.staysOneRecord(cell, change);
    const end = cell?.range.end;
    const lines = this.lines.edit(change);
    if (!local || end === undefined || lines.line < cell.start.line) {
      this.findCells();
      return;
    }
    this.replaceCell(cell, end, lines);
  }

  private replaceLines({ line, removed, inserted }: LineChange): void {
    const first = this.firstBehind({ line, character: -1 });
    let last = first;
    while (last < this.list.length && this.list[last]!.start.line < line + removed) last++;
    const fresh: RecordCell[] = [];
    for (let i = line; i < line + inserted; i++) this.addLine(fresh, i);
    const shift = inserted - removed;
    if (shift !== 0) {
      for (let i = last; i < this.list.length; i++) {
        const cell = this.list[i]!;
        cell.start = { line: cell.start.line + shift, character: cell.start.character };
      }
    }
    this.remember({ removed: this.list.slice(first, last), added: fresh });
    // The new cells travel as arguments, so a large paste takes the other way.
    if (fresh.length < 10_000) this.list.splice(first, last - first, ...fresh);
    else this.list = this.list.slice(0, first).concat(fresh, this.list.slice(last));
  }

  private addLine(cells: RecordCell[], line: number): void {
    const text = this.lines.line(line);
    const source = text.trim();
    if (source !== '') cells.push(new RecordCell('jsonl', source, { line, character: text.indexOf(source) }));
  }

  /** The one cell that an edit lies in, off its borders. */
  private cellAround({ start, end }: Range): RecordCell | undefined {
    const cell = this.cellAt(start);
    if (cell === undefined) return undefined;
    const range = cell.range;
    return comparePositions(range.start, start) < 0 && comparePositions(end, range.end) < 0 ? cell : undefined;
  }

  /** Whether the record keeps its borders: the edit makes and removes nothing that parts records. */
  private staysOneRecord(cell: RecordCell, { range, newText }: TextEdit): boolean {
    const [from, to] = [cell.offsetAt(range.start), cell.offsetAt(range.end)];
    const after = cell.source.slice(0, from) + newText + cell.source.slice(to);
    if (this.kind === 'json')
      return cell.source.startsWith('{') && after.startsWith('{') && isOneJsonItem(after) && isOneJsonItem(cell.source);
    return !touchesBorders(cell.source, from, to) && !touchesBorders(after, from, from + newText.length);
  }

  private replaceCell(cell: RecordCell, oldEnd: Position, { removed, inserted }: LineChange): void {
    const shift = inserted - removed;
    const index = this.list.indexOf(cell);
    const next = this.list[index + 1];
    const end = this.endAfter(oldEnd, shift, cell, next);
    const fresh = new RecordCell(this.kind, this.lines.text({ start: cell.start, end }), cell.start);
    if (this.kind === 'json' && !isOneJsonItem(fresh.source)) {
      this.findCells();
      return;
    }
    this.list[index] = fresh;
    if (this.kind === 'json') this.rememberBehind(fresh, end);
    this.remember({ removed: [cell], added: [fresh] });
    if (shift !== 0 || next?.start.line === oldEnd.line) this.shiftAfter(index, oldEnd, end);
    if (this.between.length > 0) this.findCells();
  }

  /** The record's last line after the edit has the same text behind the record as before it. */
  private endAfter(oldEnd: Position, shift: number, cell: RecordCell, next: RecordCell | undefined): Position {
    const line = oldEnd.line + shift;
    if (this.kind === 'uscdf') return next === undefined ? this.lines.wholeRange().end : { line, character: 0 };
    const behind = this.behind.get(cell) ?? 0;
    return { line, character: this.lines.line(line).length - behind };
  }

  private readonly behind = new WeakMap<RecordCell, number>();

  private shiftAfter(index: number, oldEnd: Position, newEnd: Position): void {
    const down = newEnd.line - oldEnd.line;
    for (let i = index + 1; i < this.list.length; i++) {
      const { line, character } = this.list[i]!.start;
      const right = line === oldEnd.line ? newEnd.character - oldEnd.character : 0;
      this.list[i]!.start = { line: line + down, character: character + right };
    }
    this.rememberBehind(this.list[index]!, newEnd);
  }

  private remember(change: CellChange): void {
    this.changes.push(change);
    if (this.changes.length > MAX_REMEMBERED_CHANGES) this.forgetChanges();
  }

  private forgetChanges(): void {
    this.forgottenChanges += this.changes.length + 1;
    this.changes = [];
  }

  private findCells(): void {
    this.forgetChanges();
    const known = new Map(this.list.map((cell) => [cell.source, cell]));
    const cells: RecordCell[] = [];
    this.between = [];
    if (this.kind === 'jsonl') for (let i = 0; i < this.lines.lineCount; i++) this.addLine(cells, i);
    else if (this.kind === 'json') this.findJson(cells);
    else
      for (const range of splitText(this.lines))
        cells.push(new RecordCell('uscdf', this.lines.text(range), range.start));
    // A record whose text is still the same keeps what was found out about it.
    this.list = cells.map((cell) => {
      const same = known.get(cell.source);
      if (same === undefined) return cell;
      known.delete(cell.source);
      same.start = cell.start;
      return same;
    });
    if (this.kind === 'json') for (const cell of this.list) this.rememberBehind(cell, cell.range.end);
  }

  private findJson(cells: RecordCell[]): void {
    const text = this.lines.text();
    const { spans, problems } = splitJson(text);
    const offsets = new LineOffsets(text);
    for (const span of spans)
      cells.push(new RecordCell('json', text.slice(span.start, span.end), offsets.position(span.start)));
    this.between = problems.map(({ message, ...span }) => ({ message, range: offsets.range(span) }));
  }

  private rememberBehind(cell: RecordCell, end: Position): void {
    this.behind.set(cell, this.lines.line(end.line).length - end.character);
  }
}

/** Whether the lines that a stretch touches part records, or part the header from the turns. */
function touchesBorders(source: string, from: number, to: number): boolean {
  const start = Math.max(source.lastIndexOf('\n', from - 1), source.lastIndexOf('\r', from - 1)) + 1;
  const ends = [source.indexOf('\n', to), source.indexOf('\r', to)].filter((at) => at >= 0);
  const end = ends.length === 0 ? source.length : Math.min(...ends);
  return source
    .slice(start, end)
    .split(/\r\n|\n|\r/)
    .some((line) => SEPARATOR.test(line) || SPEAKER.test(line));
}
