import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import type { SourceTurn } from '../../records/sourceRecord.ts';

/** A `[SEG]` of a record with its words and its mask. */
export interface GroundedPhrase {
  readonly turn: SourceTurn;
  /** The words between the tags; empty where the `[SEG]` has none. */
  readonly text: string;
  readonly mask: RunLengthMask;
  readonly score: number | undefined;
}

export interface RecordMasks {
  readonly phrases: readonly GroundedPhrase[];
  /** One a mask that cannot be read or has no `[SEG]`, and one a `[SEG]` without a mask. */
  readonly problems: readonly string[];
}

/** A mask without a pixel, in place of one that cannot be read. */
export function emptyMask(height: number, width: number): RunLengthMask {
  return { height, width, counts: Uint32Array.of(height * width) };
}

/**
 * A record's `[SEG]` in the order of their masks. A mask that is missing or cannot be read stands there without a pixel,
 * in the size `[height, width]`, so that it matches nothing and the others keep their phrases.
 */
export function readRecordMasks(record: RecordModel, size: readonly [number, number]): RecordMasks {
  const problems: string[] = [];
  const phrases = record.segs.map(({ turn, seg }, i): GroundedPhrase => {
    const reading = record.reading(i);
    const given = record.masks?.[i];
    if (!reading.ok)
      problems.push(given === undefined ? `\`[SEG]\` ${i + 1} has no mask.` : `Mask ${i + 1}: ${reading.message}`);
    const mask = reading.ok ? reading.mask : emptyMask(size[0], size[1]);
    return { turn, text: seg.phrase?.text ?? '', mask, score: scoreOf(given) };
  });
  const left = (record.masks?.length ?? 0) - phrases.length;
  if (left > 0)
    problems.push(
      left === 1
        ? 'One of the masks has no `[SEG]` and is left out.'
        : `${left} of the masks have no \`[SEG]\` and are left out.`,
    );
  return { phrases, problems };
}

/** `[height, width]` of the first mask that can be read, else of the image as the record states it, else of one pixel. */
export function sizeOf(record: RecordModel): readonly [number, number] {
  for (let i = 0; i < record.segs.length; i++) {
    const reading = record.reading(i);
    if (reading.ok) return [reading.mask.height, reading.mask.width];
  }
  return record.imageSize ?? [1, 1];
}

function scoreOf(mask: unknown): number | undefined {
  if (typeof mask !== 'object' || mask === null || !('score' in mask)) return undefined;
  return typeof mask.score === 'number' ? mask.score : undefined;
}
