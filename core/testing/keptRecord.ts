/** What a round trip through a format with one caption has to keep. */
import type { NewRecord } from '../datasets/format.ts';
import { readMask } from '../masks/maskValue.ts';
import { encodeCounts } from '../masks/runLengthMask.ts';

/** The answers, and the masks by pixel. */
export function keptOf({ conversations, masks }: NewRecord): { readonly answers: unknown; readonly runs: unknown } {
  const answers = conversations.filter(({ from }) => from === 'gpt').map(({ value }) => value);
  const runs = masks.map((mask) => {
    const read = readMask(mask);
    return read.ok ? encodeCounts(read.mask.counts) : read.message;
  });
  return { answers, runs };
}
