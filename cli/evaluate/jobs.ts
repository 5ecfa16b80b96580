/** Cuts an evaluation into tasks: every reference with its prediction, a few at a time. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readGcgTruth, readResultsList } from '../../core/metrics/evaluate/official/gcg.ts';
import { readPanopticFile } from '../../core/metrics/evaluate/official/panoptic.ts';
import { readExpressions, readPredictedExpressions } from '../../core/metrics/evaluate/official/referring.ts';
import type { Problem } from '../../core/metrics/evaluate/work.ts';
import type { ExampleId } from '../../core/metrics/masks/example.ts';
import { fileKind } from '../../core/records/document.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { findInputs } from '../inputs.ts';
import { listRecords, type RecordList } from './recordList.ts';
import { type GcgSource, isFolder, type JsonFile, readJson, type Source, statOf } from './source.ts';
import type { GcgPlace, GcgTask, IndexTask, MapFolder, ScoreTask, TaskResult } from './task.ts';

/** What is to be done, and what is known before it is. */
export interface Jobs {
  /** How many references the tasks have. */
  readonly references: number;
  /** Predictions that nothing asks for; undefined where that is not looked for. */
  readonly unasked: number;
  readonly problems: readonly Problem[];
  readonly tasks: Iterable<ScoreTask>;
}

export interface JobsRequest {
  readonly source: Source;
  readonly predictions: readonly string[];
  /** Of a grefs json; all of them without. */
  readonly split: string | undefined;
  readonly run: (task: IndexTask) => Promise<TaskResult>;
  readonly complain: (message: string) => void;
}

/** References in one task: enough that sending it costs little, few enough that all threads end together. */
const REFERENCES_PER_TASK = 64;

export async function planJobs(request: JobsRequest): Promise<Result<Jobs>> {
  const { source, predictions, split } = request;
  if (split !== undefined && source.kind !== 'referring')
    return fail(`--split ${split}: only a grefs json has splits: leave the option out, or name such a file.`);
  if (source.kind === 'records') return recordJobs(source.paths, request);
  const [path, second] = predictions;
  if (path === undefined || second !== undefined)
    return fail('--predictions: name one file or folder for official references.');
  if (source.kind === 'gcg') return gcgJobs(source.sets, path);
  return source.kind === 'panoptic'
    ? panopticJobs(source.file, path)
    : referringJobs(source.refs, source.instances, path, split);
}

async function recordJobs(paths: readonly string[], request: JobsRequest): Promise<Result<Jobs>> {
  const { run, complain } = request;
  const { files, complaints } = findInputs(request.predictions, (name) => fileKind(name) !== undefined);
  if (files.length === 0)
    return fail(complaints[0] ?? '--predictions: no USCDF file is there, as the references are: check the path.');
  for (const each of complaints) complain(each);
  const other = files.find((file) => fileKind(file) === undefined);
  if (other !== undefined)
    return fail(
      `--predictions ${other} is no USCDF file, as the references are: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`,
    );
  const references = await listRecords(paths, sizeOf, run, complain);
  const predictions = await listRecords(files, sizeOf, run, complain);
  let unasked = 0;
  for (const id of predictions.ids) if (!references.has(id)) unasked++;
  return ok({
    references: references.size,
    unasked,
    problems: [...references.problems, ...predictions.problems],
    tasks: recordTasks(references, predictions),
  });
}

function* recordTasks(references: RecordList, predictions: RecordList): Generator<ScoreTask> {
  for (let start = 0; start < references.size; start += REFERENCES_PER_TASK) {
    const end = Math.min(start + REFERENCES_PER_TASK, references.size);
    const pairs = Array.from({ length: end - start }, (_, i) => {
      const order = start + i;
      const id = references.ids[order]!;
      return { id, order, reference: references.place(order), prediction: predictions.find(id) };
    });
    yield { kind: 'records', pairs };
  }
}

