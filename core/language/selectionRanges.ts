/** What a selection grows to, step by step: word, phrase, sentence, turn, values outwards, record, file. */

import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { contains, type Position, type Range, type Span, sameRange } from '../records/position.ts';
import type { SourceRecord, SourceTurn } from '../records/sourceRecord.ts';
import { layOut } from '../records/textLayout.ts';
import type { Phrase } from '../text/tree.ts';
import { flowPlace } from './places/flowPlace.ts';
import { placeAt } from './places/place.ts';

/** A sentence is looked for so many characters around the cursor: longer ones are no sentences. */
const SENTENCE_REACH = 2_000;

/** For each position its ranges, the innermost first; each lies inside the next one and is smaller. */
export function selectionRanges(
  document: UscdfDocument,
  positions: readonly Position[],
): readonly (readonly Range[])[] {
  return positions.map((position) => {
    const cell = document.cellAt(position);
    const { wholeRange } = document;
    // A line may begin before its first record does; what does not hold the cursor is no selection around it.
    if (cell === undefined || !contains(cell.range, position)) return [wholeRange];
    const spans = nested(spansAround(document, cell, cell.offsetAt(position)));
    const ranges = spans.map((span) => cell.rangeOf(span));
    const outermost = ranges[ranges.length - 1];
    return outermost !== undefined && sameRange(outermost, wholeRange) ? ranges : [...ranges, wholeRange];
  });
}

function spansAround(document: UscdfDocument, cell: RecordCell, cursor: number): readonly Span[] {
  const { source, record } = cell;
  const offset = Math.max(0, Math.min(cursor, source.length));
  const spans: Span[] = [{ start: 0, end: source.length }, wordAround(source, offset)];
  const found = record.turnAt(offset);
  if (found !== undefined) spans.push(...turnSpans(record, found.turn, found.offset));
  spans.push(...(document.kind === 'uscdf' ? textSpans(source, offset) : jsonSpans(source, offset)));
  spans.push(...valueSpans(document, cell, offset));
  return spans.filter(({ start, end }) => start <= offset && offset <= end);
}

/** The cursor's place in the turn's text: word, phrase, clause, sentence, text. */
function turnSpans(record: SourceRecord, turn: SourceTurn, offset: number): readonly Span[] {
  const { text, tree } = turn;
  const plain: Span[] = [wordAround(text, offset), sentenceAround(text, offset), { start: 0, end: text.length }];
  for (const phrase of tree.phrases) {
    if (phrase.start > offset) break;
    plain.push(...phraseSpans(text, phrase));
  }
  for (const clause of tree.clauses) plain.push(clause, ...clause.referents);
  return plain
    .filter(({ start, end }) => start <= offset && offset <= end)
    .map((span) => record.locateText(turn.index, span));
}

function phraseSpans(text: string, phrase: Phrase): readonly Span[] {
  const content = text.slice(phrase.contentStart, phrase.contentEnd);
  const start = phrase.contentStart + (content.length - content.trimStart().length);
  const seg = phrase.segs[phrase.segs.length - 1]?.token;
  return [
    { start, end: start + content.trim().length },
    { start: phrase.start, end: phrase.end },
    { start: phrase.start, end: seg?.end ?? phrase.end },
    ...phrase.segs.map(({ token }) => ({ start: token.start, end: token.end })),
  ];
}

/** In a `.uscdf`: the line, the turn with its speaker, all turns, the header. */
function textSpans(source: string, offset: number): readonly Span[] {
  const { header, turns } = layOut(source);
  const [first, last] = [turns[0], turns[turns.length - 1]];
  const spans: Span[] = [trim(source, header)];
  for (const { speaker, body } of turns) {
    if (speaker.start > offset) break;
    spans.push({ start: speaker.start, end: body.end });
  }
  if (first !== undefined && last !== undefined) spans.push({ start: first.speaker.start, end: last.body.end });
  spans.push(trim(source, { start: 0, end: source.length }));
  return spans;
}

