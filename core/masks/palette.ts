export interface MaskColor {
  /** `#rrggbb` */
  readonly hex: string;
  readonly rgb: readonly [red: number, green: number, blue: number];
  readonly name: string;
}

/**
 * The colours of masks and their phrases, in the order in which a record's masks take them. Chosen by search: every two
 * stay apart under normal sight and under simulated protanopia, deuteranopia and tritanopia (Machado 2009), the first
 * four widely, and each keeps a contrast of 2.3 or more with white and with a dark editor's background.
 */
export const MASK_COLORS: readonly MaskColor[] = [
  color('#003cfc', 'blue'),
  color('#f08400', 'orange'),
  color('#9c3054', 'maroon'),
  color('#24b4fc', 'sky blue'),
  color('#009060', 'green'),
  color('#f030c0', 'magenta'),
  color('#90b478', 'sage'),
  color('#900cc0', 'purple'),
  color('#f0183c', 'red'),
  color('#006084', 'petrol'),
  color('#9078fc', 'lavender'),
  color('#e490c0', 'pink'),
];

/** The colour of the mask with this index in its record; after the last colour comes the first again. */
export function maskColor(index: number): MaskColor {
  const count = MASK_COLORS.length;
  return MASK_COLORS[((Math.trunc(index) % count) + count) % count]!;
}

function color(hex: string, name: string): MaskColor {
  const value = Number.parseInt(hex.slice(1), 16);
  return { hex, rgb: [value >> 16, (value >> 8) & 255, value & 255], name };
}
