/** What an index over a dataset keeps of a record. */
import type { RecordModel } from '../records/recordModel.ts';
import { fingerprint } from './fingerprint.ts';
import { type MaskFacts, maskFacts } from './maskFacts.ts';
import { captionWords } from './wording.ts';

export interface RecordFacts {
  /** Equal for records of the same photograph. */
  readonly image: number;
  /** Equal for records with the same image, turns and masks, whatever their ids, their tasks and where they come from. */
  readonly content: number;
  /** `undefined` where the answers are fixed sentences. */
  readonly caption: readonly string[] | undefined;
  /** One for each mask; `undefined` for one that is empty or cannot be read. Empty where nobody asks for masks. */
  readonly masks: readonly (MaskFacts | undefined)[];
}

/**
 * @param image What the photograph is recognised by (`imageKey`); a record without one shares its photograph with none.
 * @param number The record's own, which no other one has.
 * @param withMasks Whether masks are decoded, which takes the longest.
 */
export function recordFacts(
  record: RecordModel,
  image: string | undefined,
  number: number,
  withMasks: boolean,
): RecordFacts {
  const own = image ?? `record ${number}`;
  const masks = record.masks ?? [];
  const parts = [own, ...record.turns.map(({ role, text }) => `${role}: ${text}`), JSON.stringify(masks)];
  return {
    image: fingerprint(own),
    content: fingerprint(parts.join('\n')),
    caption: captionWords(record),
    masks: withMasks ? masks.map((_, i) => factsAt(record, i)) : [],
  };
}

function factsAt(record: RecordModel, mask: number): MaskFacts | undefined {
  const reading = record.reading(mask);
  return reading.ok ? maskFacts(reading.mask) : undefined;
}
