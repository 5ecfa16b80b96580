/** Sets of objects and their parts in COCO's form, with categories named `object` or `object:part`. */
import { isObject } from '../../records/isObject.ts';
import { CocoIndex } from '../coco/cocoIndex.ts';
import { orphansOf } from '../coco/instances.ts';
import { numbered } from '../coco/numbered.ts';
import { cocoMask, unitedMask } from '../coco/segmentation.ts';
import { changed, rejected } from '../events.ts';
import { DatasetError, type FormatOption, type ReadEvent, type ReadInput } from '../format.ts';
import { filesNamed } from '../json/jsonObjects.ts';
import { newRecord } from '../newRecord.ts';
import { Random } from '../random.ts';
import { CLASS_OPTIONS, type ClassItem, ClassQuestions } from '../semantic/classTurns.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface PartName {
  readonly object: string;
  /** Absent for the whole object. */
  readonly part: string | undefined;
}

export interface PartSet {
  readonly kind: string;
  /** What the category's name means, in words. */
  nameOf(category: string): PartName;
  /** Where else a photograph may lie, by its `file_name`. */
  photographs(fileName: string): readonly string[];
  /** The categories that the set says are not in an image; `undefined` where all are looked for in every image. */
  absentIn(image: Fields): readonly unknown[] | undefined;
}

export const PART_OPTIONS: readonly FormatOption[] = [
  {
    name: 'same',
    description: 'Several instances of a class: one phrase with a mask of all, or numbered phrases, dog-1 and dog-2.',
    default: 'merge',
    choices: ['merge', 'number'],
  },
  ...CLASS_OPTIONS,
];

interface Reading {
  readonly input: ReadInput;
  readonly set: PartSet;
  readonly index: CocoIndex;
  readonly questions: ClassQuestions;
}

export async function* readParts(input: ReadInput, set: PartSet): AsyncGenerator<ReadEvent> {
  const paths = await filesNamed(input.files, input.paths, /\.json$/i);
  if (paths.length === 0)
    throw new DatasetError(`${input.paths.join(', ')}: there is no JSON file here: name the annotations file.`);
  for (const path of paths) {
    const index = await CocoIndex.open(input.files, path);
    if (index.categories.size === 0)
      throw new DatasetError(`${path} has no categories: name the annotations file of ${set.kind}.`);
    yield* orphansOf(index);
    const names = [...index.categories.values()].map(({ name }) => plainWords(set.nameOf(name)));
    const questions = new ClassQuestions(names, input.options, input.seed);
    for (let number = 0; number < index.imageCount; number++)
      yield* readImage({ input, set, index, questions }, number);
  }
}

