/** Finds, in a turn's plain words, what the page shows in its own way: the image placeholder and absent referents. */

export interface QuestionPiece {
  readonly text: string;
  readonly placeholder: boolean;
}

/** The pieces joined are the text, less one line break after a placeholder that stands alone in its line. */
export function splitPlaceholder(text: string): QuestionPiece[] {
  const pieces: QuestionPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(/<(?:IMAGE|image)>\n?/g)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), placeholder: false });
    pieces.push({ text: match[0].trimEnd(), placeholder: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), placeholder: false });
  return pieces;
}

export interface AnswerPiece {
  readonly text: string;
  readonly absent: boolean;
}

/** The pieces joined are the text; `absent` are the record's negatives after the words that open a negative clause. */
export function splitAbsent(text: string, negatives: readonly string[]): AnswerPiece[] {
  const pieces: AnswerPiece[] = [];
  const opening = /\bI don't see any\b/.exec(text);
  let from = 0;
  let search = opening === null ? text.length : opening.index + opening[0].length;
  while (search < text.length) {
    const next = firstOf(text, negatives, search);
    if (next === undefined) break;
    if (next.start > from) pieces.push({ text: text.slice(from, next.start), absent: false });
    pieces.push({ text: text.slice(next.start, next.end), absent: true });
    from = search = next.end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), absent: false });
  return pieces;
}

/** The earliest negative that stands as whole words; of two at one place the longer. */
function firstOf(text: string, negatives: readonly string[], from: number): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined;
  for (const negative of negatives) {
    if (negative === '') continue;
    let start = text.indexOf(negative, from);
    while (start >= 0 && !standsAlone(text, start, start + negative.length)) start = text.indexOf(negative, start + 1);
    if (start < 0) continue;
    const end = start + negative.length;
    if (best === undefined || start < best.start || (start === best.start && end > best.end)) best = { start, end };
  }
  return best;
}

const letter = /[\p{L}\p{N}]/u;

function standsAlone(text: string, start: number, end: number): boolean {
  return !(letter.test(text.charAt(start - 1)) && letter.test(text.charAt(start))) && !letter.test(text.charAt(end));
}
