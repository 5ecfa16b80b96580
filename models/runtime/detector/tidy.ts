import { complement } from '../../../core/masks/morphology.ts';
import { maskOfRegions, regionsOf, withoutSpecks } from '../../../core/masks/regions.ts';
import { area, type RunLengthMask, union } from '../../../core/masks/runLengthMask.ts';

/** Pieces and holes below this share of a mask are what a filter leaves behind, and nothing that a person would draw. */
const LEAST_SHARE = 0.02;

/** The mask without its specks and small holes. Holes that matter, as in a ring, stay. */
export function tidied(mask: RunLengthMask): RunLengthMask {
  const least = LEAST_SHARE * area(mask);
  const whole = withoutSpecks(mask, least).mask;
  const background = regionsOf(complement(whole), 0);
  const isSmallHole = (region: number) => background.atBorder[region] === 0 && background.areas[region]! < least;
  return union([whole, maskOfRegions(background, isSmallHole)]);
}
