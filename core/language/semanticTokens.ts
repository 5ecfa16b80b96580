/**
 * What the words of a file are, for colouring them by meaning: a phrase has the colour of its mask, as its `[SEG]`, the
 * mask's own value, and the referent of the question have. The grammars colour by spelling, this by what belongs together.
 */
import { MASK_COLORS } from '../masks/palette.ts';
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import { LineOffsets } from '../records/lineStore.ts';
import type { Range, Span } from '../records/position.ts';
import type { SourceRecord, SourceTurn } from '../records/sourceRecord.ts';
import type { Token } from '../text/scan.ts';
import { type Mention, mentionsOf, type RecordMentions } from './mentions.ts';

/** The protocol's own types, so that an editor that knows nothing of this language colours them too. */
export const TOKEN_TYPES = [
  /** `<p>`, `</p>`, `<objectN>` */
  'decorator',
  /** The words of a phrase. */
  'type',
  /** `[SEG]` */
  'macro',
  /** The image placeholder. */
  'enumMember',
  /** The fixed words of a negative clause. */
  'string',
  /** What a question, a denial, `negatives` or `target` names. */
  'parameter',
  /** The key of a mask's pixels. */
  'property',
] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** `maskK` is the K-th colour of the palette; a record with more masks begins again with the first. */
export const TOKEN_MODIFIERS: readonly string[] = ['grounded', 'denied', ...MASK_COLORS.map((_, i) => `mask${i}`)];

export interface SemanticToken {
  readonly line: number;
  readonly character: number;
  /** UTF-16 units; a token lies in one line. */
  readonly length: number;
  readonly type: TokenType;
  /** Bits by the order of `TOKEN_MODIFIERS`. */
  readonly modifiers: number;
}

/** A file with more characters than this is coloured as far as it is looked at. */
export const MAX_WHOLE_CHARACTERS = 250_000;

interface Marked extends Span {
  readonly type: TokenType;
  readonly modifiers: number;
}

const GROUNDED = 1;
const DENIED = 2;
/** The tokens of a record as if the file began with it. */
const known = new WeakMap<SourceRecord, readonly SemanticToken[]>();

/** The tokens of a whole file; `undefined` where it is so large that only what is looked at shall be asked for. */
export function semanticTokens(document: UscdfDocument): readonly SemanticToken[] | undefined {
  let characters = 0;
  for (const cell of document.cells) {
    characters += cell.source.length;
    if (characters > MAX_WHOLE_CHARACTERS) return undefined;
  }
  return document.cells.flatMap((cell) => tokensOf(cell));
}

/** The tokens of the lines of a range. */
export function semanticTokensIn({ cells }: UscdfDocument, range: Range): readonly SemanticToken[] {
  const tokens: SemanticToken[] = [];
  for (let i = lastBefore(cells, range.start.line); i < cells.length; i++) {
    const cell = cells[i]!;
    if (cell.start.line > range.end.line) break;
    for (const token of tokensOf(cell))
      if (token.line >= range.start.line && token.line <= range.end.line) tokens.push(token);
  }
  return tokens;
}

/** The index of the last record that begins before a line: it may reach into it. */
function lastBefore(cells: readonly RecordCell[], line: number): number {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cells[middle]!.start.line < line) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function tokensOf({ record, source, start }: RecordCell): readonly SemanticToken[] {
  if (record.problems.length > 0) return [];
  let tokens = known.get(record);
  if (tokens === undefined) {
    const offsets = new LineOffsets(source);
    tokens = inOrder(source, marksOf(mentionsOf(record))).map((mark) => {
      const { line, character } = offsets.position(mark.start);
      return { line, character, length: mark.end - mark.start, type: mark.type, modifiers: mark.modifiers };
    });
    known.set(record, tokens);
  }
  return tokens.map(({ line, character, length, type, modifiers }) => ({
    line: start.line + line,
    character: line === 0 ? start.character + character : character,
    length,
    type,
    modifiers,
  }));
}

function marksOf(record: RecordMentions): readonly Marked[] {
  return [
    ...record.model.turns.flatMap((turn) => ofTurn(record, turn)),
    ...ofClauses(record),
    ...ofPhrases(record),
    ...ofNames(record),
    ...ofMasks(record),
  ];
}

function ofTurn({ source }: RecordMentions, turn: SourceTurn): readonly Marked[] {
  return turn.tree.tokens.flatMap((token): Marked[] => {
    const type = typeOf(token, turn);
    return type === undefined ? [] : [{ ...source.locateText(turn.index, token), type, modifiers: 0 }];
  });
}

/** Tags in a question and near misses are mistakes: they stay as the grammar shows them. */
function typeOf({ kind, exact }: Token, { role }: SourceTurn): TokenType | undefined {
  if (!exact) return undefined;
  if (role === 'human') return kind === 'image' ? 'enumMember' : undefined;
  return kind === 'seg' || kind === 'image' ? undefined : 'decorator';
}

