/** Records about regions that are given with the question: their masks stand under the record's key `regions`. */
import type { FoundImage, NewRecord } from '../format.ts';
import { newRecord } from '../newRecord.ts';

export interface RegionParts {
  readonly dataset: string;
  readonly sourceId: string;
  readonly image: FoundImage;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  readonly turns: readonly { readonly question: string; readonly answer: string }[];
  /** One for each `[SEG]`. */
  readonly masks: readonly unknown[];
  /** Regions that the questions speak of and no answer grounds. */
  readonly regions: readonly unknown[];
}

export function regionRecord({ dataset, sourceId, regions, ...parts }: RegionParts): NewRecord {
  const record = newRecord({
    ...parts,
    id: `${dataset}-${sourceId}`,
    task: 'region',
    provenance: { dataset, sourceId },
  });
  return regions.length === 0 ? record : { ...record, regions };
}
