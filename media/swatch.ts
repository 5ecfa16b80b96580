/** A mask's number on its colour and pattern: the same mark in the caption, in the list, in the legend and on the picture. */
import { type MaskColor, maskColor } from '../core/masks/palette.ts';
import { element } from './element.ts';
import { inkOn } from './inkOn.ts';
import { patternTile } from './patterns.ts';

/** `index` is the mask's; without one the mark says that there is no mask. */
export function swatch(mask: { readonly index: number } | undefined): HTMLElement {
  if (mask === undefined)
    return element('span', { class: 'swatch is-empty', text: '–', attributes: { 'aria-hidden': 'true' } });
  return element(
    'span',
    { class: 'swatch', attributes: { 'aria-hidden': 'true' } },
    element('span', { class: 'swatch-number', text: String(mask.index + 1) }),
  );
}

/** Gives the node its mask's colour, as the variables that the style sheet reads. */
export function tint(node: HTMLElement, mask: { readonly index: number; readonly color: number } | undefined): void {
  if (mask === undefined) return;
  const shade = maskColor(mask.color);
  node.style.setProperty('--mask', shade.hex);
  node.style.setProperty('--mask-ink', inkOn(shade));
}

/** Puts each swatch's pattern behind its number, or takes it away. */
export async function patternSwatches(nodes: Iterable<HTMLElement>, on: boolean): Promise<void> {
  for (const node of nodes) {
    const index = Number(node.querySelector('.swatch-number')?.textContent) - 1;
    const color = getComputedStyle(node).getPropertyValue('--mask').trim();
    if (on && Number.isInteger(index)) node.style.setProperty('--pattern', `url("${await tileUrl(index, color)}")`);
    else node.style.removeProperty('--pattern');
  }
}

const urls = new Map<string, Promise<string>>();

function tileUrl(index: number, hex: string): Promise<string> {
  const key = `${index % 8} ${hex}`;
  const known = urls.get(key);
  if (known !== undefined) return known;
  const url = makeUrl(index, hex);
  urls.set(key, url);
  return url;
}

async function makeUrl(index: number, hex: string): Promise<string> {
  const value = Number.parseInt(hex.slice(1), 16);
  const color: MaskColor = { hex, rgb: [value >> 16, (value >> 8) & 255, value & 255], name: '' };
  const blob = await patternTile(index, color, 1).convertToBlob();
  return new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => done(String(reader.result)));
    reader.readAsDataURL(blob);
  });
}
