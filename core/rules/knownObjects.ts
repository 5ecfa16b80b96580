/** Which objects a record's `<objectN>` tags may name, and which they do. */
import { isObject } from '../records/isObject.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { objectNumber, objectTags } from '../text/objectTags.ts';
import type { Token } from '../text/scan.ts';

export interface PlacedTag {
  readonly turn: SourceTurn;
  readonly tag: Token;
}

const NONE: readonly PlacedTag[] = [];
const NUMBERED = /^<?object\s?(\d{1,9})>?$/i;

/** The object tags of all answers in reading order; nothing is allocated where there are none. */
export function placedTags(record: RecordModel): readonly PlacedTag[] {
  let placed: PlacedTag[] | undefined;
  for (const turn of record.turns) {
    if (turn.role !== 'gpt') continue;
    for (const tag of objectTags(turn.tree)) {
      placed ??= [];
      placed.push({ turn, tag });
    }
  }
  return placed ?? NONE;
}

/**
 * The numbers of the objects with the indices of their masks. A mask that is labelled `object11`, as MGSCData names its
 * masks, is object 11; where no label says so, masks are counted from 1 as the paper counts objects. `undefined` where the
 * masks are not known.
 */
export function knownObjects(record: RecordModel): ReadonlyMap<number, number> | undefined {
  const { masks } = record;
  if (masks === undefined) return undefined;
  const labelled = new Map<number, number>();
  masks.forEach((mask, index) => {
    const label = isObject(mask) ? mask['label'] : undefined;
    const number = typeof label === 'string' ? NUMBERED.exec(label.trim())?.[1] : undefined;
    if (number !== undefined && !labelled.has(Number(number))) labelled.set(Number(number), index);
  });
  return labelled.size > 0 ? labelled : new Map(masks.map((_, index) => [index + 1, index]));
}

/** The numbers as a sentence names them: `objects 1 to 4`, or the single ones. */
export function nameObjects(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (first === undefined || last === undefined) return 'no object';
  if (sorted.length === 1) return `object ${first}`;
  if (last - first === sorted.length - 1) return `objects ${first} to ${last}`;
  return `objects ${sorted.slice(0, 20).join(', ')}${sorted.length > 20 ? ', …' : ''}`;
}

/** The numbers that the tags of the answers name, the closing ones included. */
export function namedObjects(tags: readonly PlacedTag[]): ReadonlySet<number> {
  return new Set(tags.map(({ tag }) => objectNumber(tag)));
}
