/** Where a phrase stands in a caption of GranD, whose offsets were counted in lower case and without most punctuation. */
import { findPhrase } from '../captionSpans.ts';

/**
 * The words of the caption that are the phrase, and their offsets in code points: those given where they hold it, else its
 * first whole occurrence, else the first one that differs in punctuation alone. Empty where the offsets given are right, and
 * `undefined` where the caption does not have the phrase.
 */
export function phrasePlace(
  caption: string,
  phrase: string,
  given?: readonly [number, number],
): { readonly phrase?: string; readonly offsets: readonly [number, number] } | undefined {
  const points = [...caption];
  const wanted = phrase.trim().toLowerCase();
  if (
    given !== undefined &&
    given[0] >= 0 &&
    points
      .slice(...given)
      .join('')
      .trim()
      .toLowerCase() === wanted
  )
    return { offsets: given };
  const lower = caption.toLowerCase();
  // Lower case may be longer, as of "İ": offsets into it would then not be the caption's.
  const exact = lower.length === caption.length ? findPhrase(lower, wanted) : undefined;
  const span = exact ?? placeWithoutPunctuation(points, wanted);
  if (span === undefined) return undefined;
  const words = caption.slice(span.start, span.end);
  const start = [...caption.slice(0, span.start)].length;
  return { phrase: words, offsets: [start, start + [...words].length] };
}

/** UTF-16 offsets into the caption. */
function placeWithoutPunctuation(
  points: readonly string[],
  wanted: string,
): { readonly start: number; readonly end: number } | undefined {
  const bare: string[] = [];
  /** Where each UTF-16 unit of the bare text comes from in the caption. */
  const origins: number[] = [];
  let at = 0;
  for (const point of points) {
    if (!isLeftOut(point)) {
      const lower = point.toLowerCase();
      bare.push(lower);
      for (let i = 0; i < lower.length; i++) origins.push(at);
    }
    at += point.length;
  }
  const words = [...wanted].filter((point) => !isLeftOut(point)).join('');
  const found = findPhrase(bare.join(''), words);
  if (found === undefined) return undefined;
  const last = origins[found.end - 1]!;
  const lastLength = String.fromCodePoint(points.join('').codePointAt(last)!).length;
  return { start: origins[found.start]!, end: last + lastLength };
}

/** GranD keeps commas and full stops. */
function isLeftOut(point: string): boolean {
  return point !== ',' && point !== '.' && /[\p{P}\p{S}]/u.test(point);
}
