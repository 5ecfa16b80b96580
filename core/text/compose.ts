/** Writes the fixed words of an answer: lists, grounded phrases and negative clauses (docs/format.md, section 1). */

import { standsAt } from './words.ts';

export interface ListStyle {
  /** `A, B, and C` rather than `A, B and C`. */
  readonly oxfordComma: boolean;
}

const OXFORD: ListStyle = { oxfordComma: true };

/** Joins items as a sentence does: `A`, `A and B`, `A, B, and C`. */
export function joinList(items: readonly string[], style: ListStyle = OXFORD): string {
  if (items.length < 3) return items.join(' and ');
  const last = items[items.length - 1]!;
  return `${items.slice(0, -1).join(', ')}${style.oxfordComma ? ',' : ''} and ${last}`;
}

/** A phrase with its tags and its `[SEG]` in canonical spacing. */
export function groundedPhrase(phrase: string): string {
  return `<p> ${phrase.trim()} </p> [SEG]`;
}

/**
 * The exact clause that denies referents: `But …` after positives, `Sorry, …` where there are none.
 * Paper, supplement C.1.
 */
export function negativeClause(
  referents: readonly string[],
  options: { readonly afterPositives: boolean; readonly style?: ListStyle },
): string {
  const lead = options.afterPositives ? 'But' : 'Sorry,';
  return `${lead} I don't see any ${joinList(referents, options.style)} in this image.`;
}

const ARTICLE = /^(?:the|an?|any|some)\s+/i;

/** The referent without its leading article: `the zebra` gives `zebra`. */
export function withoutArticle(referent: string): string {
  const bare = referent.trim().replace(ARTICLE, '');
  return bare === '' ? referent.trim() : bare;
}

/** The form in which two referents are compared: case, leading article and spacing do not matter. */
export function referentKey(referent: string): string {
  return isPlain(referent)
    ? referent.slice(articleLength(referent, 0))
    : withoutArticle(referent).toLowerCase().replace(/\s+/g, ' ');
}

/** In lower case with single spaces, as most referents of a dataset are: only the article is left to take away. */
function isPlain(referent: string): boolean {
  let afterSpace = true;
  for (let i = 0; i < referent.length; i++) {
    const code = referent.charCodeAt(i);
    if (code === 32 && !afterSpace) afterSpace = true;
    else if (code > 126 || code < 33 || (code >= 65 && code <= 90)) return false;
    else afterSpace = false;
  }
  return !afterSpace;
}

/** The length of "the ", "a ", "an ", "any " or "some " at a place of a text in lower case; 0 where there is none. */
export function articleLength(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 116) return standsAt(text, at, 'the ') ? 4 : 0;
  if (first === 115) return standsAt(text, at, 'some ') ? 5 : 0;
  if (first !== 97) return 0;
  if (text.charCodeAt(at + 1) === 32) return 2;
  if (standsAt(text, at, 'an ')) return 3;
  return standsAt(text, at, 'any ') ? 4 : 0;
}
