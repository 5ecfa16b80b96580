/** COCO panoptic: PNGs of segment ids with a JSON, or its detection form with a mask each (docs/formats/coco-panoptic.md). */
import { encode as encodePngData } from 'fast-png';
import { walkRowSpans } from '../../masks/columns.ts';
import { encodeCounts } from '../../masks/counts.ts';
import { decodeLabelMap, type LabelMap, maskOfValue } from '../../masks/labelMap.ts';
import { area, boundingBox, type RunLengthMask } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { rejected } from '../events.ts';
import { FileNames } from '../fileNames.ts';
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
import { maskValue, newRecord, panopticAnswer } from '../newRecord.ts';
import { PANOPTIC_QUESTION } from '../questions.ts';
import { CocoIndex } from './cocoIndex.ts';
import { orphansOf } from './instances.ts';
import { numbered } from './numbered.ts';
import { panopticCategory, panopticWords } from './panopticNames.ts';
import { cocoMask } from './segmentation.ts';

export const cocoPanoptic: DatasetFormat = {
  kind: 'coco-panoptic',
  title: 'COCO panoptic',
  page: {
    about:
      "A JSON with `segments_info` for each image, and a PNG each whose colour is the segment's id (R + 256 G + 65536 B, 0 for none); or the detection form, one annotation with a mask for each segment. Every pixel belongs to one segment at most.",
    mapping:
      "Each image becomes a record: MGLMM's question and answer, segments in the order of their categories, names in MGLMM's words (`tree-merged` is \"tree\"), `person-1` and `person-2` where there are several. Written, each phrase becomes a segment; words that MGLMM uses for COCO's categories get their ids, others ids from 1001 on.",
    lost: 'Reading leaves out crowds (`crowd=true` keeps them, as the official loader does). Writing gives pixels that masks share to the later one, and keeps no texts but the names.',
    commands: [
      'uscdf convert --from coco-panoptic panoptic_val2017.json panoptic_val2017 --images val2017 -o panoptic.uscdf.jsonl',
      'uscdf convert --to coco-panoptic panoptic.uscdf.jsonl -o panoptic',
    ],
  },
  readOptions: [{ name: 'crowd', description: 'Keep the segments that stand for a crowd.', default: false }],
  writeOptions: [
    {
      name: 'form',
      description: 'PNGs of segment ids, or a mask for each segment.',
      default: 'png',
      choices: ['png', 'detection'],
    },
  ],
  writesFolder: true,
  read,
  write: (output) => new PanopticWriter(output),
};

interface Segment {
  readonly categoryId: number;
  readonly name: string;
  readonly mask: Readonly<Record<string, unknown>>;
}

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const { paths, files, images, options } = input;
  const { json, folders } = await inputsOf(files, paths);
  for (const path of json) {
    const index = await CocoIndex.open(files, path);
    if (index.categories.size === 0)
      throw new DatasetError(`${path} has no categories: name a panoptic JSON, such as panoptic_val2017.json.`);
    yield* orphansOf(index);
    for (let number = 0; number < index.imageCount; number++) {
      const image = await index.image(number);
      const from = { file: path, item: `image ${JSON.stringify(image['id'])}` };
      const annotations = await index.annotations(number);
      if (annotations.length === 0 || typeof image['file_name'] !== 'string') {
        yield { kind: 'rejected', from, code: 'no-segments', message: 'The image has no segment, or no file_name.' };
        continue;
      }
      const segments: Segment[] = [];
      for await (const event of segmentsOf({ files, folders, index, annotations, image, options })) {
        if ('mask' in event) segments.push(event);
        else yield event;
      }
      if (segments.length === 0) {
        yield {
          kind: 'rejected',
          from,
          code: 'no-segments',
          message: 'None of the segments of the image can be used.',
        };
        continue;
      }
      // Things before stuff, for their ids are smaller.
      segments.sort((a, b) => a.categoryId - b.categoryId);
      const record = newRecord({
        id: `coco-panoptic-${String(image['id'])}`,
        image: await images.find(image['file_name']),
        ...sizeOf(image),
        task: 'panoptic',
        turns: [{ question: PANOPTIC_QUESTION, answer: panopticAnswer(numbered(segments.map(({ name }) => name))) }],
        masks: segments.map(({ mask }) => mask),
        provenance: { dataset: 'coco-panoptic', sourceId: image['id'] },
      });
      yield { kind: 'record', from, record };
    }
  }
}

