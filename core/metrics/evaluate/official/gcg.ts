/** The official files of grounded conversation generation and of MGSC (facts, metrics §1.1). */
import { isObject } from '../../../records/isObject.ts';
import { fail, ok, type Result } from '../../../result.ts';
import type { ExampleId, MaskExample, PredictedMask, TruthMask } from '../../masks/example.ts';
import { emptyMask } from '../recordMasks.ts';
import type { CaptionSet, CaptionTexts, Pair, Place, Problem } from '../work.ts';
import { imageSize, isId, listOf, readSegmentation, textsOf } from './cocoFile.ts';

/** What the two files of truth say of an image. Plain data, so that a worker thread can get it. */
export interface GcgImage {
  readonly id: ExampleId;
  /** Its place among the images: those of the captions first, in their file's order. */
  readonly order: number;
  readonly size: readonly [number, number] | undefined;
  /** The photograph's name, where the file says it. */
  readonly photograph?: string;
  /** Entries of `annotations` of the masks' file, in its order. */
  readonly annotations: readonly Readonly<Record<string, unknown>>[];
  /** Absent where the image is in no captions' file. */
  readonly captions?: readonly string[];
  /** Of the first caption. */
  readonly labels?: readonly string[];
  /** A captions' file is there and has not got this image: the script's mIoU and recall pass over it. */
  readonly apOnly: boolean;
}

/** Whose the files are. */
export interface GcgFiles {
  readonly set: CaptionSet;
  readonly reference: Place;
}

/** What is known of an image's prediction: the value of its file, or nothing where there is none. */
export interface GcgPrediction {
  readonly place?: Place;
  readonly value?: unknown;
  /** It stands in a COCO results list, which holds no words. */
  readonly wordless?: boolean;
}

/** The images of `*_mask_gt.json` and, where it is there, `*_caption_gt.json`, both parsed. */
export function readGcgTruth(masks: unknown, captions: unknown): Result<readonly GcgImage[]> {
  if (!isObject(masks) || !Array.isArray(masks['annotations']))
    return fail(
      'this is no file of true masks: it needs the lists `images` and `annotations`, as COCO’s instances have them.',
    );
  const images = new Map<ExampleId, Readonly<Record<string, unknown>>>();
  for (const image of listOf(masks, 'images')) if (isId(image['id'])) images.set(image['id'], image);
  const annotations = groupBy(listOf(masks, 'annotations'));
  const texts = groupBy(listOf(captions, 'annotations'));
  const hasCaptions = captions !== undefined;
  const ids = new Set<ExampleId>();
  for (const image of listOf(captions, 'images')) if (isId(image['id'])) ids.add(image['id']);
  for (const id of [...texts.keys(), ...images.keys(), ...annotations.keys()]) ids.add(id);
  return ok(
    [...ids].map((id, order) => {
      const own = texts.get(id);
      return {
        id,
        order,
        size: imageSize(images.get(id)),
        ...photographOf(images.get(id)),
        annotations: annotations.get(id) ?? [],
        ...(own !== undefined && {
          captions: own.map((entry) => String(entry['caption'] ?? '')),
          labels: textsOf(own[0]!['labels']),
        }),
        apOnly: hasCaptions && own === undefined,
      };
    }),
  );
}

function photographOf(image: Readonly<Record<string, unknown>> | undefined): { readonly photograph?: string } {
  const name = image?.['file_name'];
  return typeof name === 'string' ? { photograph: name } : {};
}

/**
 * The predictions of a COCO results list by image, in the form of the official prediction files: masks with scores, no
 * words. Undefined for anything but a list.
 */
export function readResultsList(value: unknown): ReadonlyMap<ExampleId, unknown> | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = groupBy(value.filter(isObject));
  return new Map(
    [...entries].map(([id, list]) => [
      id,
      {
        pred_masks: list.map(({ segmentation, score, category_id }) => ({
          ...(isObject(segmentation) ? segmentation : { polygons: segmentation }),
          score,
          category_id,
        })),
      },
    ]),
  );
}

