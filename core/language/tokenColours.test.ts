import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MASK_COLORS } from '../masks/palette.ts';
import { BACKGROUND, contrast, LEAST_CONTRAST, tokenColours, tokenContributions } from './tokenColours.ts';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#0000ff', '#0000ff')).toBe(1);
});

it('gives each mask a colour that can be read, its own where that can', () => {
  const colours = tokenColours();
  for (const theme of ['light', 'dark'] as const) {
    const { rules } = colours[theme === 'light' ? '[*Light*]' : '[*Dark*]'];
    const found = MASK_COLORS.map((_, index) => rules[`*.mask${index}`]!);
    expect(new Set(found).size).toBe(MASK_COLORS.length);
    for (const [index, hex] of found.entries()) {
      expect(contrast(hex, BACKGROUND[theme])).toBeGreaterThanOrEqual(LEAST_CONTRAST);
      const own = MASK_COLORS[index]!.hex;
      if (contrast(own, BACKGROUND[theme]) >= LEAST_CONTRAST) expect(hex).toBe(own);
    }
  }
  expect(Object.values(colours.rules)).toEqual(MASK_COLORS.map(({ hex }) => hex));
});

it('is what package.json says', () => {
  const { contributes } = manifest;
  const languages = contributes.languages.map(({ id }: { id: string }) => id);
  expect(contributes).toMatchObject(tokenContributions(languages));
  expect(contributes.configurationDefaults['editor.semanticTokenColorCustomizations']).toEqual(tokenColours());
});
