/**
 * The quick way through a text whose tags are all in order, which most are: one pass, and not a token that could be
 * anything else. A text that it does not take is read by the parser proper, with the same result.
 */
import type { Token } from './scan.ts';
import type { Phrase, Seg } from './tree.ts';

export interface CanonicalMarks {
  readonly tokens: readonly Token[];
  readonly phrases: readonly Phrase[];
  readonly segs: readonly Seg[];
}

const NONE: readonly never[] = [];
const EMPTY: CanonicalMarks = { tokens: NONE, phrases: NONE, segs: NONE };

const OPEN = '<p> ';
const CLOSE = ' </p> [SEG]';
const CLOSE_TAG = '</p>'.length;
const SEG = '[SEG]'.length;
const IMAGE = '<image>'.length;

/** Characters that a token or a near miss of one may begin with. */
const MAY_BEGIN = new Uint8Array(128);
for (const character of '<[({&S') MAY_BEGIN[character.charCodeAt(0)] = 1;

/**
 * The marks of a text in which every token is exact, and every phrase stands as `<p> words </p> [SEG]` in canonical
 * spacing; `undefined` for any other text. Offsets are UTF-16 units.
 */
export function readCanonical(text: string): CanonicalMarks | undefined {
  let tokens: Token[] | undefined;
  let phrases: Phrase[] | undefined;
  let segs: Seg[] | undefined;
  for (let at = nextMark(text, 0); at < text.length; at = nextMark(text, at)) {
    if (isPlaceholder(text, at)) {
      tokens ??= [];
      tokens.push({ kind: 'image', start: at, end: at + IMAGE, exact: true });
      at += IMAGE;
      continue;
    }
    if (!text.startsWith(OPEN, at) || !mayPrecede(text, at)) return undefined;
    const wordsStart = at + OPEN.length;
    const wordsEnd = nextMark(text, wordsStart) - 1;
    if (wordsEnd <= wordsStart || !text.startsWith(CLOSE, wordsEnd)) return undefined;
    const words = text.slice(wordsStart, wordsEnd);
    const close = wordsEnd + 1;
    const seg = wordsEnd + CLOSE.length - SEG;
    const end = seg + SEG;
    if (words !== words.trim() || !mayFollow(text, end)) return undefined;
    const openToken: Token = { kind: 'open', start: at, end: at + OPEN.length - 1, exact: true };
    const closeToken: Token = { kind: 'close', start: close, end: close + CLOSE_TAG, exact: true };
    const segToken: Token = { kind: 'seg', start: seg, end, exact: true };
    const own: Seg[] = [];
    const phrase: Phrase = {
      open: openToken,
      close: closeToken,
      closeWrittenAsOpen: undefined,
      start: at,
      end: close + CLOSE_TAG,
      contentStart: at + OPEN.length - 1,
      contentEnd: close,
      text: words,
      segs: own,
      gap: undefined,
      nested: false,
    };
    own.push({ token: segToken, phrase, denied: false });
    if (tokens === undefined) tokens = [openToken, closeToken, segToken];
    else tokens.push(openToken, closeToken, segToken);
    if (phrases === undefined || segs === undefined) {
      phrases = [phrase];
      segs = [own[0]!];
    } else {
      phrases.push(phrase);
      segs.push(own[0]!);
    }
    at = end;
  }
  return tokens === undefined ? EMPTY : { tokens, phrases: phrases ?? NONE, segs: segs ?? NONE };
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
      // Most words in parentheses begin at once, and with another letter than `(SEG)`.
      if (next <= 32 || next === 83 || next > 127) return i;
    } else if (code !== 38 || text.charCodeAt(i + 1) === 108) return i;
  }
  return text.length;
}

function isPlaceholder(text: string, at: number): boolean {
  return text.startsWith('<image>', at) || text.startsWith('<IMAGE>', at);
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