async function* readImage({ input, set, index, questions }: Reading, number: number): AsyncGenerator<ReadEvent> {
  const image = await index.image(number);
  const from = { file: index.path, item: `image ${JSON.stringify(image['id'])}` };
  const annotations = await index.annotations(number);
  const name = typeof image['file_name'] === 'string' ? image['file_name'] : undefined;
  if (name === undefined || annotations.length === 0) {
    yield rejected(from, 'no-instances', 'The image has no file_name, or nothing is annotated in it.');
    return;
  }
  const found = await input.images.find(...set.photographs(name));
  const size = found.size ??
    sizeOfRuns(annotations) ?? { height: Number(image['height']), width: Number(image['width']) };
  if (!(size.height > 0 && size.width > 0)) {
    yield rejected(from, 'no-size', 'The size of the photograph is not known: name its folder with --images.');
    return;
  }
  const instances: { readonly category: string; readonly mask: Fields }[] = [];
  for (const { index: item, value } of annotations) {
    const place = { file: index.path, item: `annotations[${item}]` };
    const category = index.categories.get(Number(value['category_id']))?.name;
    const mask = cocoMask(value['segmentation'], size.height, size.width);
    if (category === undefined || category === '')
      yield rejected(
        place,
        'no-category',
        `Its category ${String(value['category_id'])} is not in "categories": add it there.`,
      );
    else if (!mask.ok) yield rejected(place, 'no-mask', mask.message);
    else if (!isOfSize(mask.value.value['size'], size))
      yield rejected(
        place,
        'other-size',
        `Its mask is not of ${size.width} × ${size.height} pixels, which the photograph has: export it again.`,
      );
    else {
      if (mask.value.droppedPolygons > 0)
        yield changed(
          place,
          'bad-polygon',
          `${mask.value.droppedPolygons} of its polygons enclose nothing and are left out.`,
        );
      instances.push({ category, mask: { ...mask.value.value, label: category } });
    }
  }
  const items = itemsOf(instances, String(image['id']), set, input);
  if (!items.ok || items.value.length === 0) {
    yield rejected(from, 'no-instances', items.ok ? 'None of its annotations can be used.' : items.message);
    return;
  }
  const known = new Map(
    [...index.categories.values()].map(({ id, name: category }) => [id, plainWords(set.nameOf(category))]),
  );
  const absent = set.absentIn(image)?.flatMap((id) => known.get(Number(id)) ?? []);
  const there = instances.map(({ category }) => plainWords(set.nameOf(category)));
  const id = `${set.kind}-${String(image['id'])}`;
  const { turns, masks, negatives } = questions.turns(id, items.value, there, absent);
  const record = newRecord({
    id,
    image: found,
    ...size,
    task: 'semantic',
    turns,
    masks,
    negatives,
    provenance: { dataset: set.kind, sourceId: image['id'] },
  });
  yield { kind: 'record', from, record };
}

/** What is asked for: each class once, or each instance. */
function itemsOf(
  instances: readonly { readonly category: string; readonly mask: Fields }[],
  image: string,
  set: PartSet,
  { options, seed }: ReadInput,
): { readonly ok: true; readonly value: readonly ClassItem[] } | { readonly ok: false; readonly message: string } {
  const byWords = new Map<string, { readonly category: string; readonly masks: Fields[] }>();
  for (const { category, mask } of instances) {
    const words = plainWords(set.nameOf(category));
    const same = byWords.get(words);
    if (same === undefined) byWords.set(words, { category, masks: [mask] });
    else same.masks.push(mask);
  }
  const items: ClassItem[] = [];
  for (const { category, masks } of byWords.values()) {
    const text = phraseOf(set.nameOf(category), new Random(seed, `part ${image} ${category}`));
    if (options['same'] === 'number') {
      const names = masks.length === 1 ? [text] : numbered(masks.map(() => plainWords(set.nameOf(category))));
      items.push(...masks.map((mask, i) => ({ text: names[i]!, name: names[i]!, mask })));
      continue;
    }
    const united = unitedMask(masks);
    if (!united.ok) return united;
    items.push({ text, name: category, mask: { ...united.value, label: category } });
  }
  return { ok: true, value: items };
}

/** "dog head" or "the head of the dog", one as often as the other, as the loaders say it. */
function phraseOf(name: PartName, random: Random): string {
  if (name.part === undefined) return name.object;
  return random.below(2) === 0 ? plainWords(name) : `the ${name.part} of the ${name.object}`;
}

function plainWords({ object, part }: PartName): string {
  return part === undefined ? object : `${object} ${part}`;
}

/** Runs know their image's size; files say another one now and then. */
function sizeOfRuns(annotations: readonly { readonly value: Fields }[]) {
  for (const { value } of annotations) {
    const segmentation = value['segmentation'];
    const size = isObject(segmentation) ? segmentation['size'] : undefined;
    if (Array.isArray(size) && size.length === 2 && size.every((side) => Number.isSafeInteger(side) && side > 0))
      return { height: size[0] as number, width: size[1] as number };
  }
  return undefined;
}

function isOfSize(size: unknown, { height, width }: { readonly height: number; readonly width: number }): boolean {
  return Array.isArray(size) && size[0] === height && size[1] === width;
}
