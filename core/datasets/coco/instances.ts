/** COCO's instances, with its captions where they are at hand (docs/formats/coco-instances.md). */
import { encodeCounts } from '../../masks/counts.ts';
import { area, boundingBox } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { COCO_THINGS } from '../classNames/coco.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type Loss,
  type NewRecord,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { type InstanceText, instanceText, type NamedMask, unitedByName } from '../instanceText.ts';
import { groundCaption, newRecord } from '../newRecord.ts';
import { GCG_QUESTIONS } from '../questions.ts';
import { Random } from '../random.ts';
import { type CaptionPhrase, linkCaption } from './captionPhrases.ts';
import { CocoIndex } from './cocoIndex.ts';
import { THING_IDS } from './panopticNames.ts';
import { cocoMask } from './segmentation.ts';

export const cocoInstances: DatasetFormat = {
  kind: 'coco-instances',
  title: 'COCO instances',
  page: {
    about:
      'One JSON file with `images`, `annotations` and `categories`: each annotation is an instance with its category and its mask, polygons or runs. Many tools write it. A file of captions (`captions_*.json`) may be named beside it.',
    mapping:
      'Each image with instances becomes a record. `text=list` (the default) names every instance, `person-1` and `person-2` where there are several; `text=classes` names each class once with all its instances in one mask, as semantic segmentation; `text=captions` takes the human captions and grounds a class in them where all its instances must be meant ("two men" where there are two people). Polygons stay polygons. Written, each phrase becomes an annotation; a phrase that is the name of a COCO class gets its id, others get ids from 1001 on.',
    lost: 'Reading leaves out crowds (`crowd=true` keeps them) and images without instances. Writing keeps masks, and phrases as names of categories; questions, texts and negatives are lost.',
    commands: [
      'uscdf convert --from coco-instances instances_val2017.json --images val2017 -o coco.uscdf.jsonl',
      'uscdf convert --from coco-instances instances_val2017.json captions_val2017.json --set text=captions --images val2017 -o captions.uscdf.jsonl',
      'uscdf convert --to coco-instances coco.uscdf.jsonl -o instances.json',
    ],
  },
  readOptions: [
    { name: 'text', description: 'What the answer is.', default: 'list', choices: ['list', 'classes', 'captions'] },
    { name: 'crowd', description: 'Keep the annotations that stand for a crowd.', default: false },
  ],
  read,
  write: (output) => new InstancesWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const { paths, files, options } = input;
  const captions = new Map<string, CocoIndex>();
  const instances: CocoIndex[] = [];
  for (const path of await jsonFiles(files, paths)) {
    const index = await CocoIndex.open(files, path);
    if (await holdsCaptions(index)) captions.set(path, index);
    else instances.push(index);
  }
  if (instances.length === 0)
    throw new DatasetError(
      `${paths.join(', ')}: none of the files has annotations with masks: name an instances file.`,
    );
  if (options['text'] === 'captions' && captions.size === 0)
    throw new DatasetError('text=captions needs the captions: name the captions file beside the instances file.');
  for (const index of instances) {
    yield* orphansOf(index);
    for (let number = 0; number < index.imageCount; number++)
      yield* readImage(input, index, number, [...captions.values()]);
  }
}

/** The JSON files that the user named, or that lie in folders that were named. */
async function jsonFiles(files: DatasetFiles, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if ((await files.kind(path)) !== 'folder') found.push(path);
    else
      for (const { name, kind } of await files.list(path))
        if (kind === 'file' && /\.json$/i.test(name)) found.push(`${path}/${name}`);
  }
  if (found.length === 0)
    throw new DatasetError(`${paths.join(', ')}: there is no JSON file here: name the annotations file.`);
  return found;
}

async function holdsCaptions(index: CocoIndex): Promise<boolean> {
  if (index.categories.size > 0) return false;
  for (let number = 0; number < index.imageCount; number++) {
    const [first] = await index.annotations(number);
    if (first !== undefined) return typeof first.value['caption'] === 'string';
  }
  return false;
}

