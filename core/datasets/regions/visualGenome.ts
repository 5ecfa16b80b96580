/** Visual Genome's region descriptions (docs/formats/visual-genome.md). */

import { readMask } from '../../masks/maskValue.ts';
import { boundingBox } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { boxMask, fourNumbers } from '../boxes.ts';
import { CocoIndex } from '../coco/cocoIndex.ts';
import { rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type FoundImage,
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
import { filesNamed } from '../json/jsonObjects.ts';
import { REGION_QUESTIONS } from '../questions.ts';
import { Random } from '../random.ts';
import { regionRecord } from './regionRecord.ts';

type Fields = Readonly<Record<string, unknown>>;

export const visualGenome: DatasetFormat = {
  kind: 'visual-genome',
  title: 'Visual Genome regions',
  page: {
    about:
      "Short descriptions of boxes, some fifty for each photograph. The set's own `region_descriptions.json` is a list of images with `regions: [{region_id, x, y, width, height, phrase}]`; `image_data.json` beside it has the photographs' sizes. GLaMM's `train.json` and `test_caption.json` say the same in COCO's form, with a `caption` for each annotation, and MDETR's `finetune_refcoco_train.json` with one for each image.",
    mapping:
      'Each region becomes a record of the task `region`: one of the official questions for the marked region, and its description. The box is no mask of the answer and stands under the record\'s key `regions`, as a filled mask with `source: "box"` and with its `bbox`. Written, the first answer of each record with `regions` becomes a region description.',
    lost: 'Attributes, objects and relationships lie in other files and are not read. Writing keeps the boxes and the first answers; records without `regions` are left out.',
    commands: [
      'uscdf convert --from visual-genome region_descriptions.json image_data.json --images VG_100K VG_100K_2 -o regions.uscdf.jsonl',
      'uscdf convert --to visual-genome regions.uscdf.jsonl -o region_descriptions.json',
    ],
  },
  read,
  write: (output) => new RegionWriter(output),
};

/** An image's size by its id, from `image_data.json`. */
type Sizes = ReadonlyMap<unknown, { readonly width: number; readonly height: number; readonly url: string }>;

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const paths = await filesNamed(
    input.files,
    input.paths,
    /^(?:region_descriptions|image_data|train|test_caption)\.json$/i,
  );
  const isImageData = (path: string) => /(^|\/)image_data\.json$/i.test(path);
  const sizes = await imageSizes(input.files, paths.filter(isImageData));
  const regions = paths.filter((path) => !isImageData(path));
  if (regions.length === 0)
    throw new DatasetError(`${input.paths.join(', ')}: there are no regions here: name region_descriptions.json.`);
  for (const path of regions) {
    if (await isList(input.files, path)) {
      for await (const { value, item } of jsonItems(input.files, path))
        yield* readList(input, sizes, value, { file: path, item });
    } else yield* readCoco(input, path);
  }
}

async function isList(files: DatasetFiles, path: string): Promise<boolean> {
  for await (const { key } of files.entries(path)) return key === '';
  return true;
}

async function imageSizes(files: DatasetFiles, paths: readonly string[]): Promise<Sizes> {
  const sizes = new Map<unknown, { width: number; height: number; url: string }>();
  for (const path of paths) {
    for await (const { value } of jsonItems(files, path)) {
      if (!isObject(value)) continue;
      const [width, height] = [Number(value['width']), Number(value['height'])];
      sizes.set(value['image_id'] ?? value['id'], { width, height, url: String(value['url'] ?? '') });
    }
  }
  return sizes;
}

/** An item of the set's own file: an image with its regions. */
async function* readList(input: ReadInput, sizes: Sizes, value: unknown, from: ItemPlace): AsyncGenerator<ReadEvent> {
  if (!isObject(value) || !Array.isArray(value['regions'])) {
    yield rejected(from, 'no-regions', 'It has no list "regions": it is no item of region_descriptions.json.');
    return;
  }
  const first: unknown = value['regions'][0];
  const imageId = value['id'] ?? value['image_id'] ?? (isObject(first) ? first['image_id'] : undefined);
  const known = sizes.get(imageId);
  const folder = known === undefined ? [] : known.url.split('/').slice(-2);
  const image = await input.images.find(...(folder.length === 2 ? [folder.join('/')] : []), `${String(imageId)}.jpg`);
  const size = image.size ?? known;
  for (const [i, region] of value['regions'].entries()) {
    const place = { file: from.file, item: `${from.item}, region ${i + 1}` };
    const fields = isObject(region) ? region : {};
    const box = fourNumbers([fields['x'], fields['y'], fields['width'], fields['height']]);
    const sourceId = String(fields['region_id'] ?? `${String(imageId)}-${i + 1}`);
    yield described(input, { image, size, box, caption: fields['phrase'], sourceId }, place);
  }
}

