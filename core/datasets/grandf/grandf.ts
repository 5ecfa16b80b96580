/** GranD-f, GLaMM's grounded captions, in the four shapes of its sources (docs/formats/grandf.md). */
import { encodeCounts } from '../../masks/counts.ts';
import { isObject } from '../../records/isObject.ts';
import { bareCaption, type CaptionItem, groundPhrases } from '../captionSpans.ts';
import { CocoIndex } from '../coco/cocoIndex.ts';
import { cocoMask, unitedMask } from '../coco/segmentation.ts';
import { changed, rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type ItemPlace,
  type Loss,
  type OutputFile,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { jsonItems } from '../json/jsonItems.ts';
import { newRecord } from '../newRecord.ts';

import { GCG_QUESTIONS } from '../questions.ts';
import { Random } from '../random.ts';
import { untagged } from '../untagged.ts';

type Fields = Readonly<Record<string, unknown>>;

export const grandf: DatasetFormat = {
  kind: 'grandf',
  title: 'GranD-f (GLaMM)',
  page: {
    about:
      "GLaMM's set for grounded conversation generation: captions whose phrases have masks, from four sources. The human annotated part and OpenPSG are lists of `{file_name, caption, groundings: {phrase: {token_positives, rle_masks}}}`; RefCOCOg is a list of single-key objects with `refs`; Flickr30k is COCO-like with `tokens_positive` and `sam_mask`. The shape is told from the file.",
    mapping:
      "One record a caption, with one of the official questions. Phrases are found again where their offsets are wrong, -1 or missing; several masks of a phrase are joined. Text, masks and labels are filtered together, so that no mask slips to another phrase (as it does in MGLMM's loader). Quotes around a caption are taken away before its offsets are used, as the loaders do. Written, records become the human annotated form.",
    lost: 'Reading leaves out phrases that the caption does not hold, and the shorter of two that overlap. Writing keeps the caption of the first answer and its phrases; of two phrases with the same words the masks are joined, for the words are the key. Questions, further turns and negatives are lost.',
    commands: [
      'uscdf convert --from grandf GranDf_HA_GCG_train.json --images GranDf_HA_images/train -o ha.uscdf.jsonl',
      'uscdf convert --to grandf ha.uscdf.jsonl -o GranDf_HA_GCG.json',
    ],
  },
  read,
  write: (output) => new GrandfWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name the JSON files of GranD-f.`);
    if (await isCocoLike(input.files, path)) yield* readFlickr(input, path);
    else {
      for await (const { value, item } of jsonItems(input.files, path))
        yield* readItem(input, value, { file: path, item });
    }
  }
}

async function isCocoLike(files: DatasetFiles, path: string): Promise<boolean> {
  for await (const { key } of files.entries(path)) return key !== '';
  return false;
}

async function* readItem(input: ReadInput, value: unknown, from: ItemPlace): AsyncGenerator<ReadEvent> {
  if (isObject(value) && isObject(value['groundings'])) yield* readGroundings(input, value, value['groundings'], from);
  else {
    const [entry] = isObject(value) ? Object.entries(value) : [];
    if (entry !== undefined && isObject(entry[1]) && Array.isArray(entry[1]['refs']))
      yield* readRefs(input, entry[0], entry[1], from);
    else yield rejected(from, 'no-groundings', 'It has neither "groundings" nor "refs": it is no item of GranD-f.');
  }
}

/** The human annotated part, and OpenPSG. */
async function* readGroundings(
  input: ReadInput,
  value: Fields,
  groundings: Fields,
  from: ItemPlace,
): AsyncGenerator<ReadEvent> {
  const [height, width] = [Number(value['height']), Number(value['width'])];
  const items: CaptionItem[] = [];
  for (const [phrase, grounding] of Object.entries(groundings)) {
    if (!isObject(grounding)) continue;
    const masks = maskOf(grounding['rle_masks'], height, width);
    if (!masks.ok) {
      yield changed(from, 'no-mask', `"${phrase}": ${masks.message} It is left out.`);
      continue;
    }
    const offsets = offsetsOf(grounding['token_positives']);
    items.push({ phrase, ...(offsets !== undefined && { offsets }), mask: { ...masks.value, label: phrase } });
  }
  const names = typeof value['file_name'] === 'string' ? [value['file_name']] : [];
  yield* captioned(input, {
    id: String(value['image_id'] ?? from.item),
    names,
    caption: value['caption'],
    items,
    width,
    height,
    from,
  });
}

/** RefCOCOg: the caption is in lower case, and the sentences are as people typed them. */
async function* readRefs(input: ReadInput, id: string, value: Fields, from: ItemPlace): AsyncGenerator<ReadEvent> {
  const names = typeof value['img_file_name'] === 'string' ? [value['img_file_name']] : [];
  const size = names.length === 0 ? undefined : (await input.images.find(...names)).size;
  const items: CaptionItem[] = [];
  for (const ref of value['refs'] as readonly unknown[]) {
    if (!isObject(ref) || typeof ref['sentence'] !== 'string') continue;
    if (size === undefined && Array.isArray(ref['segmentation'])) {
      yield rejected(
        from,
        'no-size',
        'Its masks are polygons, and the size of the photograph is not known: name its folder with --images.',
      );
      return;
    }
    const mask = cocoMask(ref['segmentation'], size?.height ?? 0, size?.width ?? 0);
    if (!mask.ok) yield changed(from, 'no-mask', `"${ref['sentence']}": ${mask.message} It is left out.`);
    else items.push({ phrase: ref['sentence'], mask: { ...mask.value.value, label: ref['sentence'] } });
  }
  yield* captioned(input, { id, names, caption: value['caption'], items, from, ...(size ?? {}) });
}

async function* readFlickr(input: ReadInput, path: string): AsyncGenerator<ReadEvent> {
  const index = await CocoIndex.open(input.files, path);
  for (let number = 0; number < index.imageCount; number++) {
    const image = await index.image(number);
    const from = { file: path, item: `image ${JSON.stringify(image['id'])}` };
    const caption = typeof image['caption'] === 'string' ? bareCaption(image['caption']) : '';
    const [height, width] = [Number(image['height']), Number(image['width'])];
    const items: CaptionItem[] = [];
    for (const { index: item, value } of await index.annotations(number)) {
      const offsets = offsetsOf(Array.isArray(value['tokens_positive']) ? value['tokens_positive'][0] : undefined);
      if (value['ignore'] === 1 || value['ignore'] === true || offsets === undefined) continue;
      const mask = cocoMask(value['sam_mask'], height, width);
      if (!mask.ok) {
        yield changed({ file: path, item: `annotations[${item}]` }, 'no-mask', `${mask.message} It is left out.`);
        continue;
      }
      const phrase = [...caption].slice(...offsets).join('');
      items.push({ phrase, offsets, mask: { ...mask.value.value, label: phrase } });
    }
    const names = typeof image['file_name'] === 'string' ? [image['file_name']] : [];
    yield* captioned(input, {
      id: String(image['id']),
      names,
      caption,
      items: joinedByPlace(items),
      width,
      height,
      from,
    });
  }
}

/** Several boxes of one phrase are one mask. */
function joinedByPlace(items: readonly CaptionItem[]): readonly CaptionItem[] {
  const byPlace = new Map<string, CaptionItem[]>();
  for (const item of items) {
    const key = String(item.offsets);
    byPlace.set(key, [...(byPlace.get(key) ?? []), item]);
  }
  return [...byPlace.values()].map((same) => {
    const united = unitedMask(same.map(({ mask }) => mask));
    return united.ok ? { ...same[0]!, mask: { ...united.value, label: same[0]!.phrase } } : same[0]!;
  });
}

interface Caption {
  readonly id: string;
  readonly names: readonly string[];
  readonly caption: unknown;
  readonly items: readonly CaptionItem[];
  readonly width?: number;
  readonly height?: number;
  readonly from: ItemPlace;
}

async function* captioned(
  { images, seed }: ReadInput,
  { id, names, caption, items, width, height, from }: Caption,
): AsyncGenerator<ReadEvent> {
  if (typeof caption !== 'string' || names.length === 0) {
    yield rejected(from, 'no-caption', 'It has no caption, or no file name of a photograph.');
    return;
  }
  const { text, masks, dropped } = groundPhrases(bareCaption(caption), items);
  for (const { code, message } of dropped) yield changed(from, code, message);
  if (masks.length === 0) {
    yield rejected(from, 'no-phrase', 'None of its phrases can be grounded in the caption.');
    return;
  }
  const record = newRecord({
    id: `grandf-${id}`,
    image: await images.find(...names),
    ...(Number.isSafeInteger(width) && { width: width as number }),
    ...(Number.isSafeInteger(height) && { height: height as number }),
    task: 'gcg',
    turns: [{ question: new Random(seed, `grandf ${id}`).pick(GCG_QUESTIONS as [string, ...string[]]), answer: text }],
    masks,
    provenance: { dataset: 'grandf', sourceId: id },
  });
  yield { kind: 'record', from, record };
}

function maskOf(masks: unknown, height: number, width: number) {
  const list = Array.isArray(masks) ? masks : masks === undefined || masks === null ? [] : [masks];
  if (list.length === 0) return { ok: false as const, message: 'It has no mask.' };
  const values: Fields[] = [];
  for (const item of list) {
    const one = cocoMask(item, height, width);
    if (!one.ok) return one;
    values.push(one.value.value);
  }
  return unitedMask(values);
}

function offsetsOf(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isInteger)) return undefined;
  return [value[0] as number, value[1] as number];
}

class GrandfWriter implements RecordWriter {
  private readonly file: OutputFile;
  private count = 0;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const losses: Loss[] = [];
    const answers = record.turns.map((turn, i) => ({ turn, i })).filter(({ turn }) => turn.role === 'gpt');
    const first = answers.find(({ i }) => record.segments.some((segment) => segment.turn === i));
    if (first === undefined)
      return [{ code: 'no-masks', message: 'No answer of the record has a mask, so it is left out.', leftOut: true }];
    if (answers.length > 1)
      losses.push({ code: 'turns', message: 'Only the first answer with masks has a place here.' });
    const { text: caption, spans } = untagged(first.turn.tree);
    const segments = record.segments.filter((segment) => segment.turn === first.i);
    const groundings: Record<string, { token_positives: [number, number]; rle_masks: object[] }> = {};
    for (const [i, { mask }] of segments.entries()) {
      const span = spans[i];
      if (mask === undefined || span === undefined) {
        losses.push({ code: 'mask', message: `Mask ${i + 1} cannot be read, or has no phrase.` });
        continue;
      }
      const phrase = caption.slice(span.start, span.end);
      if (Object.hasOwn(groundings, phrase))
        losses.push({
          code: 'same-phrase',
          message: `"${phrase}" stands twice, and phrases are keys here: its masks are joined.`,
        });
      const grounding = (groundings[phrase] ??= {
        token_positives: [codePoints(caption, span.start), codePoints(caption, span.end)],
        rle_masks: [],
      });
      grounding.rle_masks.push({ size: [mask.height, mask.width], counts: encodeCounts(mask.counts) });
    }
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const item = {
      file_name: image,
      height: record.height,
      width: record.width,
      image_id: record.id,
      caption,
      groundings,
    };
    this.file.write(`${this.count++ === 0 ? '[\n' : ',\n'}${JSON.stringify(item)}`);
    return losses;
  }

  async end(): Promise<void> {
    this.file.write(this.count === 0 ? '[]\n' : '\n]\n');
  }
}

/** An offset as Python counts it. */
function codePoints(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}
