import type { Example, ExampleId } from './example.ts';

/** What is kept of an example: plain data, so that a worker thread can post it. */
export interface Entry extends Example {
  /** Kinds of what was odd about the example's data; the metric's `explanations` has a sentence for each. */
  readonly oddities?: readonly string[];
}

/** Something in the data that a number should be read with. */
export interface DataNote {
  readonly kind: string;
  /** Examples it is about; 0 where it is about the set. */
  readonly count: number;
  /** The first of them, in file order. */
  readonly examples: readonly ExampleId[];
  /** What is wrong, what it does to the number, and what to do. */
  readonly message: string;
}

/** A metric: what is computed of each example by itself, and the numbers of them all. */
export interface Metric<Input extends Example, Kept extends Entry, Result> {
  /** Sentences for the oddities that entries name, and for `no-examples`. */
  readonly explanations: Readonly<Record<string, string>>;
  measure(example: Input): Kept;
  /** The result for entries in file order, each id once. */
  summarise(entries: readonly Kept[], notes: DataNote[]): Result;
}

/** Examples that a note names. */
const NAMED = 5;

const DUPLICATE =
  'An id occurs more than once, and which of them is meant cannot be known: the first in the file counts. Give every record an id of its own.';

/**
 * Scores examples one at a time. Parts of a set can be scored by accumulators of their own, in any split and any order,
 * and merged: sums are formed at the end, in file order, so that the result is the same to the last bit.
 */
export class Accumulator<Input extends Example, Kept extends Entry, Result> {
  /** One an example, in the order they came. A worker thread posts these, and `merge` takes them. */
  readonly entries: Kept[] = [];
  private readonly metric: Metric<Input, Kept, Result>;

  constructor(metric: Metric<Input, Kept, Result>) {
    this.metric = metric;
  }

  add(example: Input): void {
    this.entries.push(this.metric.measure(example));
  }

  merge(other: { readonly entries: readonly Kept[] }): void {
    for (const entry of other.entries) this.entries.push(entry);
  }

  result(): Result {
    const ordered = inFileOrder(this.entries);
    const seen = new Set<ExampleId>();
    const unique: Kept[] = [];
    const repeated: Kept[] = [];
    for (const entry of ordered) {
      (seen.has(entry.id) ? repeated : unique).push(entry);
      seen.add(entry.id);
    }
    const notes = notesOf(unique, this.metric.explanations);
    if (repeated.length > 0) notes.push(noteOf('duplicate-id', repeated, DUPLICATE));
    if (unique.length === 0) notes.push(setNote('no-examples', this.metric.explanations));
    return this.metric.summarise(unique, notes);
  }
}

/** A note on the set as a whole. */
export function setNote(kind: string, explanations: Readonly<Record<string, string>>): DataNote {
  return { kind, count: 0, examples: [], message: explanations[kind] ?? kind };
}

function inFileOrder<Kept extends Entry>(entries: readonly Kept[]): readonly Kept[] {
  for (let i = 1; i < entries.length; i++) {
    if (entries[i]!.order < entries[i - 1]!.order) return [...entries].sort((a, b) => a.order - b.order);
  }
  return entries;
}

function notesOf(entries: readonly Entry[], explanations: Readonly<Record<string, string>>): DataNote[] {
  const byKind = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const kind of entry.oddities ?? []) {
      const list = byKind.get(kind);
      if (list === undefined) byKind.set(kind, [entry]);
      else list.push(entry);
    }
  }
  return [...byKind].map(([kind, list]) => noteOf(kind, list, explanations[kind] ?? kind));
}

function noteOf(kind: string, entries: readonly Entry[], message: string): DataNote {
  return { kind, count: entries.length, examples: entries.slice(0, NAMED).map(({ id }) => id), message };
}

/** Numbers before texts; numbers by size, texts by code point, as Python sorts them. */
export function compareIds(a: ExampleId, b: ExampleId): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareCodePoints(a, b);
}

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [first, second] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (first !== second) return rank(first) - rank(second);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points beyond all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
