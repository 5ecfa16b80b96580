/** Tokens that are numbers: with points, commas and colons inside, fractions, telephone numbers. */
import { characterClass, DIGIT } from './characters.ts';
import { type Longest, offerPattern } from './longest.ts';

const FRACTION = /(?:\d{1,4}[- \u00a0])?\d{1,4}\\?[/\u2044]\d{1,4}/y;
const PHONE =
  /(?:\(\d{2,3}\)[ \u00a0]?|(?:\+\+?)?(?:\d{2,4}[- \u00a0])?\d{2,4}[- \u00a0])\d{3,4}[- \u00a0]?\d{3,5}|(?:(?:\+\+?)?\d{2,4}\.)?\d{2,4}\.\d{3,4}\.\d{3,5}/y;

/** Offers the numbers that begin at `at`, where a digit, a sign, a point or a bracket stands. */
export function offerNumbers(found: Longest, text: string, at: number): void {
  const end = numberEnd(text, at);
  if (end > at) found.offer(end);
  const first = text.charCodeAt(at);
  if (first === 45 || first === 46 || first === 44 || first === 58) return;
  offerPattern(found, FRACTION, text, at);
  offerPattern(found, PHONE, text, at);
}

/** The end of a number, its sign included: `-1,000.5`, `10:30`, `.5`; `at` where none begins. */
function numberEnd(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  let end = sign === 43 || sign === 45 ? at + 1 : at;
  const start = end;
  end = digitsEnd(text, end);
  for (;;) {
    const point = text.charCodeAt(end);
    if (point !== 46 && point !== 44 && point !== 58) break;
    const next = digitsEnd(text, end + 1);
    if (next === end + 1) break;
    end = next;
  }
  return end > start ? end : at;
}

function digitsEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && characterClass(text.charCodeAt(end)) === DIGIT) end++;
  return end;
}
