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
  /** One for each mask; `undefined` for one that is empty or cannot be read. */
  readonly masks: readonly (MaskFacts | undefined)[];
}

/** @param image What the photograph is recognised by (`imageKey`); a record without one shares its photograph with none. */
export function recordFacts(record: RecordModel, image: string | undefined, number: number): RecordFacts {
  const own = image ?? `record ${number}`;
  const masks = record.masks ?? [];
  const parts = [own, ...record.turns.map(({ role, text }) => `${role}: ${text}`), JSON.stringify(masks)];
  return {
    image: fingerprint(own),
    content: fingerprint(parts.join('\n')),
    caption: captionWords(record),
    masks: masks.map((_, i) => {
      const reading = record.reading(i);
      return reading.ok ? maskFacts(reading.mask) : undefined;
    }),
  };
}
