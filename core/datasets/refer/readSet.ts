/** Reads a set of referring expressions: one record for each expression, or for several at once. */

import { readMask } from '../../masks/maskValue.ts';
import { area } from '../../masks/runLengthMask.ts';
import { fail, ok, type Result } from '../../result.ts';
import { CocoIndex } from '../coco/cocoIndex.ts';
import { cocoMask, unitedMask } from '../coco/segmentation.ts';
import type { FoundImage, ItemPlace, ReadEvent, ReadInput } from '../format.ts';
import { classThings, KnownImage } from '../multiReference/absence.ts';
import { canBeDenied } from '../multiReference/denial.ts';
import { readExpressions } from '../multiReference/expressionFiles.ts';
import {
  type MultiReferenceOptions,
  multiReference,
  type Referent,
  readMultiOptions,
} from '../multiReference/multiReference.ts';
import { NegativePool } from '../multiReference/pool.ts';
import { newRecord } from '../newRecord.ts';
import { Random } from '../random.ts';
import type { ReferSet } from './referSet.ts';
import { isOfSplit, type Ref, readRefs, type Sentence } from './refs.ts';
import { setFiles } from './setFiles.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What stays the same for all images of a set. */
interface Reading {
  readonly set: ReferSet;
  readonly input: ReadInput;
  readonly refsFile: string;
  readonly index: CocoIndex;
  readonly pool: NegativePool;
  readonly lookedFor: ReadonlySet<string>;
  readonly multi: MultiReferenceOptions;
  readonly splitBy: string;
}

export async function* readSet(set: ReferSet, input: ReadInput): AsyncGenerator<ReadEvent> {
  const { files, options } = input;
  const splitBy = String(options['split-by']) || set.splitBy;
  for (const { refs: refsFile, instances } of await setFiles(files, input.paths, set.kind, splitBy)) {
    const index = await CocoIndex.open(files, instances);
    const byImage = new Map<number, Ref[]>();
    const sentences = new Set<string>();
    for await (const { item, ref } of readRefs(files, refsFile)) {
      const from = { file: refsFile, item };
      const image = ref.ok ? index.numberOf(ref.value.imageId) : undefined;
      if (!ref.ok) yield { kind: 'rejected', from, code: 'no-ref', message: ref.message };
      else if (image === undefined) yield noImage(from, ref.value);
      else {
        const same = byImage.get(image);
        if (same === undefined) byImage.set(image, [ref.value]);
        else same.push(ref.value);
        for (const { sent } of ref.value.sentences) sentences.add(sent);
      }
    }
    const classes = [...index.categories.values()].map(({ name }) => name);
    const pool = await poolOf(input, classes, sentences);
    const multi = readMultiOptions(options, input.seed);
    const reading = { set, input, refsFile, index, pool, lookedFor: classThings(classes), multi, splitBy };
    for (const [number, refs] of byImage) yield* readImage(reading, number, refs);
  }
}

function noImage(from: ItemPlace, { imageId }: Ref): ReadEvent {
  const message = `It is of image ${JSON.stringify(imageId)}, which instances.json does not have: use the instances.json of this set.`;
  return { kind: 'rejected', from, code: 'no-image', message };
}

async function poolOf(
  { files, options }: ReadInput,
  classes: readonly string[],
  own: Iterable<string>,
): Promise<NegativePool> {
  if (options['multi'] === 0 || options['negatives'] === 'none') return NegativePool.ofExpressions([]);
  if (options['negatives'] === 'classes') return NegativePool.ofClasses(classes);
  const from = String(options['negatives-from']);
  return NegativePool.ofExpressions(from === '' ? own : await readExpressions(files, from));
}