/** In JSON: what stands between the quotes of a string. */
function jsonSpans(source: string, offset: number): readonly Span[] {
  const place = flowPlace(source, { start: 0, end: source.length }, offset, []).place;
  return place?.quote === undefined ? [] : insideQuotes(source, place.written);
}

/** The values around the place, each alone and with its key. */
function valueSpans(document: UscdfDocument, cell: RecordCell, offset: number): readonly Span[] {
  const place = placeAt(document.kind, cell.source, offset);
  if (place === undefined) return [];
  const spans: Span[] = [place.written, ...(place.quote === undefined ? [] : insideQuotes(cell.source, place.written))];
  if (cell.record.problems.length > 0) return spans;
  const path = place.part === 'key' ? [...place.path, keyText(cell.source, place.written)] : place.path;
  for (let depth = path.length; depth > 0; depth--) {
    const part = path.slice(0, depth);
    const value = trim(cell.source, cell.record.locate(part));
    spans.push(value);
    if (typeof part[depth - 1] === 'string') spans.push({ ...value, start: cell.record.locate(part, 'key').start });
  }
  return spans;
}

function keyText(source: string, { start, end }: Span): string {
  return source.slice(start, end).replace(/^["']|["']$/g, '');
}

function insideQuotes(source: string, { start, end }: Span): readonly Span[] {
  const closed = end - start > 1 && source[end - 1] === source[start];
  return [{ start: start + 1, end: closed ? end - 1 : end }];
}

/** From the longest to the shortest those that lie inside each other, returned the other way round. */
function nested(spans: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  for (const span of [...spans].sort((a, b) => b.end - b.start - (a.end - a.start))) {
    const outer = kept[kept.length - 1];
    const same = outer !== undefined && outer.start === span.start && outer.end === span.end;
    const inside = outer === undefined || (outer.start <= span.start && span.end <= outer.end);
    if (inside && !same && span.end > span.start) kept.push(span);
  }
  return kept.reverse();
}

/** The word at an offset: letters, digits, and the apostrophes and hyphens inside it; empty where none is. */
function wordAround(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && isWord(text, start - 1)) start--;
  let end = offset;
  while (end < text.length && isWord(text, end)) end++;
  while (start < end && JOINS.test(text[start]!)) start++;
  while (end > start && JOINS.test(text[end - 1]!)) end--;
  return { start, end };
}

const JOINS = /['\u2019-]/;
const WORD = /[\p{L}\p{N}\p{M}_\ud800-\udfff]/u;

function isWord(text: string, at: number): boolean {
  const character = text[at]!;
  return WORD.test(character) || JOINS.test(character);
}

/** From the end of the sentence before to the end of this one; a line ends a sentence too. */
function sentenceAround(text: string, offset: number): Span {
  let start = offset;
  const first = Math.max(0, offset - SENTENCE_REACH);
  while (start > first && !endsSentence(text, start - 1)) start--;
  let end = offset;
  const last = Math.min(text.length, offset + SENTENCE_REACH);
  while (end < last && !endsSentence(text, end)) end++;
  if (end < last && text[end] !== '\n') end++;
  return trim(text, { start: Math.min(skipBlank(text, start), offset), end });
}

/** A newline, or a full stop, exclamation or question mark before white space or the end. */
function endsSentence(text: string, at: number): boolean {
  const character = text[at];
  if (character === '\n') return true;
  if (character !== '.' && character !== '!' && character !== '?') return false;
  return at + 1 >= text.length || /\s/.test(text[at + 1]!);
}

function skipBlank(text: string, at: number): number {
  let start = at;
  while (start < text.length && /\s/.test(text[start]!)) start++;
  return start;
}

function trim(source: string, { start, end }: Span): Span {
  let last = end;
  while (last > start && /\s/.test(source[last - 1]!)) last--;
  return { start, end: last };
}
