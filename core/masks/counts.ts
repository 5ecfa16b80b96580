import { fail, ok, type Result } from '../result.ts';

/** Runs longer than this are refused: no mask within the pixel limit has one, and 32-bit readers would misread it. */
const LONGEST_RUN = 2 ** 31;

/** Five bits a character: a run, or a difference of runs, below 2^31 needs seven at most. */
const MOST_CHARACTERS = 7;

const SCALE = [1, 2 ** 5, 2 ** 10, 2 ** 15, 2 ** 20, 2 ** 25, 2 ** 30, 2 ** 35] as const;

/**
 * The runs of a compressed COCO string, in pixels, column-major, the first one background. Fails on a character outside
 * `0`…`o`, a string that stops inside a number, a negative run, and a run over 2^31. Source: COCO's mask library: five
 * bits a character, low ones first, bit 6 says more follow; from the fourth run on the value is a difference to the run
 * two before.
 */
export function decodeCounts(text: string): Result<Uint32Array> {
  const runs = new Uint32Array(text.length);
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
    if (length > 2) value += runs[length - 2]!;
    if (value < 0) return negativeRun(length, start, value);
    if (value > LONGEST_RUN) return tooLong(length, start);
    runs[length++] = value;
  }
  return ok(runs.slice(0, length));
}

/** The compressed COCO string of runs (pixels, whole numbers from 0). `decodeCounts` gives the same runs back. */
export function encodeCounts(counts: ArrayLike<number>): string {
  const characters = new Uint8Array(counts.length * MOST_CHARACTERS);
  let length = 0;
  for (let i = 0; i < counts.length; i++) {
    let value = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    let more = true;
    while (more) {
      const bits = value & 31;
      // Beyond 32 bits a shift would cut the number.
      value = value === (value | 0) ? value >> 5 : Math.floor(value / 32);
      more = bits & 16 ? value !== -1 : value !== 0;
      characters[length++] = (more ? bits | 32 : bits) + 48;
    }
  }
  return asciiText(characters, length);
}

/** The sum of the runs in a compressed string, or undefined where it does not decode. Allocates nothing. */
export function sumOfCompressed(text: string): number | undefined {
  let sum = 0;
  let index = 0;
  let last = 0;
  let secondLast = 0;
  let position = 0;
  while (position < text.length) {
    let value = 0;
    let bits = 0;
    let group = 0;
    do {
      bits = text.charCodeAt(position++) - 48;
      if (!(bits >= 0 && bits < 64) || group === MOST_CHARACTERS) return undefined;
      value += (bits & 31) * SCALE[group++]!;
    } while (bits & 32);
    if (bits & 16) value -= SCALE[group]!;
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

function asciiText(codes: Uint8Array, length: number): string {
  let text = '';
  // An argument list has a limit well above this.
  const step = 8192;
  for (let i = 0; i < length; i += step) text += String.fromCharCode(...codes.subarray(i, Math.min(i + step, length)));
  return text;
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