async function* readImage(reading: Reading, number: number, refs: readonly Ref[]): AsyncGenerator<ReadEvent> {
  const { input, index, refsFile } = reading;
  const wanted = refs.filter(({ split }) => isOfSplit(split, String(input.options['split'])));
  if (wanted.length === 0) return;
  const image = await index.image(number);
  const name = typeof image['file_name'] === 'string' ? image['file_name'] : undefined;
  const found = name === undefined ? undefined : await input.images.find(name);
  const height = found?.size?.height ?? side(image['height']);
  const width = found?.size?.width ?? side(image['width']);
  if (found === undefined || height === undefined || width === undefined) {
    const message =
      'The image has no file_name, or no width and height and its file was not found: add them, or name the folder with --images.';
    yield { kind: 'rejected', from: { file: index.path, item: `image ${image['id']}` }, code: 'no-size', message };
    return;
  }
  const masks = new ImageMasks(await index.annotations(number), index, height, width);
  const known = new KnownImage([...masks.labels, ...expressionsOf(refs)], reading.lookedFor);
  const referents = new Map(refs.map((ref) => [ref, referentOf(ref, masks)]));
  for (const ref of wanted) {
    const from = { file: refsFile, item: `ref ${ref.refId}` };
    const own = referents.get(ref)!;
    if (!own.ok) {
      yield { kind: 'rejected', from, code: 'no-mask', message: own.message };
      continue;
    }
    if (own.value.droppedPolygons > 0) {
      const message = `${own.value.droppedPolygons} of the polygons of its masks enclose nothing and are left out.`;
      yield { kind: 'changed', from, code: 'bad-polygon', message };
    }
    for (const sentence of chosenSentences(reading, ref)) {
      const place = { file: refsFile, item: `ref ${ref.refId}, sentence ${sentence.id}` };
      const problem = problemOf(textOf(sentence, input), own.value.mask === undefined);
      if (problem !== undefined) yield { kind: 'rejected', from: place, ...problem };
      else
        yield {
          kind: 'record',
          from: place,
          record: recordOf(reading, { ref, sentence, referents, known, found, height, width }),
        };
    }
  }
}

/** What an expression shows, before it has words. */
interface Shown {
  readonly mask: Fields | undefined;
  readonly shows: string;
  readonly droppedPolygons: number;
}

interface Sample {
  readonly ref: Ref;
  readonly sentence: Sentence;
  /** Of every ref of the image. */
  readonly referents: ReadonlyMap<Ref, Result<Shown>>;
  readonly known: KnownImage;
  readonly found: FoundImage;
  readonly height: number;
  readonly width: number;
}

function recordOf(reading: Reading, { ref, sentence, referents, known, found, height, width }: Sample) {
  const { set, input, pool, multi, splitBy } = reading;
  const source = `${ref.refId}/${sentence.id}`;
  const name = `${set.kind} ${source}`;
  const text = textOf(sentence, input);
  const shown = (of: Ref): Shown | undefined => {
    const result = referents.get(of)!;
    return result.ok ? result.value : undefined;
  };
  const others = [...referents.keys()]
    .filter((other) => other !== ref && other.split === ref.split)
    .sort((a, b) => compare(a.refId, b.refId))
    .flatMap((other): readonly Referent[] => {
      const its = shown(other);
      if (its === undefined) return [];
      const texts = other.sentences.map((each) => textOf(each, input));
      const sound = texts.filter((each) => problemOf(each, its.mask === undefined) === undefined);
      const picked = new Random(input.seed, `other ${other.refId} of ${name}`).pick(sound);
      return picked === undefined ? [] : [{ text: picked, mask: its.mask, shows: its.shows }];
    });
  const own = shown(ref)!;
  const referent = { text, mask: own.mask, shows: own.shows };
  const turn = multiReference({ name, referent, others, image: known }, pool, multi);
  return newRecord({
    id: `${set.kind}-${source.replace('/', '-')}`,
    image: found,
    width,
    height,
    task: 'referring',
    turns: [turn],
    masks: turn.positives.map(({ mask }) => mask),
    negatives: turn.negatives,
    provenance: {
      dataset: set.kind,
      sourceId: source,
      splitBy,
      ...(ref.split !== '' && { split: ref.split }),
      ...(sentence.raw !== text && sentence.raw !== '' && { raw: sentence.raw }),
      ...(turn.kind === 'multi' && { conversion: 'multi-reference' }),
    },
  });
}