function sizeOf(image: Readonly<Record<string, unknown>>): { readonly width?: number; readonly height?: number } {
  const { width, height } = image;
  return { ...(typeof width === 'number' && { width }), ...(typeof height === 'number' && { height }) };
}

/** The JSON files, and the folders in which their PNGs may lie. */
async function inputsOf(files: DatasetFiles, paths: readonly string[]) {
  const json: string[] = [];
  const folders: string[] = [];
  for (const path of paths) {
    if ((await files.kind(path)) === 'file') {
      json.push(path);
      continue;
    }
    folders.unshift(path);
    // The folder of the whole dataset, with both in it.
    for (const { name, kind } of await files.list(path))
      if (kind === 'file' && /\.json$/i.test(name)) json.push(`${path}/${name}`);
  }
  for (const path of json) {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/i, '');
    folders.push(
      ...[stem, 'panoptic', ''].map((name) => [folder, name].filter((part) => part !== '' && part !== '.').join('/')),
    );
  }
  if (json.length === 0)
    throw new DatasetError(`${paths.join(', ')}: there is no JSON file here: name it beside the folder of PNGs.`);
  return { json, folders };
}

interface ImageSegments {
  readonly files: DatasetFiles;
  readonly folders: readonly string[];
  readonly index: CocoIndex;
  readonly annotations: readonly { readonly index: number; readonly value: Readonly<Record<string, unknown>> }[];
  readonly image: Readonly<Record<string, unknown>>;
  readonly options: ReadInput['options'];
}

async function* segmentsOf({
  files,
  folders,
  index,
  annotations,
  image,
  options,
}: ImageSegments): AsyncGenerator<Segment | ReadEvent> {
  for (const { index: item, value } of annotations) {
    const from = { file: index.path, item: `annotations[${item}]` };
    const infos = value['segments_info'];
    if (!Array.isArray(infos)) {
      const mask = cocoMask(value['segmentation'], Number(image['height']), Number(image['width']));
      yield mask.ok
        ? segmentOf(value, { ...mask.value.value, ...measuresOf(value) }, index, from, options)
        : rejected(from, 'no-mask', mask.message);
      continue;
    }
    const map = await labelMap(files, folders, String(value['file_name'] ?? ''));
    if (typeof map === 'string') {
      yield rejected(from, 'no-png', map);
      continue;
    }
    for (const info of infos) {
      if (!isObject(info) || typeof info['id'] !== 'number') continue;
      const place = { ...from, item: `${from.item} segment ${info['id']}` };
      const mask = maskOfValue(map, info['id']);
      if (area(mask) === 0)
        yield rejected(
          place,
          'no-pixels',
          `The PNG has no pixel of id ${info['id']}: the files do not belong together.`,
        );
      else yield segmentOf(info, maskValue(mask), index, place, options);
    }
  }
}

function segmentOf(
  info: Readonly<Record<string, unknown>>,
  mask: Readonly<Record<string, unknown>>,
  index: CocoIndex,
  from: ItemPlace,
  options: ReadInput['options'],
): Segment | ReadEvent {
  const categoryId = Number(info['category_id']);
  const category = index.categories.get(categoryId);
  if (category === undefined)
    return rejected(
      from,
      'no-category',
      `Its category ${String(info['category_id'])} is not in "categories": add it there.`,
    );
  const name = panopticWords(category.name);
  if (info['iscrowd'] === 1 && options['crowd'] !== true) {
    const message = `It stands for a crowd of ${name}, which no phrase can mean, and is left out; --set crowd=true keeps it.`;
    return { kind: 'changed', from, code: 'crowd', message };
  }
  return { categoryId, name, mask: { ...mask, label: name } };
}

/** Box and area as the file says. */
function measuresOf({ bbox, area: pixels }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...(Array.isArray(bbox) && { bbox }), ...(typeof pixels === 'number' && { area: pixels }) };
}

/** The PNG's ids; a sentence where it is not there or is none. */
async function labelMap(files: DatasetFiles, folders: readonly string[], name: string): Promise<LabelMap | string> {
  for (const folder of folders) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if ((await files.kind(path)) !== 'file') continue;
    const map = decodeLabelMap(await files.bytes(path));
    return map.ok ? map.value : `${path} cannot be read. ${map.message}`;
  }
  return `The PNG ${name} is in none of ${folders.filter((folder) => folder !== '').join(', ')}: name its folder beside the JSON.`;
}

const FIRST_OWN_ID = 1001;

