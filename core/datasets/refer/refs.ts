/** The expressions of a `refs(<splitBy>)` file: a pickle as the refer toolkit writes it, or JSON as gRefCOCO does. */
import { isObject } from '../../records/isObject.ts';
import { ok, type Result } from '../../result.ts';
import { DatasetError, type DatasetFiles } from '../format.ts';
import { jsonItems } from '../json/jsonItems.ts';
import { plainValue, readPickle } from './pickle.ts';

export interface Ref {
  readonly refId: string;
  readonly imageId: unknown;
  /** The annotations that it means together; empty where it means nothing that is in the image. */
  readonly annotationIds: readonly unknown[];
  /** `train`, `val`, `testA`, …; empty where the file does not say. */
  readonly split: string;
  readonly sentences: readonly Sentence[];
}

export interface Sentence {
  readonly id: string;
  /** In lower case and without punctuation. */
  readonly sent: string;
  /** As it was typed. */
  readonly raw: string;
}

export interface RefItem {
  /** For a report: `ref 17`, by its id where it has one. */
  readonly item: string;
  readonly ref: Result<Ref>;
}

/** gRefCOCO's mark for "no target". */
const NO_TARGET = -1;
/** `[`, `{`, a byte-order mark, white space. */
const JSON_STARTS = new Set([0x5b, 0x7b, 0xef, 0x20, 0x09, 0x0a, 0x0d]);

/** The refs in the order of the file. Throws a `DatasetError` where it is neither a pickle of plain data nor JSON. */
export async function* readRefs(files: DatasetFiles, path: string): AsyncGenerator<RefItem> {
  if (await isJson(files, path)) {
    for await (const { value, item } of jsonItems(files, path)) yield refItem(value, item);
    return;
  }
  const read = readPickle(await files.bytes(path));
  if (!read.ok) throw new DatasetError(`${path} is no pickle of expressions: ${read.message}`);
  if (!Array.isArray(read.value))
    throw new DatasetError(
      `${path} is a pickle, but of no list: name the file refs(...).p of the set, or another --from.`,
    );
  for (const [i, value] of read.value.entries()) yield refItem(plainValue(value), `item ${i + 1}`);
}

/** No opcode of a pickle is one of these. */
async function isJson(files: DatasetFiles, path: string): Promise<boolean> {
  const [first] = await files.slice(path, 0, 1);
  return first === undefined || JSON_STARTS.has(first);
}

function refItem(value: unknown, place: string): RefItem {
  const refId = isObject(value) ? idOf(value['ref_id']) : undefined;
  return { item: refId === undefined ? place : `ref ${refId}`, ref: readRef(value, refId) };
}

function readRef(value: unknown, refId: string | undefined): Result<Ref> {
  if (!isObject(value) || refId === undefined || !Array.isArray(value['sentences']))
    return { ok: false, message: 'It has no "ref_id" or no list "sentences": it is no ref of this family.' };
  const annotationIds = targetsOf(value);
  if (annotationIds === undefined)
    return { ok: false, message: 'It has no "ann_id", so that nothing tells what it means: add it, or take it out.' };
  return ok({
    refId,
    imageId: value['image_id'],
    annotationIds,
    split: typeof value['split'] === 'string' ? value['split'] : '',
    sentences: value['sentences'].flatMap((sentence, i) => sentenceOf(sentence, i)),
  });
}

/** One id, or gRefCOCO's list, which is `[-1]` where there is no target. */
function targetsOf(value: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  if (value['no_target'] === true) return [];
  const own = value['ann_id'];
  if (own === undefined || own === null) return undefined;
  const targets = (Array.isArray(own) ? own : [own]).filter((id) => id !== NO_TARGET);
  return value['no_target'] === false && targets.length === 0 ? undefined : [...new Set(targets)];
}

function sentenceOf(value: unknown, index: number): readonly Sentence[] {
  if (typeof value === 'string') return [{ id: String(index), sent: oneLine(value), raw: oneLine(value) }];
  if (!isObject(value)) return [];
  const tokens = Array.isArray(value['tokens'])
    ? value['tokens'].filter((token) => typeof token === 'string').join(' ')
    : '';
  const raw = text(value['raw']) || text(value['sent']) || oneLine(tokens);
  const sent = text(value['sent']) || oneLine(tokens) || raw;
  return [{ id: idOf(value['sent_id']) ?? String(index), sent, raw }];
}

function text(value: unknown): string {
  return typeof value === 'string' ? oneLine(value) : '';
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
}

/**
 * Whether a ref belongs to a split, as the refer toolkit has it: `testA` takes those of `testAB` too, `test` every test split.
 *
 * @param wanted Empty for all.
 */
export function isOfSplit(split: string, wanted: string): boolean {
  if (wanted === '') return true;
  if (/^test[ABC]$/.test(wanted)) return split.includes(wanted.slice(-1));
  return wanted === 'test' ? split.includes('test') : split === wanted;
}
