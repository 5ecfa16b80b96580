import { ptbTokens } from './ptb/scanner.ts';

/** What pycocoevalcap drops. The tokeniser writes brackets in lower case, so that those of this list never come. */
const PUNCTUATION = new Set([
  "''",
  "'",
  '``',
  '`',
  '-LRB-',
  '-RRB-',
  '-LCB-',
  '-RCB-',
  '.',
  '?',
  '!',
  ',',
  ':',
  '-',
  '--',
  '...',
  ';',
]);

/** Ends of lines, as the reference tokeniser takes them: it would move every later caption by one. */
const LINE_ENDS = /[\n\r\v\f\u2028\u2029]/g;

/**
 * The words of a caption as the caption scores of the paper see it: Penn Treebank tokens in lower case without
 * punctuation (PTBTokenizer 3.4.1 and pycocoevalcap; facts/metrics.md §1.6).
 */
export function tokenise(caption: string): string[] {
  const tokens = ptbTokens(caption.replace(LINE_ENDS, ' '));
  let kept = 0;
  for (const token of tokens) if (token.length > 3 || !PUNCTUATION.has(token)) tokens[kept++] = token;
  tokens.length = kept;
  return tokens;
}

/** The words of a caption with a blank between them: what {@link CiderScores} and METEOR take. */
export function tokenisedCaption(caption: string): string {
  return tokenise(caption).join(' ');
}
