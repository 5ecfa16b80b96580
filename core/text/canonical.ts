/**
 * The quick way through a text whose tags are all in order, which most are: one pass, and not a token that could be
 * anything else. A text that it does not take is read by the parser proper, with the same result. What few ask for, such as
 * the tokens, is made when somebody does.
 */
import type { NegativeClause } from './negatives.ts';
import type { Token } from './scan.ts';
import type { AnswerTree, Phrase, Seg } from './tree.ts';
import { standsAt } from './words.ts';

const NONE: readonly never[] = [];

const OPEN = '<p> ';
const CLOSE = ' </p> [SEG]';
const OPEN_TAG = '<p>'.length;
const CLOSE_TAG = '</p>'.length;
const SEG = '[SEG]'.length;
const IMAGE = '<image>'.length;

/** Characters that a token or a near miss of one may begin with. */
const MAY_BEGIN = new Uint8Array(128);
for (const character of '<[({&S') MAY_BEGIN[character.charCodeAt(0)] = 1;

/**
 * The tree of a text in which every token is exact, and every phrase stands as `<p> words </p> [SEG]` in canonical
 * spacing and outside the negative clauses; `undefined` for any other text. Offsets are UTF-16 units.
 */
export function readCanonical(text: string, clauses: readonly NegativeClause[]): AnswerTree | undefined {
  let placeholders: Token[] | undefined;
  let phrases: CanonicalPhrase[] | undefined;
  /** The first clause that does not end before the place at hand. */
  let clause = 0;
  for (let at = nextMark(text, 0); at < text.length; at = nextMark(text, at)) {
    while (clause < clauses.length && clauses[clause]!.end <= at) clause++;
    const denied = clauses[clause]?.start ?? text.length;
    if (denied <= at) return undefined;
    if (isPlaceholder(text, at)) {
      const token: Token = { kind: 'image', start: at, end: at + IMAGE, exact: true };
      // Lists of one or two are made at their size: a dataset has millions of them.
      if (placeholders === undefined) placeholders = [token];
      else placeholders.push(token);
      at += IMAGE;
      continue;
    }
    if (!standsAt(text, at, OPEN) || !mayPrecede(text, at)) return undefined;
    const wordsStart = at + OPEN.length;
    const wordsEnd = nextMark(text, wordsStart) - 1;
    if (wordsEnd <= wordsStart || !standsAt(text, wordsEnd, CLOSE)) return undefined;
    const end = wordsEnd + CLOSE.length;
    if (!isTrimmed(text, wordsStart, wordsEnd) || !mayFollow(text, end) || denied < end) return undefined;
    const phrase = new CanonicalPhrase(text, at, end);
    if (phrases === undefined) phrases = [phrase];
    else if (phrases.length === 1) phrases = [phrases[0]!, phrase];
    else phrases.push(phrase);
    at = end;
  }
  return new CanonicalTree(text, placeholders ?? NONE, phrases ?? NONE, clauses);
}

class CanonicalTree implements AnswerTree {
  readonly canonical = true;
  private tokenList: readonly Token[] | undefined;

  constructor(
    readonly text: string,
    readonly placeholders: readonly Token[],
    readonly phrases: readonly CanonicalPhrase[],
    readonly clauses: readonly NegativeClause[],
  ) {}

  get tokens(): readonly Token[] {
    this.tokenList ??= [...this.placeholders, ...this.phrases.flatMap((phrase) => phrase.tokens)].sort(
      (a, b) => a.start - b.start,
    );
    return this.tokenList;
  }

  get segs(): readonly Seg[] {
    return this.phrases.map((phrase) => phrase.segs[0]!);
  }

  get segCount(): number {
    return this.phrases.length;
  }

  get unclosed(): readonly never[] {
    return NONE;
  }

  get unopened(): readonly never[] {
    return NONE;
  }
}

class CanonicalPhrase implements Phrase {
  private parts: { readonly open: Token; readonly close: Token; readonly segs: readonly Seg[] } | undefined;

  private words: string | undefined;

  constructor(
    private readonly source: string,
    readonly start: number,
    readonly segEnd: number,
  ) {}

  get text(): string {
    this.words ??= this.source.slice(this.start + OPEN.length, this.segEnd - CLOSE.length);
    return this.words;
  }

  get end(): number {
    return this.segEnd - SEG - 1;
  }

  get contentStart(): number {
    return this.start + OPEN_TAG;
  }

  get contentEnd(): number {
    return this.end - CLOSE_TAG;
  }

  get open(): Token {
    return this.made.open;
  }

  get close(): Token {
    return this.made.close;
  }

  get segs(): readonly Seg[] {
    return this.made.segs;
  }

  get tokens(): readonly Token[] {
    return [this.open, this.close, this.segs[0]!.token];
  }

  get closeWrittenAsOpen(): undefined {
    return undefined;
  }

  get gap(): undefined {
    return undefined;
  }

  get nested(): boolean {
    return false;
  }

  private get made(): NonNullable<CanonicalPhrase['parts']> {
    this.parts ??= {
      open: exact('open', this.start, this.contentStart),
      close: exact('close', this.contentEnd, this.end),
      segs: [{ token: exact('seg', this.segEnd - SEG, this.segEnd), phrase: this, denied: false }],
    };
    return this.parts;
  }
}

function exact(kind: Token['kind'], start: number, end: number): Token {
  return { kind, start, end, exact: true };
}

/** The next place from `at` where a token or a near miss may begin; the text's end where there is none. */
function nextMark(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || MAY_BEGIN[code] === 0) continue;
    if (code === 83) {
      if (text.charCodeAt(i + 1) === 69 && text.charCodeAt(i + 2) === 71) return i;
    } else if (code === 40) {
      const next = text.charCodeAt(i + 1);
      // Most words in parentheses begin at once, and with other letters than `(SEG)`.
      if (next <= 32 || next > 127 || ((next | 32) === 115 && (text.charCodeAt(i + 2) | 32) === 101)) return i;
    } else if (code !== 38 || text.charCodeAt(i + 1) === 108) return i;
  }
  return text.length;
}

function isPlaceholder(text: string, at: number): boolean {
  return standsAt(text, at, '<image>') || standsAt(text, at, '<IMAGE>');
}

/** Neither begins nor ends with white space. */
function isTrimmed(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  const last = text.charCodeAt(end - 1);
  if (first > 32 && first < 127 && last > 32 && last < 127) return true;
  const words = text.slice(start, end);
  return words === words.trim();
}

/** A phrase begins the text, or stands behind white space, an opening quote or a parenthesis. */
function mayPrecede(text: string, at: number): boolean {
  if (at === 0) return true;
  const code = text.charCodeAt(at - 1);
  return code === 32 || code === 10 || code === 34 || code === 39 || code === 40;
}

/** Neither a word right behind `[SEG]`, nor a space before punctuation. */
function mayFollow(text: string, end: number): boolean {
  if (end === text.length) return true;
  const code = text.charCodeAt(end);
  if (code === 32 || code === 9) {
    let next = end + 1;
    while (next < text.length && (text.charCodeAt(next) === 32 || text.charCodeAt(next) === 9)) next++;
    return next === text.length || !isPunctuation(text.charCodeAt(next));
  }
  return code === 10 || code === 41 || code === 34 || code === 39 || isPunctuation(code);
}

/** One of `.,;:!?`. */
function isPunctuation(code: number): boolean {
  return code === 46 || code === 44 || code === 59 || code === 58 || code === 33 || code === 63;
}
