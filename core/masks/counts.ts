import { fail, ok, type Result } from '../result.ts';

/** Runs longer than this are refused: no mask within the pixel limit has one, and 32-bit readers would misread it. */
const LONGEST_RUN = 2 ** 31;

/** Five bits a character: a run, or a difference of runs, below 2^31 needs seven at most. */
const MOST_CHARACTERS = 7;

const SCALE = [1, 2 ** 5, 2 ** 10, 2 ** 15, 2 ** 20, 2 ** 25, 2 ** 30, 2 ** 35] as const;

/** Strings up to this long, which is all but a hostile few, are read without an allocation a character. */
const SHORT_TEXT = 65_536;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Room that every call uses anew: a buffer a mask costs more than what is done with it. */
const characters = new Uint8Array(SHORT_TEXT);
const runs = new Int32Array(SHORT_TEXT);
const unsignedRuns = new Uint32Array(runs.buffer);

/**
 * The runs of a compressed COCO string, in pixels, column-major, the first one background. Fails on a character outside
 * `0`…`o`, a string that stops inside a number, a negative run, and a run over 2^31. Source: COCO's mask library: five
 * bits a character, low ones first, bit 6 says more follow; from the fourth run on the value is a difference to the run
 * two before.
 */
export function decodeCounts(text: string): Result<Uint32Array> {
  const length = text.length <= SHORT_TEXT ? decodeCommon(text) : -1;
  if (length < 0) return decodeAny(text);
  return ok(unsignedRuns.slice(0, length));
}

/**
 * Reads the runs of nearly every string into `runs` and returns their number: numbers of one to six characters, no run
 * of 2^30 or more. -1 for all else, which `decodeAny` reads or explains.
 */
function decodeCommon(text: string): number {
  const { read, written } = encoder.encodeInto(text, characters);
  if (read !== text.length || written !== read) return -1;
  let length = 0;
  let last = 0;
  let secondLast = 0;
  let position = 0;
  while (position < written) {
    let bits = characters[position++]! - 48;
    let value = (bits << 27) >> 27;
    if (bits & ~31) {
      if (bits & ~63) return -1;
      value = bits & 31;
      let shift = 0;
      do {
        if (position === written || shift === 25) return -1;
        bits = characters[position++]! - 48;
        if (bits & ~63) return -1;
        shift += 5;
        value |= (bits & 31) << shift;
      } while (bits & 32);
      const unused = 27 - shift;
      value = (value << unused) >> unused;
    }
    if (length > 2) value += secondLast;
    if (value & ~0x3fffffff) return -1;
    runs[length++] = value;
    secondLast = last;
    last = value;
  }
  return length;
}

function decodeAny(text: string): Result<Uint32Array> {
  const counts = new Uint32Array(text.length);
  let length = 0;
  let position = 0;
  while (position < text.length) {
    const start = position;
    let value = 0;
    let bits = 0;
    let group = 0;
    do {
      bits = text.charCodeAt(position) - 48;
      if (!(bits >= 0 && bits < 64))
        return position < text.length ? badCharacter(text, position) : cutOff(length, start);
      if (group === MOST_CHARACTERS) return tooLong(length, start);
      value += (bits & 31) * SCALE[group]!;
      group++;
      position++;
    } while (bits & 32);
    if (bits & 16) value -= SCALE[group]!;
    if (length > 2) value += counts[length - 2]!;
    if (value < 0) return negativeRun(length, start, value);
    if (value > LONGEST_RUN) return tooLong(length, start);
    counts[length++] = value;
  }
  return ok(counts.slice(0, length));
}

/** The compressed COCO string of runs (pixels, whole numbers from 0). `decodeCounts` gives the same runs back. */
export function encodeCounts(counts: ArrayLike<number>): string {
  const most = counts.length * MOST_CHARACTERS;
  if (counts instanceof Uint32Array && most <= characters.length) {
    const length = encodeCommon(counts);
    if (length >= 0) return decoder.decode(characters.subarray(0, length));
  }
  const into = new Uint8Array(most);
  return decoder.decode(into.subarray(0, encodeAny(counts, into)));
}

/** Writes runs below 2^30 as `characters` and returns how many; -1 where a run is longer, for `encodeAny`. */
function encodeCommon(counts: Uint32Array): number {
  let length = 0;
  let last = 0;
  let secondLast = 0;
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i]! | 0;
    if (run & ~0x3fffffff) return -1;
    let value = i > 2 ? run - secondLast : run;
    secondLast = last;
    last = run;
    // What is left fits a character where its upper bits are copies of the sign.
    while (value >> 4 !== value >> 31) {
      characters[length++] = (value & 31) + 80;
      value >>= 5;
    }
    characters[length++] = (value & 31) + 48;
  }
  return length;
}

function encodeAny(counts: ArrayLike<number>, into: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < counts.length; i++) {
    let value = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    let more = true;
    while (more) {
      const bits = value & 31;
      // Beyond 32 bits a shift would cut the number.
      value = value === (value | 0) ? value >> 5 : Math.floor(value / 32);
      more = bits & 16 ? value !== -1 : value !== 0;
      into[length++] = (more ? bits | 32 : bits) + 48;
    }
  }
  return length;
}

/** The sum of the runs in a compressed string, or undefined where it does not decode. Allocates nothing. */
export function sumOfCompressed(text: string): number | undefined {
  let sum = 0;
  let index = 0;
  let last = 0;
  let secondLast = 0;
  let position = 0;
  while (position < text.length) {
    let bits = text.charCodeAt(position++) - 48;
    let value = (bits << 27) >> 27;
    if (bits & ~31) {
      if (bits & ~63) return undefined;
      value = bits & 31;
      let group = 1;
      do {
        bits = text.charCodeAt(position++) - 48;
        if (!(bits >= 0 && bits < 64) || group === MOST_CHARACTERS) return undefined;
        value += (bits & 31) * SCALE[group++]!;
      } while (bits & 32);
      if (bits & 16) value -= SCALE[group]!;
    }
    if (index++ > 2) value += secondLast;
    if (value < 0 || value > LONGEST_RUN) return undefined;
    sum += value;
    secondLast = last;
    last = value;
  }
  return sum;
}

/** The sum of a list of runs, or undefined where an entry is no run. */
export function sumOfRuns(counts: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const run of counts) {
    if (!isRun(run)) return undefined;
    sum += run;
  }
  return sum;
}

/** Whether a value can be a run: a whole number from 0 to 2^31. */
export function isRun(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LONGEST_RUN;
}

function badCharacter(text: string, position: number): Result<never> {
  const character = JSON.stringify(String.fromCodePoint(text.codePointAt(position)!));
  return fail(
    `The run-length string has ${character} at position ${position + 1}; only the characters 0 to o (ASCII 48 to 111) occur in one. Export the mask again.`,
  );
}

function cutOff(run: number, start: number): Result<never> {
  return fail(
    `The run-length string ends inside run ${run + 1}, which begins at position ${start + 1}: it was cut off. Export the mask again.`,
  );
}

function negativeRun(run: number, start: number, value: number): Result<never> {
  return fail(
    `Run ${run + 1} of the run-length string (position ${start + 1}) is ${value} pixels long; a run cannot be negative. Export the mask again.`,
  );
}

function tooLong(run: number, start: number): Result<never> {
  return fail(
    `Run ${run + 1} of the run-length string (position ${start + 1}) is longer than 2,147,483,648 pixels; no image is that large. Export the mask again.`,
  );
}
