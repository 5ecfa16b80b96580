/**
 * The tree of a turn's text: phrases, their `[SEG]`, negative clauses, and whatever stands in the wrong place.
 * Total: any string gives a tree. Recovery follows what the writer meant, so that one mistake is reported once.
 */
import { readCanonical } from './canonical.ts';
import { findNegativeClauses, type NegativeClause } from './negatives.ts';
import { scan, type Token } from './scan.ts';
import type { AnswerTree, Phrase, Seg } from './tree.ts';

interface OpenPhrase {
  readonly open: Token;
}

type Building = { -readonly [K in keyof Phrase]: Phrase[K] } & { segs: Seg[] };

export function parseAnswer(text: string): AnswerTree {
  const clauses = findNegativeClauses(text);
  return readCanonical(text, clauses) ?? parseWithRecovery(text, clauses);
}

/** The tree of a question, which denies nothing. */
export function parseQuestion(text: string): AnswerTree {
  return readCanonical(text, NO_CLAUSES) ?? parseWithRecovery(text, NO_CLAUSES);
}

const NO_CLAUSES: readonly never[] = [];

/** The tree of any text; the one that `parseAnswer` takes the quick way to where it can. */
export function parseWithRecovery(text: string, clauses: readonly NegativeClause[]): AnswerTree {
  return new TreeBuilder(text, scan(text), clauses).build();
}

