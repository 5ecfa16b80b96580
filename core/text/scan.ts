/**
 * The scanner of a turn's text: finds tags, `[SEG]`, placeholders and their near misses. Total: any string gives a
 * list of tokens. Offsets are UTF-16 units, as in JavaScript strings and the language server protocol.
 */

/** What a token means. A near miss (`<P>`, `(SEG)`) means what it was meant to be and has `exact: false`. */
export type TokenKind = 'open' | 'close' | 'seg' | 'image' | 'objectOpen' | 'objectClose' | 'foreign';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** The token is written as the format says. */
  readonly exact: boolean;
  /** For object tags, the N of `<objectN>` as written. */
  readonly object?: string;
}

interface Pattern {
  readonly kind: TokenKind;
  readonly regex: RegExp;
  readonly exact?: boolean;
  /** Where this holds, what fits the pattern is none. */
  readonly unless?: (text: string, start: number) => boolean;
}

// Every pattern is anchored (`y`) and bounded, so that a scan costs time linear in the text.
const PATTERNS: Readonly<Record<string, readonly Pattern[]>> = {
  '<': [
    { kind: 'open', regex: /<p>/y, exact: true },
    { kind: 'close', regex: /<\/p>/y, exact: true },
    { kind: 'image', regex: /<image>|<IMAGE>/y, exact: true },
    { kind: 'objectOpen', regex: /<object(\d{1,9})>/y, exact: true },
    { kind: 'objectClose', regex: /<\/object(\d{1,9})>/y, exact: true },
    { kind: 'open', regex: /<\s{0,2}p\s{0,2}>|<phrase>/iy },
    { kind: 'close', regex: /<\s{0,2}[\\/]{1,2}\s{0,2}p\s{0,2}>|<\s{0,2}p\s{0,2}[\\/]\s{0,2}>|<\/phrase>/iy },
    { kind: 'close', regex: /<[\\/]p(?![a-z0-9>])/iy },
    { kind: 'open', regex: /<p(?=\s)/iy },
    { kind: 'seg', regex: /<\|?\s{0,2}seg[\s_]{0,2}\d{0,3}\s{0,2}[/|]?>/iy },
    { kind: 'image', regex: /<\s{0,2}image\s{0,2}>/iy },
    {
      kind: 'foreign',
      regex:
        /<(?:region|mask|pos|bbox|point|mark|grounding|patch_index_\d{1,6}|loc_\d{1,6}|\/?object|\/delimiter_of_multi_objects\/)>/y,
    },
  ],
  '[': [
    { kind: 'seg', regex: /\[SEG\]\]/y, unless: isBracketed },
    { kind: 'seg', regex: /\[SEG\]/y, exact: true },
    { kind: 'seg', regex: /\[\[\s{0,2}seg\s{0,2}\]\]/iy },
    { kind: 'seg', regex: /\[SEG\d{1,3}\](?:\s{0,2}\[SEG\d{1,3}\]){0,63}/y },
    { kind: 'seg', regex: /\[\s{0,2}seg\s{0,2}\d{0,3}\s{0,2}\\?[\])}>]/iy },
    { kind: 'seg', regex: /\[SEG(?:S|M|MENT|MENTATION)\]/y },
    { kind: 'seg', regex: /\[SEG(?![A-Za-z0-9\]])/y },
    { kind: 'foreign', regex: /\[REJ\]/y },
  ],
  '(': [{ kind: 'seg', regex: /\(\s{0,2}seg\s{0,2}[)\]]/iy }],
  '{': [{ kind: 'seg', regex: /\{\s{0,2}seg\s{0,2}\d{0,3}\s{0,2}\}/iy }],
  '&': [
    { kind: 'open', regex: /&lt;p&gt;/y },
    { kind: 'close', regex: /&lt;\/p&gt;/y },
  ],
  S: [
    { kind: 'seg', regex: /SEG\s?\]/y },
    // The bare word is one where a `[SEG]` is due.
    { kind: 'seg', regex: /(?<=<\/p>\s{0,2})SEG(?![A-Za-z0-9])/y },
  ],
  '\\': [{ kind: 'seg', regex: /\\\[\s{0,2}seg\s{0,2}\\?\]/iy }],
  '\uff3b': [{ kind: 'seg', regex: /\uff3b\s{0,2}SEG\s{0,2}[\uff3d\]]/y }],
};

const CANDIDATE = /[<[({&\uff3b]|\\\[|\bSEG\b/g;

/** So far back a bracket may open in which a `[SEG]` stands. */
const LONGEST_BRACKET = 400;

/** Whether a bracket is open at an offset: in `[a <p> dog </p> [SEG]]` the last one is no part of the token. */
function isBracketed(text: string, at: number): boolean {
  let depth = 0;
  for (let i = at - 1; i >= Math.max(0, at - LONGEST_BRACKET); i--) {
    if (text[i] === ']') depth++;
    else if (text[i] === '[' && depth-- === 0) return true;
  }
  return false;
}

/** The tokens of a turn in reading order. */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  CANDIDATE.lastIndex = 0;
  for (let found = CANDIDATE.exec(text); found !== null; found = CANDIDATE.exec(text)) {
    const token = tokenAt(text, found.index);
    if (token === undefined) {
      CANDIDATE.lastIndex = found.index + 1;
      continue;
    }
    tokens.push(token);
    CANDIDATE.lastIndex = token.end;
  }
  return tokens;
}

function tokenAt(text: string, start: number): Token | undefined {
  for (const { kind, regex, exact, unless } of PATTERNS[text[start]!] ?? []) {
    regex.lastIndex = start;
    const match = regex.exec(text);
    if (match === null || unless?.(text, start)) continue;
    const token = { kind, start, end: start + match[0].length, exact: exact === true };
    return match[1] === undefined ? token : { ...token, object: match[1] };
  }
  return undefined;
}

/** The exact spelling of a token, where the format has one for what it means. */
export function spelling(kind: TokenKind): string | undefined {
  switch (kind) {
    case 'open':
      return '<p>';
    case 'close':
      return '</p>';
    case 'seg':
      return '[SEG]';
    case 'image':
      return '<image>';
    default:
      return undefined;
  }
}
