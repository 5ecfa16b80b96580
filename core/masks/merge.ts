import { maskOfToggles, type RunLengthMask } from './foreground.ts';
import { sameSize } from './geometry.ts';

/** Pixels that are foreground in any of the masks. A 0 × 0 mask where there are none or they differ in size. */
export function union(masks: readonly RunLengthMask[]): RunLengthMask {
  return merged(masks, unionOfPair);
}

/** Pixels that are foreground in all of the masks. A 0 × 0 mask where there are none or they differ in size. */
export function intersection(masks: readonly RunLengthMask[]): RunLengthMask {
  return merged(masks, intersectionOfPair);
}

/**
 * Lists of intervals follow each other in an array: the positions where an interval starts and ends, in turns; within a
 * list they are sorted, none is empty, none touches the next. Writes what two neighbouring lists, from index `from` to
 * before `middle` and from there to before `to`, make together to `out` from index `at`; returns the index behind it.
 */
type MergePair = (lists: Uint32Array, from: number, middle: number, to: number, out: Uint32Array, at: number) => number;

/** Two arrays that every merge of ordinary masks uses anew: lists are read from one and written to the other. */
const ROOM = 65_536;
const firstRoom = new Uint32Array(ROOM);
const secondRoom = new Uint32Array(ROOM);

/** Merged two by two, so that a thousand small masks do not walk one growing result a thousand times. */
function merged(masks: readonly RunLengthMask[], mergePair: MergePair): RunLengthMask {
  const [first] = masks;
  if (first === undefined || !masks.every((mask) => sameSize(mask, first))) {
    return { height: 0, width: 0, counts: new Uint32Array(0) };
  }
  if (masks.length === 1) return first;
  let needed = 0;
  for (const { counts } of masks) needed += counts.length;
  let source = needed <= ROOM ? firstRoom : new Uint32Array(needed);
  let target = needed <= ROOM ? secondRoom : new Uint32Array(needed);
  let at = 0;
  /** Where each list begins, and where the last one ends. */
  const bounds = [0];
  for (const { counts } of masks) {
    at = writeIntervals(counts, source, at);
    bounds.push(at);
  }
  for (let lists = masks.length; lists > 1; lists = (lists + 1) >> 1) {
    at = 0;
    for (let i = 0; i < lists; i += 2) {
      const from = bounds[i]!;
      const middle = bounds[i + 1]!;
      bounds[i >> 1] = at;
      at =
        i + 1 < lists
          ? mergePair(source, from, middle, bounds[i + 2]!, target, at)
          : copy(source, from, middle, target, at);
    }
    bounds[(lists + 1) >> 1] = at;
    const read = source;
    source = target;
    target = read;
  }
  return maskOfToggles(first.height, first.width, source, at);
}

/** The foreground intervals of runs; runs of length 0 are dropped and what they part is joined. */
function writeIntervals(counts: Uint32Array, out: Uint32Array, start: number): number {
  let at = start;
  let position = 0;
  for (let i = 1; i < counts.length; i += 2) {
    position = (position + counts[i - 1]!) >>> 0;
    const run = counts[i]!;
    if (run === 0) continue;
    if (at > start && out[at - 1] === position) at--;
    else out[at++] = position;
    position = (position + run) >>> 0;
    out[at++] = position;
  }
  return at;
}

function unionOfPair(
  lists: Uint32Array,
  from: number,
  middle: number,
  to: number,
  out: Uint32Array,
  start: number,
): number {
  let i = from;
  let j = middle;
  let at = start;
  while (i < middle && j < to) {
    // Objects lie apart more often than not: whole stretches of one list come before the other's next interval.
    const nextSecond = lists[j]!;
    while (i < middle && lists[i + 1]! < nextSecond) {
      out[at++] = lists[i++]!;
      out[at++] = lists[i++]!;
    }
    if (i === middle) break;
    const nextFirst = lists[i]!;
    while (j < to && lists[j + 1]! < nextFirst) {
      out[at++] = lists[j++]!;
      out[at++] = lists[j++]!;
    }
    if (j === to || lists[j]! > lists[i + 1]!) continue;
    out[at++] = Math.min(lists[i]!, lists[j]!);
    let end = Math.max(lists[i + 1]!, lists[j + 1]!);
    i += 2;
    j += 2;
    for (;;) {
      if (i < middle && lists[i]! <= end) {
        end = Math.max(end, lists[i + 1]!);
        i += 2;
      } else if (j < to && lists[j]! <= end) {
        end = Math.max(end, lists[j + 1]!);
        j += 2;
      } else break;
    }
    out[at++] = end;
  }
  at = copy(lists, i, middle, out, at);
  return copy(lists, j, to, out, at);
}

function intersectionOfPair(
  lists: Uint32Array,
  from: number,
  middle: number,
  to: number,
  out: Uint32Array,
  start: number,
): number {
  let i = from;
  let j = middle;
  let at = start;
  while (i < middle && j < to) {
    const begin = Math.max(lists[i]!, lists[j]!);
    const endFirst = lists[i + 1]!;
    const endSecond = lists[j + 1]!;
    const end = Math.min(endFirst, endSecond);
    if (end > begin) {
      out[at++] = begin;
      out[at++] = end;
    }
    if (endFirst <= endSecond) i += 2;
    else j += 2;
  }
  return at;
}

function copy(lists: Uint32Array, from: number, to: number, out: Uint32Array, start: number): number {
  let at = start;
  for (let i = from; i < to; i++) out[at++] = lists[i]!;
  return at;
}