export function* orphansOf(index: CocoIndex): Generator<ReadEvent> {
  for (const { index: item, imageId } of index.orphans) {
    yield {
      kind: 'rejected',
      from: { file: index.path, item: `annotations[${item}]` },
      code: 'no-image',
      message: `It is of image ${JSON.stringify(imageId)}, which the file does not have: add the image, or take it out.`,
    };
  }
}

async function* readImage(
  { options, images, seed }: ReadInput,
  index: CocoIndex,
  number: number,
  captions: readonly CocoIndex[],
): AsyncGenerator<ReadEvent> {
  const image = await index.image(number);
  const from = { file: index.path, item: `image ${JSON.stringify(image['id'])}` };
  const name = typeof image['file_name'] === 'string' ? image['file_name'] : urlName(image['coco_url']);
  if (name === undefined) {
    yield { kind: 'rejected', from, code: 'no-file-name', message: 'The image has no file_name: add it.' };
    return;
  }
  const found = await images.find(name);
  const [height, width] = [found.size?.height ?? side(image['height']), found.size?.width ?? side(image['width'])];
  if (height === undefined || width === undefined) {
    yield {
      kind: 'rejected',
      from,
      code: 'no-size',
      message:
        'The image has no width and height, and its file was not found: add them, or name the folder with --images.',
    };
    return;
  }
  const instances: NamedMask[] = [];
  const crowds = new Set<string>();
  for (const { index: item, value } of await index.annotations(number)) {
    const place = { file: index.path, item: `annotations[${item}]` };
    const category = index.categories.get(Number(value['category_id']))?.name;
    const label = typeof value['phrase'] === 'string' ? value['phrase'] : category;
    if (label === undefined || label === '') {
      yield {
        kind: 'rejected',
        from: place,
        code: 'no-category',
        message: `Its category ${String(value['category_id'])} is not in "categories": add it there.`,
      };
      continue;
    }
    if (value['iscrowd'] === 1 && options['crowd'] !== true) {
      crowds.add(label);
      yield {
        kind: 'changed',
        from: place,
        code: 'crowd',
        message: `It stands for a crowd of ${label}, which no phrase can mean, and is left out; --set crowd=true keeps it.`,
      };
      continue;
    }
    const mask = cocoMask(value['segmentation'], height, width);
    if (!mask.ok) {
      yield { kind: 'rejected', from: place, code: 'no-mask', message: mask.message };
      continue;
    }
    if (mask.value.droppedPolygons > 0)
      yield {
        kind: 'changed',
        from: place,
        code: 'bad-polygon',
        message: `${mask.value.droppedPolygons} of its polygons enclose nothing and are left out.`,
      };
    const score = typeof value['score'] === 'number' ? { score: value['score'] } : {};
    instances.push({ name: label, mask: { ...mask.value.value, label, ...score } });
  }
  if (instances.length === 0) {
    yield {
      kind: 'rejected',
      from,
      code: 'no-instances',
      message: 'The image has no instance with a mask: there is nothing to ground.',
    };
    return;
  }
  const texts = captionsOf(await captionsFor(captions, image['id']));
  const written = writeText(
    String(options['text']),
    instances,
    crowds,
    texts,
    new Random(seed, `coco ${String(image['id'])}`),
  );
  if ('message' in written) {
    yield { kind: 'rejected', from, ...written };
    return;
  }
  const record: NewRecord = newRecord({
    id: `coco-${String(image['id'])}`,
    image: found,
    width,
    height,
    ...(written.task !== undefined && { task: written.task }),
    turns: [{ question: written.question, answer: written.answer }],
    masks: written.masks,
    provenance: { dataset: 'coco-instances', sourceId: image['id'] },
  });
  yield { kind: 'record', from, record };
}

type Text = InstanceText | { readonly code: string; readonly message: string };