function gcgJobs(sets: readonly GcgSource[], path: string): Result<Jobs> {
  const results = isFolder(path) ? undefined : readJson(path);
  if (results?.ok === false) return fail(`--predictions: ${results.message}`);
  const listed = results === undefined ? undefined : readResultsList(results.value.value);
  if (results !== undefined && listed === undefined)
    return fail(`--predictions ${path}: name the folder with one json an image, or a COCO results list.`);
  const tasks: GcgTask[] = [];
  let references = 0;
  for (const { set, masks, captions } of sets) {
    const truth = readGcgTruth(masks.value, captions?.value);
    if (!truth.ok) return fail(`${masks.path}: ${truth.message}`);
    const folder = folderOf(path, set);
    const plain = listed === undefined ? plainFiles(folder) : new Set<string>();
    const find = (id: ExampleId): GcgPlace | undefined => {
      if (listed !== undefined) return { path, value: listed.get(id) ?? {} };
      const name = `${id}.json`;
      const file = join(folder, name);
      const isFile = plain.has(name);
      return isFile || (isPlainName(String(id)) && existsSync(file)) ? { path: file, isFile } : undefined;
    };
    const images = truth.value.map((image) => ({
      ...image,
      order: image.order + references,
      prediction: find(image.id),
    }));
    const files = { set, reference: { file: masks.path, line: 0 } };
    for (const part of parts(images)) tasks.push({ kind: 'gcg', files, images: part });
    references += images.length;
  }
  return ok({ references, unasked: 0, problems: [], tasks });
}

/** Predictions of the three sets of MGSC may lie in folders of their own, `root`, `subtree` and `all`. */
function folderOf(path: string, set: string): string {
  const own = join(path, set.replace('mgsc-', ''));
  return isFolder(own) ? own : path;
}

/** Names of the files in a folder: one look at it instead of one at each of thousands. Links are left to be looked at. */
function plainFiles(folder: string): ReadonlySet<string> {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
  } catch {
    return new Set();
  }
}

/** An id comes from a file: it may not lead out of the folder. */
function isPlainName(name: string): boolean {
  return name !== '' && !name.includes('/') && !name.includes('\\') && !name.includes('\0');
}

function panopticJobs(file: JsonFile, path: string): Result<Jobs> {
  const other = isFolder(path)
    ? fail(`${path} is a folder: name the panoptic json of the predictions.`)
    : readJson(path);
  if (!other.ok) return fail(`--predictions: ${other.message}`);
  const truth = readPanopticFile(file.value);
  if (!truth.ok) return fail(`${file.path}: ${truth.message}`);
  const answer = readPanopticFile(other.value.value);
  if (!answer.ok) return fail(`${path}: ${answer.message}`);
  const { categories, annotations } = truth.value;
  if (categories.length === 0)
    return fail(`${file.path}: the list \`categories\` is missing, which PQ is averaged over: add it.`);
  const answers = new Map(answer.value.annotations.map((annotation) => [annotation.id, annotation]));
  const images = annotations.map((reference, order) => ({ order, reference, prediction: answers.get(reference.id) }));
  const asked = new Set(annotations.map(({ id }) => id));
  const common = { kind: 'panoptic', categories, reference: mapsOf(file.path), prediction: mapsOf(path) } as const;
  return ok({
    references: images.length,
    unasked: [...answers.keys()].filter((id) => !asked.has(id)).length,
    problems: [],
    tasks: parts(images).map((part) => ({ ...common, images: part })),
  });
}

/** The maps lie in a folder of the json's name beside it, as COCO has them. */
function mapsOf(path: string): MapFolder {
  return { place: { file: path, line: 0 }, folder: path.replace(/\.json$/i, '') };
}

function referringJobs(refs: JsonFile, instances: JsonFile, path: string, split: string | undefined): Result<Jobs> {
  const other = isFolder(path) ? fail(`${path} is a folder: name the json with the predictions.`) : readJson(path);
  if (!other.ok) return fail(`--predictions: ${other.message}`);
  const truth = readExpressions(refs.value, instances.value, split);
  if (!truth.ok) return fail(`${refs.path}: ${truth.message}`);
  if (truth.value.length === 0)
    return fail(`--split ${split ?? ''}: ${refs.path} has no expression of that split: write another one.`);
  const answers = readPredictedExpressions(other.value.value);
  const asked = new Set<unknown>(truth.value.map(({ id }) => id));
  const expressions = truth.value.map((expression) => ({ expression, prediction: answers.get(expression.id) }));
  const places = { reference: { file: refs.path, line: 0 }, prediction: { file: path, line: 0 } };
  return ok({
    references: expressions.length,
    unasked: [...answers.keys()].filter((id) => !asked.has(id)).length,
    problems: [],
    tasks: parts(expressions).map((part) => ({ kind: 'referring', ...places, expressions: part })),
  });
}

function parts<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const list: (readonly Item[])[] = [];
  for (let at = 0; at < items.length; at += REFERENCES_PER_TASK) list.push(items.slice(at, at + REFERENCES_PER_TASK));
  return list;
}

/** In bytes; 0 for what is no file, which fails when it is opened. */
export function sizeOf(path: string): number {
  return statOf(path)?.size ?? 0;
}
