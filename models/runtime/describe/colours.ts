import type { Raster } from '../../../core/images/raster.ts';
import type { RunLengthMask } from '../../../core/masks/runLengthMask.ts';

const COLOUR_NAMES = [
  'red',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'white',
  'grey',
] as const;
export type ColourName = (typeof COLOUR_NAMES)[number] | 'gray';

export function isColourName(word: string): word is ColourName {
  return word === 'gray' || (COLOUR_NAMES as readonly string[]).includes(word);
}

/** Pixels looked at a mask; evenly spread over it. */
const SAMPLES = 4000;

/**
 * Share of a mask's pixels, 0 to 1, that a person would call by the colour's name. A rough reading of hue, saturation and
 * brightness: good enough to tell a red bus from a blue one, not to name a shade.
 */
export function colourShare(image: Raster, mask: RunLengthMask, colour: ColourName): number {
  const name = colour === 'gray' ? 'grey' : colour;
  let total = 0;
  for (let i = 1; i < mask.counts.length; i += 2) total += mask.counts[i]!;
  const step = Math.max(1, Math.floor(total / SAMPLES));
  let seen = 0;
  let matching = 0;
  let position = 0;
  // Pixels of the mask still to skip before the next sample.
  let skip = 0;
  for (let i = 0; i < mask.counts.length; i++) {
    const run = mask.counts[i]!;
    if (i % 2 === 1) {
      let offset = skip;
      for (; offset < run; offset += step) {
        const pixel = position + offset;
        const x = Math.floor(pixel / mask.height);
        const y = pixel % mask.height;
        seen++;
        if (nameOf(image.data, 4 * (y * image.width + x)) === name) matching++;
      }
      skip = offset - run;
    }
    position += run;
  }
  return seen === 0 ? 0 : matching / seen;
}

/** The colour name of one RGBA pixel. */
function nameOf(data: Uint8Array, at: number): (typeof COLOUR_NAMES)[number] {
  const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
  const brightest = Math.max(r, g, b);
  const spread = brightest - Math.min(r, g, b);
  if (brightest < 50) return 'black';
  if (spread < 0.18 * brightest) return brightest > 190 ? 'white' : brightest < 75 ? 'black' : 'grey';
  const hue = hueOf(r, g, b, brightest, spread);
  if (hue < 18 || hue >= 335)
    return brightest > 200 && spread < 0.5 * brightest ? 'pink' : hue < 18 && brightest < 130 ? 'brown' : 'red';
  if (hue < 42) return brightest < 170 || spread < 0.5 * brightest ? 'brown' : 'orange';
  if (hue < 70) return 'yellow';
  if (hue < 170) return 'green';
  if (hue < 260) return 'blue';
  return hue < 300 || brightest < 170 ? 'purple' : 'pink';
}

/** Degrees, 0 to 360; red is 0, green 120, blue 240. */
function hueOf(r: number, g: number, b: number, brightest: number, spread: number): number {
  if (brightest === r) return (60 * ((g - b) / spread) + 360) % 360;
  return brightest === g ? 60 * ((b - r) / spread) + 120 : 60 * ((r - g) / spread) + 240;
}