class PanopticWriter implements RecordWriter {
  private readonly json: OutputFile;
  private readonly images: string[] = [];
  private readonly categories = new Map<string, { readonly id: number; readonly line: string }>();
  private readonly names = new FileNames();
  private nextOwnId = FIRST_OWN_ID;
  private annotations = 0;

  constructor(private readonly output: WriteOutput) {
    this.json = output.file('panoptic.json');
    this.json.write('{"annotations": [');
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { height, width, segments } = record;
    const losses: Loss[] = [];
    const sound = segments.flatMap(({ phrase, label, mask }) => {
      if (mask !== undefined && mask.height === height && mask.width === width)
        return [{ name: label ?? phrase, mask }];
      losses.push({
        code: 'mask',
        message: `The mask of "${phrase}" cannot be read, or is of another size than the image.`,
      });
      return [];
    });
    if (height === undefined || width === undefined || sound.length === 0) {
      return [
        ...losses,
        { code: 'no-masks', message: 'The record has no mask that can be written, so it is left out.', leftOut: true },
      ];
    }
    const id = this.images.length + 1;
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    this.images.push(JSON.stringify({ id, file_name: image, width, height, record_id: record.id }));
    const named = sound.map(({ name, mask }) => ({ categoryId: this.categoryId(name), mask }));
    if (this.output.options['form'] === 'detection') this.addMasks(id, named);
    else if (this.addPng(id, record.id, named, height, width))
      losses.push({
        code: 'overlap',
        message: 'Masks share pixels, which a PNG of segment ids cannot hold: the later mask has them.',
      });
    losses.push({
      code: 'text',
      message: 'The questions and answers have no place here; the names of the phrases are kept.',
    });
    return losses;
  }

  async end(): Promise<void> {
    const categories = [...this.categories.values()].sort((a, b) => a.id - b.id).map(({ line }) => line);
    this.json.write(
      `\n],\n"images": [\n${this.images.join(',\n')}\n],\n"categories": [\n${categories.join(',\n')}\n]}\n`,
    );
  }

  private addMasks(imageId: number, segments: readonly NamedMask[]): void {
    for (const { categoryId, mask } of segments) {
      const segmentation = { size: [mask.height, mask.width], counts: encodeCounts(mask.counts) };
      const facts = { category_id: categoryId, segmentation, area: area(mask), bbox: boundingBox(mask), iscrowd: 0 };
      this.annotation({ id: this.annotations + 1, image_id: imageId, ...facts });
    }
  }

  /** Whether masks shared pixels. */
  private addPng(
    imageId: number,
    recordId: string,
    segments: readonly NamedMask[],
    height: number,
    width: number,
  ): boolean {
    const ids = new Uint16Array(height * width);
    let overlap = false;
    segments.forEach(({ mask }, i) => {
      walkRowSpans(mask, (y, left, right) => {
        for (let at = y * width + left; at < y * width + right; at++) {
          if (ids[at] !== 0) overlap = true;
          ids[at] = i + 1;
        }
      });
    });
    const data = new Uint8Array(height * width * 3);
    for (let i = 0; i < ids.length; i++) {
      data[3 * i] = ids[i]! & 255;
      data[3 * i + 1] = ids[i]! >> 8;
    }
    const name = `${this.names.free(recordId)}.png`;
    this.output.file(`panoptic/${name}`).write(encodePngData({ width, height, data, channels: 3, depth: 8 }));
    const infos = segments.flatMap(({ categoryId, mask }, i) => {
      const left = overlap ? maskOfValue({ width, height, values: Uint32Array.from(ids) }, i + 1) : mask;
      const pixels = area(left);
      return pixels === 0
        ? []
        : [{ id: i + 1, category_id: categoryId, area: pixels, bbox: boundingBox(left), iscrowd: 0 }];
    });
    this.annotation({ image_id: imageId, file_name: name, segments_info: infos });
    return overlap;
  }

  private annotation(value: object): void {
    this.json.write(`${this.annotations++ === 0 ? '\n' : ',\n'}${JSON.stringify(value)}`);
  }

  private categoryId(phrase: string): number {
    const words = phrase.replace(/-\d+$/, '') || 'object';
    const known = this.categories.get(words);
    if (known !== undefined) return known.id;
    const official = panopticCategory(words);
    const id = official?.id ?? this.nextOwnId++;
    const name = official?.name ?? words;
    this.categories.set(words, {
      id,
      line: JSON.stringify({ id, name, isthing: official?.isThing === false ? 0 : 1, supercategory: name }),
    });
    return id;
  }
}

interface NamedMask {
  readonly categoryId: number;
  readonly mask: RunLengthMask;
}
