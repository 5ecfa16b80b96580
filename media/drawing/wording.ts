/** The mask editor's words. */
import { area, type RunLengthMask } from '../../core/masks/runLengthMask.ts';

const numbers = new Intl.NumberFormat('en');

/** How large the mask is, for example `12,345 pixels`. */
export function pixels(mask: RunLengthMask): string {
  return counted(area(mask), 'pixel');
}

export function counted(count: number, noun: string): string {
  return `${numbers.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}
