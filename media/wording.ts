/** The page's sentences about masks and phrases. */
import type { PreviewMask, PreviewPart, PreviewRecord } from '../core/language/previewModel.ts';

export type PhrasePart = Extract<PreviewPart, { kind: 'phrase' }>;

/** The record's phrases in reading order. */
export function phrasesOf(record: PreviewRecord): PhrasePart[] {
  return record.turns.flatMap((turn) => turn.parts).filter((part) => part.kind === 'phrase');
}

/** How much of the image a mask covers, for example `1.2 %`. */
export function areaShare(mask: PreviewMask): string {
  const pixels = mask.size[0] * mask.size[1];
  const percent = pixels > 0 ? (100 * mask.area) / pixels : 0;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What a screen reader says of a chosen phrase: `phrase 2 of 5, the frisbee, 1.2 % of the image`. */
export function announcePhrase(record: PreviewRecord, phrase: number): string {
  const phrases = phrasesOf(record);
  const position = phrases.findIndex((part) => part.phrase === phrase);
  const part = phrases[position];
  if (part === undefined) return '';
  const mask = part.mask === undefined ? undefined : record.masks[part.mask];
  const covered = part.lacks === 'seg' ? 'no [SEG] and no mask' : coverage(mask);
  return `phrase ${position + 1} of ${phrases.length}, ${part.text.trim()}, ${covered}`;
}

/** The same of a mask that no phrase owns. */
export function announceMask(record: PreviewRecord, index: number): string {
  const mask = record.masks[index];
  return mask === undefined ? '' : `mask ${index + 1} of ${record.masks.length}, no phrase, ${coverage(mask)}`;
}

function coverage(mask: PreviewMask | undefined): string {
  if (mask === undefined) return 'no mask';
  return mask.problem === undefined ? `${areaShare(mask)} of the image` : 'mask cannot be read';
}

/** Why no photograph is on the stage. */
export function missingPhotograph(image: string, loaded: 'absent' | 'failed'): string {
  if (image === '') return 'The record names no image. The masks stand on a plain ground.';
  return loaded === 'absent'
    ? `The photograph ${image} cannot be shown here. The masks stand on a plain ground.`
    : `The photograph ${image} did not load: the file may be missing, damaged or of a kind the editor cannot draw. The masks stand on a plain ground.`;
}
