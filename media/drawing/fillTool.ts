/** Fills what an outline encloses, or takes a connected part away. */
import { complement, difference } from '../../core/masks/morphology.ts';
import { maskOfRegions, regionAt, regionsOf } from '../../core/masks/regions.ts';
import { union } from '../../core/masks/runLengthMask.ts';
import type { DrawingPointer, Point } from './contract.ts';
import { type DrawingTool, type KeyboardAct, type Mark, nothingBegun } from './drawingTool.ts';
import { pixels } from './wording.ts';
import type { Work } from './work.ts';

export function makeFillTool(work: Work): DrawingTool {
  return {
    ...nothingBegun,
    pointer: ({ kind, button, alt, x, y }: DrawingPointer) => {
      if (kind !== 'down') return true;
      if (button !== 0) return false;
      fillAt(work, { x, y }, alt);
      return true;
    },
    act: ({ x, y, alt }: KeyboardAct) => fillAt(work, { x, y }, alt),
    marks: (): readonly Mark[] => [],
  };
}

function fillAt(work: Work, at: Point, removes: boolean): void {
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)];
  const { width, height } = work.size;
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  work.announce(removes ? takePart(work, x, y) : fillRegion(work, x, y));
}

function takePart(work: Work, x: number, y: number): string {
  const { mask } = work.current;
  const regions = regionsOf(mask, 1);
  const part = regionAt(regions, x, y);
  if (part === undefined) return 'Nothing is taken away: this place is not in the mask.';
  work.commitMask(
    difference(
      mask,
      maskOfRegions(regions, (region) => region === part),
    ),
  );
  return `Part taken away: ${pixels(work.current.mask)} are left.`;
}

function fillRegion(work: Work, x: number, y: number): string {
  const { mask } = work.current;
  const background = regionsOf(complement(mask), 0);
  const wanted = regionAt(background, x, y);
  if (wanted === undefined) return 'Nothing is filled: this place is in the mask already.';
  // What the border alone closes can be filled where the mask parts it from another stretch of border, as a skyline does.
  const open = background.atBorder.reduce((sum, atBorder) => sum + atBorder, 0);
  if (background.atBorder[wanted] === 1 && open === 1) {
    return 'Nothing is filled: the mask does not enclose this place. Close its outline, then fill again.';
  }
  work.commitMask(union([mask, maskOfRegions(background, (region) => region === wanted)]));
  return `Filled: ${pixels(work.current.mask)}.`;
}
