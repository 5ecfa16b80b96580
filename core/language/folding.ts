/**
 * What can be folded away: records, the header of a `.uscdf`, lists and objects of a `.uscdf.json`, and turns of several
 * lines. In a `.uscdf.jsonl` nothing can: a record is a line.
 */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import type { Span } from '../records/position.ts';
import { layOut } from '../records/textLayout.ts';

/** Lines from 0; the first one stays visible, the last one goes too. */
export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** VS Code keeps no more than this many by default, and each costs the editor work. */
export const MAX_FOLDS = 5_000;

/** The ranges in reading order; `limit` is what the editor takes, if it says so. */
export function foldingRanges(document: UscdfDocument, limit: number = MAX_FOLDS): readonly FoldingRange[] {
  if (document.kind === 'jsonl') return [];
  const most = Math.max(0, Math.min(limit, MAX_FOLDS));
  const folds: FoldingRange[] = [];
  for (const cell of document.cells) {
    if (folds.length >= most) break;
    if (document.kind === 'json') foldJson(cell, folds);
    else foldText(cell, folds);
  }
  return folds.length > most ? folds.slice(0, most) : folds;
}

/** The brackets of a record that stand on different lines; the closing one stays visible. */
function foldJson(cell: RecordCell, folds: FoldingRange[]): void {
  const { source } = cell;
  const open: number[] = [];
  const found: FoldingRange[] = [];
  let line = cell.start.line;
  let inString = false;
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === 10 || (code === 13 && source.charCodeAt(i + 1) !== 10)) {
      line++;
      inString = false;
    } else if (inString) {
      if (code === 92 && source.charCodeAt(i + 1) > 31) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) open.push(line);
    else if (code === 125 || code === 93) {
      const start = open.pop();
      if (start !== undefined && line - 1 > start) found.push({ startLine: start, endLine: line - 1 });
    }
  }
  for (const fold of found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine)) folds.push(fold);
}

/** The record, its header from its first key on, the header's lists and maps, and its turns. */
function foldText(cell: RecordCell, folds: FoldingRange[]): void {
  const { source } = cell;
  const { header, turns } = layOut(source);
  const add = (span: Span) => {
    const fold = linesOf(cell, span);
    if (fold.endLine > fold.startLine) folds.push(fold);
  };
  add({ start: 0, end: source.length });
  add(header);
  foldHeader(cell, header, folds);
  for (const { speaker, body } of turns) add({ start: speaker.start, end: Math.max(body.end, speaker.end) });
}

/** A key whose value stands on the lines below it, further in or as a list. */
function foldHeader(cell: RecordCell, header: Span, folds: FoldingRange[]): void {
  let key: number | undefined;
  let last = 0;
  let line = cell.positionOf(header.start).line;
  const first = line;
  const close = () => {
    // The fold of the whole header begins where its first key does.
    if (key !== undefined && last > key && key !== first) folds.push({ startLine: key, endLine: last });
  };
  for (const text of cell.source.slice(header.start, header.end).split(/\r\n|\n|\r/)) {
    if (text.trim() !== '') {
      if (!/^[\s\-}\]]/.test(text)) {
        close();
        key = line;
      }
      last = line;
    }
    line++;
  }
  close();
}

/** The lines of a stretch of the record, blank ones at its end left out. */
function linesOf(cell: RecordCell, { start, end }: Span): FoldingRange {
  let last = end;
  while (last > start && /\s/.test(cell.source[last - 1]!)) last--;
  return { startLine: cell.positionOf(start).line, endLine: cell.positionOf(last).line };
}
