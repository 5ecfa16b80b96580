/**
 * The Penn Treebank tokens of a line, as PTBTokenizer 3.4.1 gives them with `-lowerCase` (facts/metrics.md §1.6). At each
 * place the longest of a few kinds of tokens wins. Total; time is linear in the line.
 */
import { characterClass, DROPPED, isApostrophe, isAsciiLetter, SPACE, SYMBOL } from './characters.ts';
import { Longest } from './longest.ts';
import { Runs } from './runs.ts';
import { isTagAt, offerSymbols, writtenSign } from './symbols.ts';
import { isTwoWords, offerWords } from './words.ts';

const SOFT_HYPHEN = 0xad;

/** The tokens of one line, lower-case, brackets as `-lrb-` and so on. A no-break space may stand inside a token. */
export function ptbTokens(line: string): string[] {
  const text = line.includes('&') ? decodeEntities(line) : line;
  const tokens: string[] = [];
  const runs = new Runs(text);
  for (let at = 0; at < text.length; ) {
    if (text.charCodeAt(at) === 32) {
      at++;
      continue;
    }
    const plain = plainWordEnd(text, at);
    if (plain < 0) {
      at = pushToken(tokens, text, at, runs);
      continue;
    }
    const word = text.slice(at, plain).toLowerCase();
    if (isTwoWords(word)) tokens.push(word.slice(0, 3), word.slice(3));
    else tokens.push(word);
    at = plain;
  }
  return tokens;
}

/** The end of ASCII letters with white space, or a comma or full stop and white space, behind them; else -1. */
function plainWordEnd(text: string, at: number): number {
  let end = at;
  while (isAsciiLetter(text.charCodeAt(end))) end++;
  if (end === at) return -1;
  if (endsWord(text, end)) return end;
  return text.charCodeAt(end) === 44 && endsWord(text, end + 1) ? end : -1;
}

function endsWord(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) === 32;
}

/** Appends the token at `at`, if one begins there; returns where the next one may. */
function pushToken(tokens: string[], text: string, at: number, runs: Runs): number {
  const kind = characterClass(text.charCodeAt(at));
  if (kind === SPACE) return at + 1;
  if (kind === DROPPED && !isApostrophe(text.charCodeAt(at))) {
    const sign = writtenSign(text[at]!);
    if (sign !== undefined) tokens.push(sign);
    return at + 1;
  }
  const found = new Longest();
  if (kind === SYMBOL || kind === DROPPED || text.charCodeAt(at) === SOFT_HYPHEN) offerSymbols(found, text, at, runs);
  else offerWords(found, text, at, runs);
  tokens.push(found.written ?? written(text.slice(at, found.end)));
  if (found.endsSentence && endsSentence(text, found.end)) tokens.push('.');
  return found.end;
}

/** A token as it is written out: in lower case, blanks inside it made no-break spaces, round brackets by name. */
function written(token: string): string {
  let lower = token.toLowerCase();
  if (lower.includes('\u00ad')) lower = lower.replaceAll('\u00ad', '');
  if (lower.includes(' ')) lower = lower.replaceAll(' ', '\u00a0');
  if (lower.charCodeAt(0) === 60 && lower.endsWith('>')) return lower;
  if (lower.includes('(')) lower = lower.replaceAll('(', '-lrb-');
  if (lower.includes(')')) lower = lower.replaceAll(')', '-rrb-');
  return lower;
}

/** Behind an abbreviation: the line ends, or white space and a capital, a tag, or white space come. */
function endsSentence(text: string, at: number): boolean {
  if (at >= text.length) return true;
  if (characterClass(text.charCodeAt(at)) !== SPACE) return false;
  const next = text.charCodeAt(at + 1);
  if (Number.isNaN(next) || (next >= 65 && next <= 90)) return true;
  return characterClass(next) === SPACE || (next === 60 && isTagAt(text, at + 1));
}

const ENTITIES = /&(amp|quot|apos|nbsp|mdash);/gi;
const DECODED: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", nbsp: ' ', mdash: '—' };

function decodeEntities(line: string): string {
  return line.replace(ENTITIES, (_, name: string) => DECODED[name.toLowerCase()] ?? '');
}
