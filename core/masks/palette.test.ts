import { describe, expect, it } from 'vitest';
import { MASK_COLORS, maskColor } from './palette.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

function linear(rgb: Triple): Triple {
  const one = (byte: number) => (byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  return [one(rgb[0]), one(rgb[1]), one(rgb[2])];
}

function times(matrix: Matrix, [a, b, c]: Triple): Triple {
  const row = (r: Triple) => r[0] * a + r[1] * b + r[2] * c;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function luminance(rgb: Triple): number {
  const [r, g, b] = linear(rgb);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Triple, b: Triple): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A colour in OKLab, times 100. */
function oklab(color: Triple): Triple {
  const positive: Triple = [Math.max(color[0], 0), Math.max(color[1], 0), Math.max(color[2], 0)];
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    positive,
  );
  return times(
    [
      [21.04542553, 79.3617785, -0.40720468],
      [197.79984951, -242.8592205, 45.05937099],
      [2.59040371, 78.27717662, -80.8675766],
    ],
    [Math.cbrt(cones[0]), Math.cbrt(cones[1]), Math.cbrt(cones[2])],
  );
}

/** Machado, Oliveira and Fernandes 2009, severity 1. */
const SIGHTS: Record<string, Matrix> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe('MASK_COLORS', () => {
  it.each(Object.entries(SIGHTS))('stay apart under %s', (_, sight) => {
    const seen = MASK_COLORS.map(({ rgb }) => oklab(times(sight, linear(rgb))));
    seen.forEach((a, i) => {
      seen.slice(0, i).forEach((b, j) => {
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `${MASK_COLORS[i]?.name} and ${MASK_COLORS[j]?.name}`).toBeGreaterThan(i < 4 ? 18 : 7);
      });
    });
  });

  it.each([
    ['white', [255, 255, 255]],
    ['a dark editor', [31, 31, 31]],
  ] as const)('stand out on %s', (_, background) => {
    for (const { rgb, name } of MASK_COLORS) expect(contrast(rgb, background), name).toBeGreaterThan(2.3);
  });

  it('have distinct names, and hex that says the same as rgb', () => {
    expect(new Set(MASK_COLORS.map(({ name }) => name)).size).toBe(MASK_COLORS.length);
    for (const { hex, rgb } of MASK_COLORS) {
      expect(hex).toBe(`#${rgb.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
    }
  });
});

describe('maskColor', () => {
  it('begins again after the last colour, also for negative indices', () => {
    expect(maskColor(0)).toBe(MASK_COLORS[0]);
    expect(maskColor(MASK_COLORS.length)).toBe(MASK_COLORS[0]);
    expect(maskColor(-1)).toBe(MASK_COLORS.at(-1));
  });
});
