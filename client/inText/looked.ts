/** What of a text is looked at, and how much of what belongs there is shown. */

/** The setting `uscdf.inlineMasks`. */
export type InlineMasks = 'off' | 'currentLine' | 'always';

/** Whole lines, the last one included. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

/** The setting's value; anything unknown counts as the default. */
export function readInlineMasks(value: unknown): InlineMasks {
  return value === 'off' || value === 'currentLine' ? value : 'always';
}

/**
 * The lines that are to be seen, with `margin` lines round them for the next turn of the wheel: in order, inside the text, and
 * apart from each other. What is folded is not among them.
 */
export function linesToAsk(visible: readonly Lines[], lineCount: number, margin: number): readonly Lines[] {
  const asked: Lines[] = [];
  for (const { first, last } of [...visible].sort((a, b) => a.first - b.first)) {
    const from = Math.max(0, first - margin);
    const to = Math.min(lineCount - 1, last + margin);
    const before = asked[asked.length - 1];
    if (before !== undefined && from <= before.last + 1)
      asked[asked.length - 1] = { first: before.first, last: Math.max(before.last, to) };
    else if (from <= to) asked.push({ first: from, last: to });
  }
  return asked;
}

/** The pictures that the setting shows: all of them, those of the lines that have a cursor, or none. */
export function picturesToShow<T extends { readonly range: { readonly start: { readonly line: number } } }>(
  pictures: readonly T[],
  mode: InlineMasks,
  cursors: readonly number[],
): readonly T[] {
  if (mode === 'always') return pictures;
  if (mode === 'off') return [];
  return pictures.filter(({ range }) => cursors.includes(range.start.line));
}

/** VS Code's own line height on most platforms, as a factor of the font's size. */
const USUAL_LINE = 1.35;
/** Below this the setting `editor.lineHeight` is such a factor, else pixels; 0 leaves it to the editor. */
const LEAST_PIXELS = 8;
/** A picture is a little higher than letters are, and leaves a pixel of its line free above and below. */
const TO_LETTERS = 1.2;

/** How high a picture is in a line of text, in pixels, by the settings `editor.fontSize` and `editor.lineHeight`. */
export function pictureHeight(fontSize: number, lineHeight: number): number {
  const factor = lineHeight > 0 ? lineHeight : USUAL_LINE;
  const line = lineHeight >= LEAST_PIXELS ? lineHeight : fontSize * factor;
  return Math.max(1, Math.floor(Math.min(fontSize * TO_LETTERS, line - 2)));
}

/** A place for a picture in the note behind a `[SEG]`: the editor breaks lines by notes and not by pictures. */
export interface Room {
  /** No-break spaces in front of the note. */
  readonly blanks: string;
  /** About their width, in pixels. */
  readonly width: number;
}

export const NO_ROOM: Room = { blanks: '', width: 0 };

/** Notes are written at nine tenths of the text's size, in letters that are some six tenths as wide. */
const NOTE_SIZE = 0.9;
const NOTE_LETTER = 0.6;
/** Of a photograph; a wider one makes its line that much longer. */
const USUAL_ASPECT = 1.5;
const PICTURE_MARGIN = 4;

/** The room for a picture of this height, beside letters of this size; both in pixels. */
export function roomFor(height: number, fontSize: number): Room {
  const letter = Math.max(1, Math.floor(NOTE_SIZE * fontSize)) * NOTE_LETTER;
  const blanks = Math.min(20, Math.round((USUAL_ASPECT * height + PICTURE_MARGIN) / letter));
  return { blanks: '\u00a0'.repeat(blanks), width: Math.round(blanks * letter) };
}
