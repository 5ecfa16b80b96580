/** A mask's number on its colour: the same mark in the caption, in the list and on the picture. */
import { maskColor } from '../core/masks/palette.ts';
import { element } from './element.ts';
import { inkOn } from './inkOn.ts';

/** `index` is the mask's; without one the mark says that there is no mask. */
export function swatch(mask: { readonly index: number; readonly color: number } | undefined): HTMLElement {
  if (mask === undefined)
    return element('span', { class: 'swatch is-empty', text: '–', attributes: { 'aria-hidden': 'true' } });
  return element('span', { class: 'swatch', text: String(mask.index + 1), attributes: { 'aria-hidden': 'true' } });
}

/** Gives the node its mask's colour, as the variables that the style sheet reads. */
export function tint(node: HTMLElement, color: number | undefined): void {
  if (color === undefined) return;
  const shade = maskColor(color);
  node.style.setProperty('--mask', shade.hex);
  node.style.setProperty('--mask-ink', inkOn(shade));
}
