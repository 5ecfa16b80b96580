/** The outline of a file: records, their turns, their phrases. */
import type { UscdfDocument } from '../records/document.ts';
import type { Range } from '../records/position.ts';
import { RecordView } from './recordView.ts';

export interface DocumentSymbol {
  readonly kind: 'record' | 'turn' | 'phrase';
  readonly name: string;
  readonly detail: string;
  readonly range: Range;
  readonly selectionRange: Range;
  readonly children: readonly DocumentSymbol[];
}

/** An outline longer than this helps nobody and slows the editor down. */
export const MAX_SYMBOLS = 5_000;

export function documentSymbols(document: UscdfDocument): readonly DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  let count = 0;
  for (const [index, cell] of document.cells.entries()) {
    if (count >= MAX_SYMBOLS) break;
    if (cell.record.problems.length > 0) continue;
    const view = new RecordView(cell.record, undefined);
    const { model } = view;
    const children = model.turns.map((turn): DocumentSymbol => {
      const range = cell.rangeOf(cell.record.locateText(turn.index, { start: 0, end: turn.text.length }));
      const phrases = view.phrasesOf(turn.index).map(
        (placed): DocumentSymbol => ({
          kind: 'phrase',
          name: placed.phrase.text || '(no words)',
          detail: placed.masks.length === 0 ? 'no mask' : `mask ${placed.masks.map((mask) => mask + 1).join(', ')}`,
          range: cell.rangeOf(view.wholeSpan(placed)),
          selectionRange: cell.rangeOf(view.wordsSpan(placed)),
          children: [],
        }),
      );
      count += 1 + phrases.length;
      const name = turn.role === 'human' ? 'User' : turn.role === 'gpt' ? 'Assistant' : 'Unknown speaker';
      return { kind: 'turn', name, detail: shorten(turn.text), range, selectionRange: range, children: phrases };
    });
    const id = cell.record.locate(['id']);
    symbols.push({
      kind: 'record',
      name: model.id || `record ${index + 1}`,
      detail: model.task ?? '',
      range: cell.range,
      selectionRange: model.id === undefined ? { start: cell.range.start, end: cell.range.start } : cell.rangeOf(id),
      children,
    });
    count++;
  }
  return symbols;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
