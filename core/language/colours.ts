/** The colour of each mask at its `[SEG]`, the one that the preview and the pictures paint it in. */
import { maskColor } from '../masks/palette.ts';
import type { UscdfDocument } from '../records/document.ts';
import type { Range } from '../records/position.ts';
import { mentionsOf } from './mentions.ts';

export interface ColouredRange {
  /** A `[SEG]`: the editor draws a square of the colour before it. */
  readonly range: Range;
  /** Each from 0 to 1. */
  readonly rgb: readonly [red: number, green: number, blue: number];
}

/**
 * The editor asks for a whole file's colours after each keystroke, and by default draws no more than this: so many
 * colours, of as many records.
 */
export const MAX_COLOURS = 500;

export function documentColours(document: UscdfDocument): readonly ColouredRange[] {
  const colours: ColouredRange[] = [];
  for (const cell of document.cells.slice(0, MAX_COLOURS)) {
    if (cell.record.problems.length > 0) continue;
    for (const [mask, { turn, seg }] of mentionsOf(cell.record).model.segs.entries()) {
      if (colours.length >= MAX_COLOURS) return colours;
      const [red, green, blue] = maskColor(mask).rgb;
      const range = cell.rangeOf(cell.record.locateText(turn.index, seg.token));
      colours.push({ range, rgb: [red / 255, green / 255, blue / 255] });
    }
  }
  return colours;
}
