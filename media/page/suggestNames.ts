/** The names that a record offers for a mask. */
import type { ShownRecord } from '../protocol.ts';
import { phrasesOf } from '../wording.ts';
import type { MaskName } from './purpose.ts';

export interface Suggestion {
  readonly text: string;
  /** Why it is offered. */
  readonly remark: string;
  readonly name: MaskName;
}

/** Phrases without a mask first, then what the answer denies, then the names that the record's masks have. */
export function suggestNames(record: ShownRecord): readonly Suggestion[] {
  const suggestions: Suggestion[] = [];
  const seen = new Set<string>();
  const add = (text: string, remark: string, name: MaskName): void => {
    const key = text.toLowerCase();
    if (text === '' || seen.has(key)) return;
    seen.add(key);
    suggestions.push({ text, remark, name });
  };
  for (const part of phrasesOf(record)) {
    if (part.mask !== undefined) continue;
    const text = part.text.trim();
    add(text, 'has no mask yet', { phrase: part.phrase });
  }
  for (const negative of record.negatives) add(negative, 'denied so far', { name: negative });
  for (const mask of record.masks)
    if (mask.phrase !== undefined) add(mask.label.trim(), 'once more', { name: mask.label.trim() });
  return suggestions.slice(0, 12);
}