function groupBy(
  entries: readonly Readonly<Record<string, unknown>>[],
): Map<ExampleId, Readonly<Record<string, unknown>>[]> {
  const groups = new Map<ExampleId, Readonly<Record<string, unknown>>[]>();
  for (const entry of entries) {
    const id = entry['image_id'];
    if (!isId(id)) continue;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** An image with its prediction; without one nothing was said and nothing drawn. */
export function pairGcg(image: GcgImage, prediction: GcgPrediction, files: GcgFiles): Pair {
  const problems: Problem[] = [];
  const id = String(image.id);
  const { place } = prediction;
  const pair = {
    id,
    reference: files.reference,
    ...(place !== undefined && { prediction: place }),
    ...(image.photograph !== undefined && { image: image.photograph }),
    problems,
  };
  const truth = truthOf(image);
  if (!truth.ok) {
    problems.push({ id, place: files.reference, message: truth.message });
    return pair;
  }
  const reply = unwrapped(prediction.value);
  if (place !== undefined && !isObject(reply))
    problems.push({ id, place, message: 'This prediction is no object and counts as an empty one: write it anew.' });
  const { caption, phrases, pred_masks: given } = isObject(reply) ? reply : {};
  const read = predictionsOf(given, truth.value[0]?.mask ?? emptyMask(...(image.size ?? [1, 1])));
  if (read.problem !== undefined) problems.push({ id, place: place ?? files.reference, message: read.problem });
  const masks: MaskExample = {
    id: image.id,
    order: image.order,
    truth: truth.value,
    predictions: read.masks,
    ...(image.labels !== undefined && { labels: image.labels, phrases: textsOf(phrases) }),
  };
  const texts = textsFor(image, caption);
  return {
    ...pair,
    work: {
      kind: 'caption',
      set: files.set,
      masks,
      ...(texts && { texts }),
      ...(image.apOnly && { apOnly: true }),
      ...(prediction.wordless === true && { wordless: true }),
    },
  };
}

/** The script takes the first key's value where the file is wrapped in one, and else the file itself. */
export function unwrapped(value: unknown): unknown {
  if (!isObject(value) || 'pred_masks' in value || 'caption' in value) return value;
  const [first] = Object.values(value);
  return isObject(first) ? first : value;
}

function truthOf({ annotations, size }: GcgImage): Result<readonly TruthMask[]> {
  const truth: TruthMask[] = [];
  for (const [i, annotation] of annotations.entries()) {
    const reading = readSegmentation(annotation['segmentation'], size);
    if (!reading.ok)
      return fail(
        `This image is not scored, for a true mask cannot be read: mend the file. Mask ${i + 1}: ${reading.message}`,
      );
    const { id, area, category_id: category, iscrowd } = annotation;
    truth.push({
      mask: reading.mask,
      ...(typeof id === 'number' && { annotation: id }),
      ...(typeof area === 'number' && { area }),
      ...(typeof category === 'number' && { category }),
      ...((iscrowd === 1 || iscrowd === true) && { crowd: true }),
    });
  }
  return ok(truth);
}

function predictionsOf(
  given: unknown,
  { height, width }: { readonly height: number; readonly width: number },
): { readonly masks: readonly PredictedMask[]; readonly problem?: string } {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  let problem: string | undefined;
  const masks = list.map((value, i): PredictedMask => {
    const entry = isObject(value) ? value : {};
    const reading = readSegmentation('polygons' in entry ? entry['polygons'] : value, [height, width]);
    if (!reading.ok)
      problem ??= `A predicted mask cannot be read and matches nothing: export it again. Mask ${i + 1}: ${reading.message}`;
    const { score, category_id: category } = entry;
    return {
      mask: reading.ok ? reading.mask : emptyMask(height, width),
      ...(typeof score === 'number' && { score }),
      ...(typeof category === 'number' && { category }),
    };
  });
  return { masks, ...(problem !== undefined && { problem }) };
}

function textsFor({ captions }: GcgImage, caption: unknown): CaptionTexts | undefined {
  if (captions === undefined) return undefined;
  return { hypothesis: typeof caption === 'string' ? caption : '', references: captions };
}
