import type { Problem } from './common.ts';
import type { MaskSettings, Preprocess } from './images.ts';
import type { Side } from './tensorChecks.ts';

/** Numbers of one prepared photograph: what a tensor of a graph may have at most. */
const MAX_PREPARED = 2 ** 26;

/** Says where preprocessing contradicts itself. `path` leads to it. */
export function checkPreprocess(settings: Preprocess, path: readonly string[], problem: Problem): void {
  const { size, fit, filter, antialias, tiles, padColour } = settings;
  const [height, width] = size;
  const at = (key: string) => [...path, key];
  if (fit !== 'stretch' && fit !== 'tiles' && height !== width) {
    problem(at('size'), `must have two equal sides where "fit" is "${fit}"`);
  }
  if (filter !== 'bilinear' && !antialias) problem(at('antialias'), `must be true where "filter" is "${filter}"`);
  if ((fit === 'tiles') !== (tiles !== undefined)) {
    problem(at('tiles'), 'must be there where "fit" is "tiles", and only there');
  }
  if ((fit === 'centre-pad') !== (padColour !== undefined)) {
    problem(at('padColour'), 'must be there where "fit" is "centre-pad", and only there');
  }
  if (tiles !== undefined && tiles.min > tiles.max) problem([...at('tiles'), 'min'], 'must not be above max');
  if (mostTiles(settings) * 3 * height * width > MAX_PREPARED) {
    problem(at('size'), `asks for more than ${MAX_PREPARED} numbers a photograph. Use fewer or smaller tiles`);
  }
}

/** Tiles of one photograph at most, the thumbnail included. */
export function mostTiles({ tiles }: Preprocess): number {
  return tiles === undefined ? 1 : tiles.max + (tiles.thumbnail && tiles.max > 1 ? 1 : 0);
}

/** The shape that a graph of prepared photographs takes. */
export function preparedShape({ size, tiles }: Preprocess): readonly Side[] {
  return [tiles === undefined ? 1 : 'tiles', 3, ...size];
}

/** Says where masks and the preprocessing that they live in contradict each other. */
export function checkMask(
  mask: MaskSettings,
  spaces: { readonly image: Preprocess | undefined; readonly pixels: Preprocess | undefined },
  problem: Problem,
): void {
  const preprocess = spaces[mask.space];
  if (preprocess === undefined) {
    problem(['mask', 'space'], `is "${mask.space}", which needs the settings "${mask.space}"`);
    return;
  }
  if (preprocess.fit === 'tiles') {
    problem(['mask', 'space'], 'must not be the photograph in tiles, from which no mask can come back');
  }
  if (mask.size[0] > preprocess.size[0] || mask.size[1] > preprocess.size[1]) {
    problem(
      ['mask', 'size'],
      `must not be larger than the photograph that the graph sees, ${preprocess.size.join(' × ')}`,
    );
  }
}