/** Numbers in their order, other ids as texts. */
function compare(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function referentOf(ref: Ref, masks: ImageMasks): Result<Shown> {
  if (ref.annotationIds.length === 0) return ok({ mask: undefined, shows: '', droppedPolygons: 0 });
  const values: Fields[] = [];
  const labels = new Set<string>();
  let droppedPolygons = 0;
  for (const id of ref.annotationIds) {
    const one = masks.get(id);
    if (!one.ok) return one;
    values.push(one.value.mask);
    labels.add(one.value.label);
    droppedPolygons += one.value.droppedPolygons;
  }
  const united = unitedMask(values);
  if (!united.ok) return united;
  const [label = ''] = labels;
  const mask = labels.size === 1 && label !== '' ? { ...united.value, label } : united.value;
  return ok({ mask, shows: [...ref.annotationIds].map(String).sort().join(' '), droppedPolygons });
}

/** The expressions for something that is there. */
function* expressionsOf(refs: readonly Ref[]): Generator<string> {
  for (const { annotationIds, sentences } of refs)
    if (annotationIds.length > 0) for (const { sent } of sentences) yield sent;
}

function chosenSentences({ input, set }: Reading, { refId, sentences }: Ref): readonly Sentence[] {
  switch (input.options['sentences']) {
    case 'first':
      return sentences.slice(0, 1);
    case 'one':
      return new Random(input.seed, `sentence of ${set.kind} ${refId}`).sample(sentences, 1);
    default:
      return sentences;
  }
}

/** The words, without the full stop that some end with. */
function textOf({ sent, raw }: Sentence, { options }: ReadInput): string {
  return (options['text'] === 'raw' ? raw : sent).replace(/[\s.,;:!?]{1,20}$/, '');
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

function problemOf(text: string, isAbsent: boolean): Problem | undefined {
  if (text === '' || /^(?:the|an?|any|some)$/i.test(text))
    return { code: 'no-words', message: 'The expression has no words: there is nothing to ask for.' };
  if (/[<>[\]]|\b(?:USER|ASSISTANT):/.test(text))
    return {
      code: 'reserved-text',
      message: `"${text}" holds signs that tags are made of, or words of the trainers' template: mend it in the refs file.`,
    };
  if (isAbsent && !canBeDenied(text))
    return {
      code: 'no-denial',
      message: `"${text}" is absent, and a sentence that denies it would be read otherwise: mend it in the refs file.`,
    };
  return undefined;
}

function side(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

interface AnnotationMask {
  readonly mask: Fields;
  readonly label: string;
  readonly droppedPolygons: number;
}

/** Masks of fewer pixels by the file's own count are looked at: they may be empty. */
const SURELY_SEEN = 16;

/** The masks of one image's annotations, each read once. */
class ImageMasks {
  private readonly byId = new Map<unknown, Fields>();
  private readonly read = new Map<unknown, Result<AnnotationMask>>();

  constructor(
    annotations: readonly { readonly value: Fields }[],
    private readonly index: CocoIndex,
    private readonly height: number,
    private readonly width: number,
  ) {
    for (const { value } of annotations) this.byId.set(value['id'], value);
  }

  /** The names of all that is annotated. */
  get labels(): readonly string[] {
    return [...this.byId.values()].map((value) => this.labelOf(value));
  }

  get(id: unknown): Result<AnnotationMask> {
    const known = this.read.get(id);
    if (known !== undefined) return known;
    const read = this.readOne(id);
    this.read.set(id, read);
    return read;
  }

  private readOne(id: unknown): Result<AnnotationMask> {
    const value = this.byId.get(id);
    if (value === undefined)
      return fail(
        `It means annotation ${JSON.stringify(id)}, which its image does not have in instances.json: use the instances.json of this set.`,
      );
    const mask = cocoMask(value['segmentation'], this.height, this.width);
    if (!mask.ok) return fail(`Annotation ${JSON.stringify(id)}: ${mask.message}`);
    if (!(Number(value['area']) > SURELY_SEEN) && isEmpty(mask.value.value))
      return fail(`Annotation ${JSON.stringify(id)} covers no pixel: draw it again, or take the expression out.`);
    return ok({ mask: mask.value.value, label: this.labelOf(value), droppedPolygons: mask.value.droppedPolygons });
  }

  private labelOf(value: Fields): string {
    return this.index.categories.get(Number(value['category_id']))?.name ?? '';
  }
}

function isEmpty(value: Fields): boolean {
  const read = readMask(value);
  return read.ok && area(read.mask) === 0;
}
