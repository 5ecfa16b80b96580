/** A guess at the noun phrase that ends at an offset: where a forgotten `<p>` belongs. */

import type { Span } from '../records/position.ts';
import { scan } from './scan.ts';

const DETERMINERS = new Set(
  'a an the this that these those some any each every his her its their my your our one two three four five six seven eight nine ten several many'.split(
    ' ',
  ),
);
/** Words that end a noun phrase to their right. */
const STOPS = new Set(
  `is are was were be been being it there here sure sorry and or but with without on in at of to from for by under over behind beside near next above below between into onto
   has have had do does did can could will would shows showing contains containing see sees holding wearing holds wears riding rides sitting sits standing stands while as which who that
   result segmentation image picture photo`.split(/\s+/),
);
const MAX_WORDS = 7;
/** So many characters back hold these words; a long text is not scanned again for each of its places. */
const REACH = 500;

/** The words that name something right before `end`; `undefined` where the words there are no noun phrase. */
export function nounPhraseBefore(text: string, end: number): Span | undefined {
  const from = Math.max(0, end - REACH);
  const before = scan(text.slice(from, end + 20)).filter((token) => from + token.end <= end);
  const limit = from + (before.at(-1)?.end ?? 0);
  const words = [...text.slice(limit, end).matchAll(/[^\s.,;:!?()"]+|[.,;:!?()"]/g)];
  let start: number | undefined;
  let last: number | undefined;
  for (const word of words.reverse().slice(0, MAX_WORDS)) {
    const lower = word[0].toLowerCase();
    if (/^[.,;:!?()"]$/.test(lower)) break;
    if (DETERMINERS.has(lower)) {
      if (start !== undefined) start = limit + word.index;
      break;
    }
    if (STOPS.has(lower)) break;
    start = limit + word.index;
    last ??= start + word[0].length;
  }
  return start === undefined || last === undefined ? undefined : { start, end: last };
}
