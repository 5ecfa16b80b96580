/** What can be done to the whole mask in one go: the new mask, and the sentence that says what came of it. */
import { smoothed } from '../../core/masks/majority.ts';
import { complement, dilated } from '../../core/masks/morphology.ts';
import { withoutHoles, withoutSpecks } from '../../core/masks/regions.ts';
import { area, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { PageAction } from '../protocol.ts';
import { counted, pixels } from './wording.ts';

export interface Operated {
  readonly mask: RunLengthMask;
  readonly said: string;
}

/** Parts below this share of the mask, and parts of fewer pixels than that, are specks. */
const [SPECK_SHARE, SPECK_PIXELS] = [0.0005, 16];

/** Pixels that grow and shrink go by, and those of a coarse step. */
const [STEP, COARSE_STEP] = [1, 5];

const operations: Partial<Record<PageAction, (mask: RunLengthMask, coarse: boolean) => Operated>> = {
  'mask.grow': (mask, coarse) => grown(mask, coarse ? COARSE_STEP : STEP),
  'mask.shrink': (mask, coarse) => shrunk(mask, coarse ? COARSE_STEP : STEP),
  'mask.smooth': (mask) => {
    const radius = smoothingRadius(mask);
    const smooth = smoothed(mask, radius);
    return { mask: smooth, said: `Smoothed by ${counted(radius, 'pixel')}: ${pixels(smooth)}.` };
  },
  'mask.fillHoles': (mask) => {
    const { mask: filled, holes } = withoutHoles(mask);
    return { mask: filled, said: holes === 0 ? 'The mask has no holes.' : `${counted(holes, 'hole')} filled.` };
  },
  'mask.removeSpecks': (mask) => {
    const least = Math.max(SPECK_PIXELS, Math.ceil(SPECK_SHARE * area(mask)));
    const { mask: cleaned, specks } = withoutSpecks(mask, least);
    const under = `of fewer than ${counted(least, 'pixel')}`;
    return {
      mask: cleaned,
      said: specks === 0 ? `No parts ${under}.` : `${counted(specks, 'part')} ${under} removed.`,
    };
  },
  'mask.invert': (mask) => {
    const inverted = complement(mask);
    return { mask: inverted, said: `Inverted: ${pixels(inverted)}.` };
  },
};

/** What the action does to a mask; nothing where it is about something else. */
export function operationOf(action: PageAction): ((mask: RunLengthMask, coarse: boolean) => Operated) | undefined {
  return operations[action];
}

function grown(mask: RunLengthMask, by: number): Operated {
  const larger = dilated(mask, by);
  return { mask: larger, said: `Grown by ${counted(by, 'pixel')}: ${pixels(larger)}.` };
}

/** The border does not eat into what it cuts: the background grows, and there is none outside. */
function shrunk(mask: RunLengthMask, by: number): Operated {
  const smaller = complement(dilated(complement(mask), by));
  return { mask: smaller, said: `Shrunk by ${counted(by, 'pixel')}: ${pixels(smaller)}.` };
}

/** Larger things have larger roughness: 1 pixel for a thing of 120 × 120 pixels and below, 10 at most. */
function smoothingRadius(mask: RunLengthMask): number {
  return Math.min(10, Math.max(1, Math.round(Math.sqrt(area(mask)) / 120)));
}
