/** Sets for semantic segmentation whose annotations are label maps: a PNG for each photograph, a class for each value. */

import { fromBitmap } from '../../masks/bitmap.ts';
import { decodeLabelMap, type LabelMap } from '../../masks/labelMap.ts';
import { boundingBox, area as pixelArea, type RunLengthMask } from '../../masks/runLengthMask.ts';
import { changed, rejected } from '../events.ts';
import { DatasetError, type DatasetFiles, type FormatOption, type ReadEvent, type ReadInput } from '../format.ts';
import { maskValue, newRecord } from '../newRecord.ts';
import { CLASS_OPTIONS, type ClassItem, ClassQuestions } from './classTurns.ts';

/** What the values of a label map mean. */
export interface LabelNames {
  /** A class's words; `undefined` for a value that means none, or that is left out. */
  words(value: number): string | undefined;
  /** Words for a class that is left out: it is in the image, and not to be denied. */
  hidden?(value: number): string | undefined;
  /** Whether the set knows a value at all. */
  knows(value: number): boolean;
  /** Words for all classes that are labelled wherever they are. */
  readonly all: readonly string[];
}

export interface LabelMapSet {
  readonly kind: string;
  /** The photographs that a label map may belong to, by its path from the folder that was named on. */
  photographs(labelMap: string): readonly string[];
  /** Whether a path of a PNG below a folder is a label map of the set. */
  isLabelMap(path: string): boolean;
}

/** How many folders deep label maps are looked for. */
const DEEPEST = 6;
const MOST_VALUE = 0xffff;

export const LABEL_MAP_OPTIONS: readonly FormatOption[] = [
  {
    name: 'masks',
    description: "Masks as runs in the record, or as values of the set's own PNGs.",
    default: 'rle',
    choices: ['rle', 'file'],
  },
  ...CLASS_OPTIONS,
];

/** The records of a set: one for each label map with a class in it. */
export async function* readLabelMaps(input: ReadInput, set: LabelMapSet, names: LabelNames): AsyncGenerator<ReadEvent> {
  const questions = new ClassQuestions(names.all, input.options, input.seed);
  let count = 0;
  for (const path of input.paths) {
    for await (const file of labelMapsAt(input.files, path, set)) {
      count++;
      yield* readLabelMap(input, set, names, questions, file);
    }
  }
  if (count === 0)
    throw new DatasetError(
      `${input.paths.join(', ')}: there is no label map (PNG) of ${set.kind} here: name the set's folder, or that of its annotations.`,
    );
}

/** Depth first, in alphabetical order, without a list of all of them. */
async function* labelMapsAt(files: DatasetFiles, path: string, set: LabelMapSet, depth = 0): AsyncGenerator<string> {
  if ((await files.kind(path)) === 'file') {
    if (/\.png$/i.test(path)) yield path;
    return;
  }
  for (const { name, kind } of await files.list(path)) {
    const inside = `${path}/${name}`;
    if (kind === 'file' && /\.png$/i.test(name) && set.isLabelMap(inside)) yield inside;
    else if (kind === 'folder' && depth < DEEPEST) yield* labelMapsAt(files, inside, set, depth + 1);
  }
}

async function* readLabelMap(
  input: ReadInput,
  set: LabelMapSet,
  names: LabelNames,
  questions: ClassQuestions,
  file: string,
): AsyncGenerator<ReadEvent> {
  const from = { file, item: file.slice(file.lastIndexOf('/') + 1) };
  const decoded = decodeLabelMap(await input.files.bytes(file));
  if (!decoded.ok) {
    yield rejected(from, 'no-label-map', decoded.message);
    return;
  }
  const map = decoded.value;
  const present = valuesIn(map);
  const unknown = present.filter((value) => !names.knows(value));
  if (unknown.length > 0)
    yield changed(
      from,
      'unknown-value',
      `Its values ${some(unknown)} are none of the set's: their pixels are left out.`,
    );
  const image = await input.images.find(...set.photographs(file));
  if (image.size !== undefined && (image.size.width !== map.width || image.size.height !== map.height)) {
    yield rejected(
      from,
      'other-size',
      `It has ${map.width} × ${map.height} pixels and ${image.image} has ${image.size.width} × ${image.size.height}: they do not belong together.`,
    );
    return;
  }
  const point = input.options['masks'] === 'file' ? pointers(input, map, file).point : undefined;
  const items: ClassItem[] = [];
  for (const value of present) {
    const words = names.words(value);
    if (words === undefined) continue;
    const mask = maskOf(map, value);
    items.push({ text: words, name: words, mask: point?.(value, words, mask) ?? maskValue(mask, { label: words }) });
  }
  if (items.length === 0) {
    yield rejected(from, 'no-class', 'None of its pixels is of a class: there is nothing to ground.');
    return;
  }
  const stem = from.item.replace(/\.png$/i, '');
  const hidden = present.flatMap((value) => names.hidden?.(value) ?? []);
  const { turns, masks, negatives } = questions.turns(stem, items, hidden);
  const record = newRecord({
    id: `${set.kind}-${stem}`,
    image,
    width: map.width,
    height: map.height,
    task: 'semantic',
    turns,
    masks,
    negatives,
    provenance: { dataset: set.kind, sourceId: stem },
  });
  yield { kind: 'record', from, record };
}

/** Masks that name the PNG and a value in it. */
function pointers(
  { relative }: ReadInput,
  map: LabelMap,
  file: string,
): { point(value: number, label: string, mask: RunLengthMask): unknown } {
  return {
    point: (value, label, mask) => ({
      size: [map.height, map.width],
      file: relative(file),
      value,
      label,
      bbox: boundingBox(mask),
      area: pixelArea(mask),
    }),
  };
}

function maskOf({ values, height, width }: LabelMap, value: number): RunLengthMask {
  const bitmap = new Uint8Array(values.length);
  for (let i = 0; i < bitmap.length; i++) if (values[i] === value) bitmap[i] = 1;
  return fromBitmap(bitmap, height, width);
}

/** In ascending order; those beyond 16 bits, which a coloured PNG would have, only once. */
function valuesIn({ values }: LabelMap): readonly number[] {
  const seen = new Uint8Array(MOST_VALUE + 2);
  for (let i = 0; i < values.length; i++) seen[Math.min(values[i]!, MOST_VALUE + 1)] = 1;
  return [...seen.keys()].filter((value) => seen[value] === 1);
}

function some(values: readonly number[]): string {
  return values.length <= 5 ? values.join(', ') : `${values.slice(0, 5).join(', ')} and ${values.length - 5} more`;
}
