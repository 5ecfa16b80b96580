/** What a user can choose from: the formats and their options, as data for lists. */
import { basename, dirname, join } from 'node:path';
import type { DatasetFormat, FormatOption } from '../../core/datasets/format.ts';
import { FORMATS, readOptions } from '../../core/datasets/registry.ts';
import { fileKind } from '../../core/records/fileKind.ts';

/** Formats that can be read, or written, the one that was used last first; else in the order of their titles. */
export function formatsFor(direction: 'read' | 'write', last: string | undefined): readonly DatasetFormat[] {
  return FORMATS.filter((format) => format[direction] !== undefined).sort(
    (a, b) =>
      Number(b.kind === last) - Number(a.kind === last) || (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1),
  );
}

/** The first sentence of a format's page, without marks of Markdown. */
export function firstSentence({ page: { about } }: DatasetFormat): string {
  const end = about.indexOf('. ');
  return (end < 0 ? about : about.slice(0, end + 1))
    .replace(/`/g, '')
    .replace(/\[([^\]]{0,200})\]\([^)]{0,500}\)/g, '$1');
}

/** Chance has no place in a format's own list. */
export const SEED: FormatOption = {
  name: 'seed',
  description: 'Questions and all else that is left to chance follow from it.',
  default: 0,
  range: [0, Number.MAX_SAFE_INTEGER],
};

/** What is wrong with an option's value, as it is typed; `undefined` where nothing is. */
export function valueProblem(option: FormatOption, text: string): string | undefined {
  const read = readOptions([option], [`${option.name}=${text}`]);
  if (read.ok) return option === SEED && !/^\d+$/.test(text) ? 'Write a whole number.' : undefined;
  const what = read.message.slice(`--set ${option.name}=${text}: `.length);
  return what.slice(0, 1).toUpperCase() + what.slice(1);
}

/** The values that an option can be chosen from; `undefined` where it is typed. */
export function valuesOf(option: FormatOption): readonly string[] | undefined {
  return typeof option.default === 'boolean' ? ['true', 'false'] : option.choices;
}

/** What is chosen, as `--set` takes it and the seed by itself; options at their defaults are left out. */
export function chosenOptions(chosen: ReadonlyMap<string, string>): {
  readonly set?: readonly string[];
  readonly seed?: number;
} {
  const set = [...chosen].filter(([name]) => name !== SEED.name).map(([name, value]) => `${name}=${value}`);
  const seed = chosen.get(SEED.name);
  return { ...(set.length > 0 && { set }), ...(seed !== undefined && { seed: Number(seed) }) };
}

/** Where an imported dataset goes when the user says nothing else: beside it, under its name. */
export function importTarget(input: string): string {
  return join(dirname(input), `${stem(input)}.uscdf.jsonl`);
}

/** Where an exported file goes: beside it, under its name and the kind's. */
export function exportTarget(input: string, kind: string): string {
  return join(dirname(input), `${stem(input)}.${kind}.json`);
}

/** A name that is no USCDF file's gets the ending of one. */
export function asUscdfName(path: string): string {
  return fileKind(path) === undefined ? `${path.replace(/\.jsonl?$/i, '')}.uscdf.jsonl` : path;
}

function stem(path: string): string {
  return (
    basename(path)
      .replace(/(?:\.uscdf)?(?:\.jsonl?)?$/i, '')
      .replace(/\.(?:p|xml|csv|txt|ndjson)$/i, '') || 'dataset'
  );
}
