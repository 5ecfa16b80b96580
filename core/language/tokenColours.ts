/** What package.json says of the semantic tokens: `npm run generate` writes it there from the palette. */
import { MASK_COLORS, type MaskColor } from '../masks/palette.ts';
import { TOKEN_MODIFIERS, type TokenType } from './semanticTokens.ts';

/** Contrast of text with its background that WCAG 2.2 asks for (level AA). */
export const LEAST_CONTRAST = 4.5;
/** The backgrounds of VS Code's own themes. */
export const BACKGROUND = { light: '#ffffff', dark: '#1f1f1f' } as const;

/** The scopes whose colours a theme has anyway; the grammars give the same ones. */
const SCOPES: Readonly<Partial<Record<TokenType | `${TokenType}.denied`, string>>> = {
  decorator: 'entity.name.tag.phrase.uscdf',
  type: 'entity.name.type.phrase.uscdf',
  macro: 'keyword.control.seg.uscdf',
  enumMember: 'constant.language.image.uscdf',
  string: 'markup.quote.negative.uscdf',
  'parameter.denied': 'markup.deleted.referent.negative.uscdf',
  property: 'support.type.property-name.json',
};

/** The manifest's lists of modifiers and scopes. */
export function tokenContributions(languages: readonly string[]) {
  const scopes = Object.fromEntries(Object.entries(SCOPES).map(([selector, scope]) => [selector, [scope]]));
  return {
    semanticTokenModifiers: TOKEN_MODIFIERS.map((id) => ({ id, description: describe(id) })),
    semanticTokenScopes: languages.map((language) => ({ language, scopes })),
  };
}

function describe(modifier: string): string {
  if (modifier === 'grounded') return 'What a question asks for and the answer grounds.';
  if (modifier === 'denied') return 'What a question asks for and the answer denies.';
  const index = Number(modifier.slice('mask'.length));
  return `What belongs to a mask of the colour ${MASK_COLORS[index]!.name}.`;
}

/** The default of `editor.semanticTokenColorCustomizations`: in a theme whose name tells nothing, the palette itself. */
export function tokenColours() {
  return {
    rules: rules(({ hex }) => hex),
    '[*Light*]': { rules: rules((color) => readable(color, 'light')) },
    '[*Dark*]': { rules: rules((color) => readable(color, 'dark')) },
    // "Default High Contrast" is black; its light brother's name ends in "Light", and has a rule above.
    '[*High Contrast]': { rules: rules((color) => readable(color, 'dark')) },
  };
}

function rules(colourOf: (color: MaskColor) => string): Record<string, string> {
  return Object.fromEntries(MASK_COLORS.map((color, index) => [`*.mask${index}`, colourOf(color)]));
}

/** The colour, mixed with black or white until text in it can be read on the background. */
function readable({ rgb }: MaskColor, theme: keyof typeof BACKGROUND): string {
  const aim = theme === 'light' ? 0 : 255;
  for (let percent = 0; percent < 100; percent++) {
    const mixed = hexOf(rgb.map((part) => Math.round(part + ((aim - part) * percent) / 100)));
    if (contrast(mixed, BACKGROUND[theme]) >= LEAST_CONTRAST) return mixed;
  }
  return hexOf([aim, aim, aim]);
}

/** WCAG 2.2: from 1, no contrast, to 21. Both colours as `#rrggbb`. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hexOf(rgb: readonly number[]): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
