/** Words as the preview shows them, and as the text has them: from one to the other. */
import type { UscdfDocument } from '../../records/document.ts';
import type { Range, Span } from '../../records/position.ts';
import type { SourceTurn } from '../../records/sourceRecord.ts';
import { fail, ok, type Result } from '../../result.ts';
import { type PlacedPart, placedParts } from '../previewParts.ts';
import { RecordView } from '../recordView.ts';
import { freeWords } from './freeWords.ts';
import type { WordsFound, WordsPlace } from './shapeEdit.ts';

/** The words of an answer that a range covers, where a mask can be drawn for them. */
export function wordsAt(document: UscdfDocument, range: Range): Result<WordsFound> {
  const cell = document.cellAt(range.start);
  const first = cell?.record.turnAt(cell.offsetAt(range.start));
  const last = cell?.record.turnAt(cell.offsetAt(range.end));
  if (cell === undefined || first === undefined || first.turn !== last?.turn)
    return fail('A mask belongs to words of an answer: select some within one answer.');
  const view = new RecordView(cell.record, undefined);
  const words = freeWords(view.model, first.turn, { start: first.offset, end: last.offset });
  if (!words.ok) return words;
  const place = placeOf(view, first.turn, words.value);
  return place === undefined
    ? fail('A tag or a [SEG] stands among these words: select words without one.')
    : ok({
        record: document.cells.indexOf(cell),
        words: place,
        text: first.turn.text.slice(words.value.start, words.value.end),
      });
}

/** The way back: the turn, and where the words stand in its text. */
export function findWords(
  view: RecordView,
  { turn, part, start, end }: WordsPlace,
): Result<{ readonly turn: SourceTurn; readonly span: Span }> {
  const found = shownTurns(view)[turn];
  const placed = found && placedParts(view, found)[part];
  const whole = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end;
  if (found === undefined || placed?.part.kind !== 'text' || !whole || end > placed.part.text.length)
    return fail('These words are not in the answer any more: select them anew.');
  return ok({ turn: found, span: spanIn(placed, start, end) });
}

function placeOf(view: RecordView, turn: SourceTurn, { start, end }: Span): WordsPlace | undefined {
  const parts = placedParts(view, turn);
  for (const [part, placed] of parts.entries()) {
    if (placed.part.kind !== 'text') continue;
    const from = offsetInPart(placed, start);
    if (from !== undefined) return { turn: shownTurns(view).indexOf(turn), part, start: from, end: from + end - start };
  }
  return undefined;
}

/** The turns that the preview shows, in its order. */
function shownTurns({ model }: RecordView): readonly SourceTurn[] {
  return model.turns.filter(({ role }) => role !== undefined);
}

/** Where letters of a text part stand in the turn; tokens in between are part of the stretch. */
function spanIn({ spans }: PlacedPart, start: number, end: number): Span {
  let before = 0;
  let from: number | undefined;
  for (const span of spans) {
    const length = span.end - span.start;
    if (from === undefined && start < before + length) from = span.start + start - before;
    if (from !== undefined && end <= before + length) return { start: from, end: span.start + end - before };
    before += length;
  }
  return { start: from ?? 0, end: spans[spans.length - 1]?.end ?? 0 };
}

/** The offset in a text part of a letter of the turn; `undefined` where it is outside, or in a token. */
function offsetInPart({ spans }: PlacedPart, at: number): number | undefined {
  let before = 0;
  for (const { start, end } of spans) {
    if (at >= start && at < end) return before + at - start;
    before += end - start;
  }
  return undefined;
}