async function* readCoco(input: ReadInput, path: string): AsyncGenerator<ReadEvent> {
  const index = await CocoIndex.open(input.files, path);
  for (let number = 0; number < index.imageCount; number++) {
    const value = await index.image(number);
    const image = await input.images.find(String(value['file_name'] ?? `${String(value['id'])}.jpg`));
    const size = image.size ?? { width: Number(value['width']), height: Number(value['height']) };
    for (const { index: item, value: annotation } of await index.annotations(number)) {
      const place = { file: path, item: `annotations[${item}]` };
      const caption = annotation['caption'] ?? value['caption'];
      const sourceId = String(annotation['id'] ?? `${String(value['id'])}-${item}`);
      yield described(input, { image, size, box: fourNumbers(annotation['bbox']), caption, sourceId }, place);
    }
  }
}

interface Described {
  readonly image: FoundImage;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** x, y, width and height in pixels. */
  readonly box: readonly [number, number, number, number] | undefined;
  readonly caption: unknown;
  readonly sourceId: string;
}

function described(
  { seed }: ReadInput,
  { image, size, box, caption, sourceId }: Described,
  from: ItemPlace,
): ReadEvent {
  if (typeof caption !== 'string' || caption.trim() === '' || box === undefined)
    return rejected(from, 'no-caption', 'It has no description, or no box.');
  if (size === undefined || !(size.width > 0 && size.height > 0))
    return rejected(
      from,
      'no-size',
      'The size of its photograph is not known: name image_data.json, or its folder with --images.',
    );
  const [x, y, width, height] = box;
  const region = boxMask([[x, y, x + width, y + height]], size.height, size.width, 'region');
  if (!region.ok) return rejected(from, 'bad-box', region.message);
  const question = new Random(seed, `visual-genome ${sourceId}`).pick(REGION_QUESTIONS);
  const record = regionRecord({
    dataset: 'visual-genome',
    sourceId,
    image,
    height: size.height,
    width: size.width,
    turns: [{ question, answer: caption.replace(/\s+/g, ' ').trim() }],
    masks: [],
    regions: [{ ...region.value, bbox: box }],
  });
  return { kind: 'record', from, record };
}

class RegionWriter implements RecordWriter {
  private readonly file: OutputFile;
  /** The image that regions are being written for, and its number. */
  private image: string | undefined;
  private images = 0;
  private regions = 0;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
    this.file.write('[');
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const list = record.value['regions'];
    const [first, ...others] = Array.isArray(list) ? (list as readonly unknown[]) : [];
    const answer = record.turns.find(({ role }) => role === 'gpt');
    const box = boxOf(first);
    if (box === undefined || answer === undefined)
      return [
        {
          code: 'no-region',
          message: 'The record has no readable mask under "regions", or no answer, so it is left out.',
          leftOut: true,
        },
      ];
    const losses: Loss[] = [];
    if (others.length > 0)
      losses.push({ code: 'regions', message: 'Only the first of its regions is described here.' });
    if (record.turns.length > 2) losses.push({ code: 'turns', message: 'Only the first answer has a place here.' });
    if (record.segments.length > 0)
      losses.push({ code: 'masks', message: 'The masks of the answer have no place here.' });
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    if (image !== this.image) {
      this.file.write(
        `${this.images === 0 ? '' : ']},'}\n{"id":${++this.images},"file_name":${JSON.stringify(image)},"regions":[`,
      );
      this.image = image;
    } else this.file.write(',');
    const [x, y, width, height] = box;
    const phrase = answer.text.replace(/<\/?p> ?| ?\[SEG\]/g, '').trim();
    this.file.write(
      JSON.stringify({
        region_id: ++this.regions,
        image_id: this.images,
        x,
        y,
        width,
        height,
        phrase,
      } satisfies Fields),
    );
    return losses;
  }

  async end(): Promise<void> {
    this.file.write(this.images === 0 ? ']\n' : ']}\n]\n');
  }
}

/** A region's own box, or the one around its pixels; x, y, width and height. */
function boxOf(region: unknown): readonly [number, number, number, number] | undefined {
  const own = isObject(region) ? fourNumbers(region['bbox']) : undefined;
  if (own !== undefined) return own;
  const read = readMask(region);
  return read.ok ? boundingBox(read.mask) : undefined;
}
