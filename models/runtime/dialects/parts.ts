import { applyEdits } from '../../../core/records/position.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import { groundedPhrase } from '../../../core/text/compose.ts';
import { spacingEdits } from '../../../core/text/spacing.ts';
import type { MaskSource } from './dialect.ts';

/** What an answer is made of before it is a text: plain words, and phrases that own a mask. */
export type Part =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'phrase'; readonly text: string; readonly from: MaskSource };

export type PhrasePart = Extract<Part, { kind: 'phrase' }>;

/** The parts as USCDF in canonical spacing; phrases stand in the order of the parts. */
export function compose(parts: readonly Part[]): string {
  const rough = parts
    .map((part) => (part.kind === 'words' ? part.text : groundedPhrase(part.text)))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  return parts.some(isPhrase) ? spaced(rough) : rough;
}

export function isPhrase(part: Part): part is PhrasePart {
  return part.kind === 'phrase';
}

function spaced(text: string): string {
  const edits = parseAnswer(text).phrases.flatMap((phrase) => spacingEdits(text, phrase));
  return edits.length === 0 ? text : applyEdits(text, edits);
}
