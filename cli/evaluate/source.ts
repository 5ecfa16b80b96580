/** What kind of files `--references` names, and what belongs to them. */
import { existsSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CaptionSet } from '../../core/metrics/evaluate/work.ts';
import { fileKind } from '../../core/records/document.ts';
import { isObject } from '../../core/records/isObject.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { findInputs } from '../inputs.ts';
import { readTextFile } from '../textFile.ts';

/** A JSON file and its value. */
export interface JsonFile {
  readonly path: string;
  readonly value: unknown;
}

/** The two files of grounded captions of one split. */
export interface GcgSource {
  readonly set: CaptionSet;
  readonly masks: JsonFile;
  readonly captions: JsonFile | undefined;
}

export type Source =
  | { readonly kind: 'records'; readonly paths: readonly string[] }
  | { readonly kind: 'gcg'; readonly sets: readonly GcgSource[] }
  | { readonly kind: 'panoptic'; readonly file: JsonFile }
  | { readonly kind: 'referring'; readonly refs: JsonFile; readonly instances: JsonFile };

const WANTED =
  'write USCDF files, *_mask_gt.json with *_caption_gt.json, a panoptic json, or a grefs json with instances.json';

/** Reads what the references are; complaints are about paths that name nothing while others do. */
export function readSource(
  paths: readonly string[],
): Result<{ readonly source: Source; readonly complaints: readonly string[] }> {
  const { files, complaints } = findInputs(paths, (name) => fileKind(name) !== undefined || isPlainJson(name));
  const records = files.filter((file) => fileKind(file) !== undefined);
  if (records.length > 0) return ok({ source: { kind: 'records', paths: records }, complaints });
  if (files.length === 0)
    return fail(complaints[0] ?? `--references ${paths.join(' ')}: no reference is there: ${WANTED}.`);
  const json: JsonFile[] = [];
  for (const path of new Set([...files, ...files.flatMap(partners)])) {
    const read = readJson(path);
    if (!read.ok) return read;
    json.push(read.value);
  }
  const source = officialSource(json);
  return source.ok ? ok({ source: source.value, complaints }) : source;
}

/** The value of a JSON file; a failure says what to do. */
export function readJson(path: string): Result<JsonFile> {
  const file = readTextFile(path);
  if (!file.ok) return file;
  try {
    return ok({ path, value: JSON.parse(file.value.text) as unknown });
  } catch (error) {
    return fail(`${path} is no JSON (${error instanceof Error ? error.message : String(error)}): write it anew.`);
  }
}

function isPlainJson(name: string): boolean {
  return name.toLowerCase().endsWith('.json');
}

/** The files that official ones come with, where they lie beside them. */
function partners(path: string): readonly string[] {
  const name = basename(path);
  const beside: string[] = [];
  if (name.includes('mask_gt')) beside.push(name.replace('mask_gt', 'caption_gt'));
  if (name.includes('caption_gt')) beside.push(name.replace('caption_gt', 'mask_gt'));
  if (name.startsWith('grefs')) beside.push('instances.json', 'grefcoco_instances.json');
  return beside.map((other) => join(dirname(path), other)).filter((other) => existsSync(other));
}

function officialSource(files: readonly JsonFile[]): Result<Source> {
  const shapes = new Map(files.map((file) => [file, shapeOf(file.value)]));
  const of = (shape: Shape) => files.filter((file) => shapes.get(file) === shape);
  const [panoptic, second] = of('panoptic');
  if (panoptic !== undefined && second !== undefined) return several(panoptic, second);
  if (panoptic !== undefined) return ok({ kind: 'panoptic', file: panoptic });
  const [refs, otherRefs] = of('refs');
  if (refs !== undefined && otherRefs !== undefined) return several(refs, otherRefs);
  if (refs !== undefined) {
    const instances = of('masks')[0];
    if (instances !== undefined) return ok({ kind: 'referring', refs, instances });
    return fail(`${refs.path} needs the masks of its annotations: put instances.json beside it, or name that too.`);
  }
  return gcgSource(of('masks'), of('captions'));
}

function gcgSource(masks: readonly JsonFile[], captions: readonly JsonFile[]): Result<Source> {
  const sets: GcgSource[] = [];
  for (const file of masks) {
    const set = setOfName(basename(file.path));
    const twin = sets.find((other) => other.set === set);
    if (twin !== undefined) return several(twin.masks, file);
    const own = basename(file.path).replace('mask_gt', 'caption_gt');
    const texts = captions.find(({ path }) => basename(path) === own) ?? (masks.length === 1 ? captions[0] : undefined);
    sets.push({ set, masks: file, captions: texts });
  }
  if (sets.length > 0) return ok({ kind: 'gcg', sets });
  return fail(`--references: none of the JSON files holds true masks: ${WANTED}.`);
}

function several(a: JsonFile, b: JsonFile): Result<never> {
  return fail(`--references: ${a.path} and ${b.path} are of one kind, and scores are of one of them: name one.`);
}

/** `root_mgsc_mask_gt.json` is one of three sets of MGSC; what is none of these is grounded captions. */
function setOfName(name: string): CaptionSet {
  const found = (['root', 'subtree', 'all'] as const).find((part) => name.startsWith(`${part}_mgsc`));
  return found === undefined ? 'gcg' : `mgsc-${found}`;
}

type Shape = 'panoptic' | 'refs' | 'masks' | 'captions' | 'other';

function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return isObject(value[0]) && 'ref_id' in value[0] ? 'refs' : 'other';
  const annotations = isObject(value) ? value['annotations'] : undefined;
  if (!Array.isArray(annotations)) return 'other';
  const first: unknown = annotations[0];
  if (!isObject(first)) return 'masks';
  if ('segments_info' in first) return 'panoptic';
  if ('segmentation' in first) return 'masks';
  return 'caption' in first ? 'captions' : 'other';
}

/** What stands at a path; undefined where nothing does, or nothing that may be looked at. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}