/** The fixed words of the denials: what is left of a clause without its referents and the tags in it. */
function ofClauses({ all, model, source }: RecordMentions): readonly Marked[] {
  const denied = all.flatMap(({ role, span }) => (role === 'clause' ? [span] : []));
  return model.answers.flatMap(({ index, tree }) =>
    tree.clauses.flatMap((clause): Marked[] => {
      if (!clause.certain) return [];
      const whole = source.locateText(index, clause);
      const tags = clause.tokens.map((token) => source.locateText(index, token));
      const names = denied.slice(firstFrom(denied, whole.start), firstFrom(denied, whole.end));
      const holes = tags.length === 0 ? names : [...tags, ...names].sort((a, b) => a.start - b.start);
      return between(whole, holes).map((part) => ({ ...part, type: 'string', modifiers: 0 }));
    }),
  );
}

function ofPhrases({ phrases, model, source }: RecordMentions): readonly Marked[] {
  const words = phrases.flatMap(({ turn, phrase, mask }) => {
    const inside = { start: phrase.contentStart, end: phrase.contentEnd };
    const parts = turn.tree.canonical ? [inside] : between(inside, turn.tree.tokens);
    return parts.map((part): Marked => {
      return { ...source.locateText(turn.index, part), type: 'type', modifiers: maskBit(mask) };
    });
  });
  const segs = model.segs.map(({ turn, seg }, mask): Marked => {
    return { ...source.locateText(turn.index, seg.token), type: 'macro', modifiers: maskBit(mask) };
  });
  return [...words, ...segs];
}

/** The referents, each with what became of it: they have the colour of the mask that they got. */
function ofNames(record: RecordMentions): readonly Marked[] {
  const maskOf = new Map<string, number | undefined>();
  for (const { role, key, mask } of record.all) if (role === 'phrase' && !maskOf.has(key)) maskOf.set(key, mask);
  return record.all.flatMap((mention): Marked[] => {
    const { role, key, span, mask } = mention;
    if (role === 'phrase') return [];
    if (role === 'label') return [{ ...span, type: 'type', modifiers: maskBit(mask) }];
    const own = maskOf.get(key);
    const modifiers = (fate(mention, own) === GROUNDED ? maskBit(own) : 0) | fate(mention, own);
    return [{ ...span, type: 'parameter', modifiers }];
  });
}

function fate({ role, answer }: Mention, mask: number | undefined): number {
  if (role === 'clause' || role === 'negatives') return DENIED;
  if (answer === 'grounded' || mask !== undefined) return GROUNDED;
  return answer === 'denied' ? DENIED : 0;
}

/** The key of a mask's pixels carries its colour; the pixels themselves would drown in it. */
function ofMasks({ model, source }: RecordMentions): readonly Marked[] {
  const { masks } = model.data;
  if (!Array.isArray(masks)) return [];
  return masks.flatMap((value: unknown, mask): Marked[] => {
    const key = isObject(value) ? ['counts', 'polygons', 'file'].find((each) => each in value) : undefined;
    if (key === undefined) return [];
    return [{ ...source.locate(['masks', mask, key], 'key'), type: 'property', modifiers: maskBit(mask) }];
  });
}

function maskBit(mask: number | undefined): number {
  return mask === undefined ? 0 : 1 << (2 + (mask % MASK_COLORS.length));
}

/** A stretch without those that lie in it, which are in order. */
function between({ start, end }: Span, holes: readonly Span[]): readonly Span[] {
  const parts: Span[] = [];
  let from = start;
  for (let i = firstFrom(holes, start); i < holes.length && holes[i]!.start < end; i++) {
    parts.push({ start: from, end: holes[i]!.start });
    from = holes[i]!.end;
  }
  return [...parts, { start: from, end }];
}

/** The index of the first stretch that starts at an offset or behind it. */
function firstFrom(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In reading order, none over another, each in one line and without the white space around it. */
function inOrder(source: string, marks: readonly Marked[]): readonly Marked[] {
  const ordered: Marked[] = [];
  let end = 0;
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    if (mark.start < end) continue;
    pushLines(source, mark, ordered);
    end = mark.end;
  }
  return ordered;
}

function pushLines(source: string, mark: Marked, into: Marked[]): void {
  let { start } = mark;
  while (start < mark.end) {
    const newline = nextNewline(source, start, mark.end);
    const trimmed = trim(source, start, newline);
    if (trimmed.end > trimmed.start) into.push({ ...mark, ...trimmed });
    start = newline + 1;
  }
}

function nextNewline(source: string, start: number, end: number): number {
  let at = start;
  while (at < end && source.charCodeAt(at) !== 10 && source.charCodeAt(at) !== 13) at++;
  return at;
}

function trim(source: string, start: number, end: number): Span {
  let [from, to] = [start, end];
  while (from < to && isBlank(source.charCodeAt(from))) from++;
  while (to > from && isBlank(source.charCodeAt(to - 1))) to--;
  return { start: from, end: to };
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