function writeText(
  kind: string,
  instances: readonly NamedMask[],
  crowds: ReadonlySet<string>,
  captions: readonly string[],
  random: Random,
): Text {
  if (kind !== 'captions') {
    const text = instanceText(kind, instances);
    return text.ok ? text.value : { code: 'no-mask', message: text.message };
  }
  const united = unitedByName(instances);
  if (!united.ok) return { code: 'no-mask', message: united.message };
  const counts = new Map<string, number>();
  for (const { name } of instances) if (!crowds.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  let best: { readonly caption: string; readonly phrases: readonly CaptionPhrase[] } | undefined;
  for (const caption of captions) {
    const phrases = linkCaption(caption, counts);
    if (phrases.length > (best?.phrases.length ?? 0)) best = { caption, phrases };
  }
  if (best === undefined)
    return {
      code: 'no-phrase',
      message: 'None of its captions names a class so that all its instances must be meant; text=list names them all.',
    };
  const { text, order } = groundCaption(best.caption, best.phrases);
  const masks = order.map((i) => united.value.get(best.phrases[i]!.category));
  return { task: 'gcg', question: random.pick(GCG_QUESTIONS as [string, ...string[]]), answer: text, masks };
}

async function captionsFor(captions: readonly CocoIndex[], imageId: unknown): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const index of captions) {
    const number = index.numberOf(imageId);
    if (number !== undefined) for (const { value } of await index.annotations(number)) found.push(value['caption']);
  }
  return found;
}

/** Captions as sentences: single spaces, a full stop, also where a comma stands at the end. */
function captionsOf(values: readonly unknown[]): readonly string[] {
  return values
    .filter((value): value is string => typeof value === 'string' && value.trim() !== '')
    .map((value) => value.replace(/\s+/g, ' ').trim())
    .map((value) => (/[.!?]$/.test(value) ? value : `${withoutComma(value)}.`));
}

/** Looked at from the end, one sign at a time: a caption may be long. */
function withoutComma(text: string): string {
  let end = text.length;
  while (end > 0 && ' ,;:'.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function urlName(url: unknown): string | undefined {
  return typeof url === 'string' ? url.split('/').pop() : undefined;
}

function side(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

const FIRST_OWN_ID = 1001;

class InstancesWriter implements RecordWriter {
  private readonly images: string[] = [];
  private readonly categoryIds = new Map<string, number>();
  private annotations = 0;
  private nextOwnId = FIRST_OWN_ID;
  private readonly file;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
    this.file.write('{"info": {"description": "Written by uscdf"},\n"annotations": [');
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const losses: Loss[] = [];
    const imageId = this.images.length + 1;
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    this.images.push(
      JSON.stringify({
        id: imageId,
        file_name: image,
        width: record.width,
        height: record.height,
        record_id: record.id,
      }),
    );
    for (const { phrase, mask, value, score, label } of record.segments) {
      if (mask === undefined) {
        losses.push({ code: 'mask', message: `The mask of "${phrase}" cannot be read: run uscdf lint on the record.` });
        continue;
      }
      const polygons = isObject(value) && value['polygons'] !== undefined ? value['polygons'] : undefined;
      const name = (label ?? phrase).replace(/-\d+$/, '') || 'object';
      const annotation = {
        id: ++this.annotations,
        image_id: imageId,
        category_id: this.categoryId(name),
        segmentation: polygons ?? { size: [mask.height, mask.width], counts: encodeCounts(mask.counts) },
        area: area(mask),
        bbox: boundingBox(mask),
        iscrowd: 0,
        phrase,
        ...(score !== undefined && { score }),
      };
      this.file.write(`${this.annotations === 1 ? '\n' : ',\n'}${JSON.stringify(annotation)}`);
    }
    if (record.segments.length === 0)
      losses.push({ code: 'no-masks', message: 'The record has no mask; only its image is written.' });
    losses.push({ code: 'text', message: 'The questions and answers have no place here; the phrases are kept.' });
    return losses;
  }

  async end(): Promise<void> {
    const categories = [...this.categoryIds].map(([name, id]) =>
      JSON.stringify({ id, name, supercategory: id < FIRST_OWN_ID ? 'coco' : 'phrase' }),
    );
    this.file.write(
      `\n],\n"images": [\n${this.images.join(',\n')}\n],\n"categories": [\n${categories.join(',\n')}\n]}\n`,
    );
  }

  private categoryId(name: string): number {
    const known = this.categoryIds.get(name);
    if (known !== undefined) return known;
    const thing = COCO_THINGS.indexOf(name.toLowerCase());
    const id = thing >= 0 ? THING_IDS[thing]! : this.nextOwnId++;
    this.categoryIds.set(name, id);
    return id;
  }
}