class TreeBuilder {
  private readonly phrases: Building[] = [];
  private readonly segs: Seg[] = [];
  private readonly unclosed: Token[] = [];
  private readonly unopened: { close: Token; stray: boolean; phrase?: Phrase }[] = [];
  private stack: OpenPhrase[] = [];
  /** The phrase that a following `[SEG]` would belong to, and where it ends. */
  private last: { phrase: Building; end: number } | undefined;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly clauses: readonly NegativeClause[],
  ) {}

  build(): AnswerTree {
    const denials = this.clauses.filter((clause) => clause.certain);
    const structural = this.tokens.filter((t) => t.kind === 'open' || t.kind === 'close' || t.kind === 'seg');
    let clause = 0;
    structural.forEach((token, i) => {
      while (clause < denials.length && denials[clause]!.end <= token.start) clause++;
      const denial = denials[clause];
      if (denial !== undefined && token.start >= denial.start) {
        if (token.kind === 'seg') this.segs.push({ token, denied: true });
        return;
      }
      if (token.kind === 'open') this.stack.push({ open: token });
      else if (token.kind === 'close') this.close(token);
      else this.seg(token, structural[i - 1], structural[i + 1]);
    });
    this.leaveUnclosed(this.stack);
    this.phrases.sort((a, b) => a.start - b.start);
    this.markNested();
    this.unclosed.sort((a, b) => a.start - b.start);
    const { text, tokens, phrases, segs, unclosed, unopened, clauses } = this;
    const placeholders = tokens.filter(({ kind }) => kind === 'image');
    const segCount = segs.reduce((count, { denied }) => count + (denied ? 0 : 1), 0);
    return { text, canonical: false, tokens, placeholders, phrases, segs, segCount, unclosed, unopened, clauses };
  }

  /** A phrase is nested where one that is whole lies around it; behind a `<p>` that never closes it is not. */
  private markNested(): void {
    let wholeUntil = 0;
    for (const phrase of this.phrases) {
      phrase.nested = phrase.end < wholeUntil;
      if (phrase.open !== undefined && phrase.close !== undefined) wholeUntil = Math.max(wholeUntil, phrase.end);
    }
  }

  private close(token: Token): void {
    const pending = this.stack.pop();
    if (pending !== undefined) {
      this.last = { phrase: this.add({ open: pending.open, close: token }), end: token.end };
      return;
    }
    const stray = this.last !== undefined && isBlank(this.text, this.last.end, token.start);
    if (stray) {
      this.unopened.push({ close: token, stray });
      this.last = { phrase: this.last!.phrase, end: token.end };
      return;
    }
    const phrase = this.add({ close: token });
    this.unopened.push({ close: token, stray, phrase });
    this.last = { phrase, end: token.end };
  }

  private seg(token: Token, before: Token | undefined, after: Token | undefined): void {
    const gap = this.last === undefined ? undefined : this.text.slice(this.last.end, token.start);
    const follows = gap !== undefined && /^[\s.,;:!?]*$/.test(gap);
    // An outer phrase may still be open around a nested one that has its own `[SEG]`: only if it closes later.
    const staysOpen = this.stack.length > 0 && follows && after?.kind === 'close';
    const phrase = this.stack.length > 0 && !staysOpen ? this.endAtSeg(token, before, follows) : undefined;
    const owner = phrase ?? (follows ? this.last!.phrase : undefined);
    const seg: Seg = owner === undefined ? { token, denied: false } : { token, phrase: owner, denied: false };
    this.segs.push(seg);
    if (owner === undefined) {
      this.last = undefined;
      return;
    }
    if (phrase === undefined && gap !== undefined && gap.trim() !== '' && owner.segs.length === 0)
      owner.gap = { start: this.last!.end, end: token.start };
    owner.segs.push(seg);
    owner.segEnd = token.end;
    this.last = { phrase: owner, end: token.end };
  }

  /** Phrases still open when a `[SEG]` comes end there; the innermost one is the `[SEG]`'s, unless one just closed. */
  private endAtSeg(seg: Token, before: Token | undefined, justClosed: boolean): Building | undefined {
    const pending = this.stack;
    this.stack = [];
    const [inner, outer] = [pending[pending.length - 1]!, pending[pending.length - 2]];
    if (justClosed) {
      this.leaveUnclosed(pending);
      return undefined;
    }
    const writtenAsOpen = outer !== undefined && before === inner.open && isBlank(this.text, inner.open.end, seg.start);
    if (writtenAsOpen) {
      this.leaveUnclosed(pending.slice(0, -1));
      return this.add({ open: outer.open, closeWrittenAsOpen: inner.open });
    }
    this.leaveUnclosed(pending);
    return this.add({ open: inner.open, contentEnd: seg.start });
  }

  /** One by one: a call with as many arguments as a text has tags would overflow the stack. */
  private leaveUnclosed(pending: readonly OpenPhrase[]): void {
    for (const { open } of pending) this.unclosed.push(open);
  }

  private add(parts: { open?: Token; close?: Token; closeWrittenAsOpen?: Token; contentEnd?: number }): Building {
    const end = parts.close ?? parts.closeWrittenAsOpen;
    const contentEnd = end?.start ?? trimEnd(this.text, parts.contentEnd ?? this.text.length);
    const contentStart = parts.open?.end ?? contentEnd;
    // Every field is written, in one order: phrases are made by the million, and engines are quick with objects of one shape.
    const phrase: Building = {
      open: parts.open,
      close: parts.close,
      closeWrittenAsOpen: parts.closeWrittenAsOpen,
      start: parts.open?.start ?? contentEnd,
      end: end?.end ?? contentEnd,
      contentStart,
      contentEnd,
      text: this.wordsBetween(contentStart, contentEnd),
      segs: [],
      segEnd: end?.end ?? contentEnd,
      gap: undefined,
      nested: false,
    };
    this.phrases.push(phrase);
    return phrase;
  }

  private wordsBetween(start: number, end: number): string {
    let i = this.firstTokenFrom(start);
    if (!(i < this.tokens.length && this.tokens[i]!.end <= end)) return this.text.slice(start, end).trim();
    let words = '';
    let from = start;
    for (; i < this.tokens.length && this.tokens[i]!.end <= end; i++) {
      words += this.text.slice(from, this.tokens[i]!.start);
      from = this.tokens[i]!.end;
    }
    return (words + this.text.slice(from, end)).replace(/\s+/g, ' ').trim();
  }

  private firstTokenFrom(offset: number): number {
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tokens[middle]!.start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  return text.slice(start, end).trim() === '';
}

function trimEnd(text: string, end: number): number {
  while (end > 0 && /\s/.test(text[end - 1]!)) end--;
  return end;
}
