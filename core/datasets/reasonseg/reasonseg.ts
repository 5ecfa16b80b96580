/** ReasonSeg, LISA's set for reasoning segmentation: labelme files (docs/formats/reasonseg.md). */
import { fromBitmap } from '../../masks/bitmap.ts';
import { readMask } from '../../masks/maskValue.ts';
import { area, type RunLengthMask, union } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { groundedPhrase } from '../../text/compose.ts';
import { changed, rejected } from '../events.ts';
import { FileNames } from '../fileNames.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type FoundImage,
  type ItemPlace,
  type Loss,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { filesNamed } from '../json/jsonObjects.ts';
import { maskValue, newRecord } from '../newRecord.ts';
import { ask, bareQuestion, EXPLAIN_QUESTIONS, REASONING_QUESTIONS, SHORT_SEGMENT_QUESTIONS } from '../questions.ts';
import { Random } from '../random.ts';
import { drawShape, type Point } from './drawnShapes.ts';
import { tracedShapes } from './tracedShapes.ts';

type Fields = Readonly<Record<string, unknown>>;

const [TARGET, IGNORE] = [1, 255];
const JSON_NAME = /\.json$/i;
const [LONGEST_SIDE, MOST_PIXELS] = [65_535, 100_000_000];

export const reasonseg: DatasetFormat = {
  kind: 'reasonseg',
  title: 'ReasonSeg (LISA)',
  page: {
    about:
      'A labelme JSON beside each photograph: `shapes` with polygons labelled `target`, `ignore…` or `flag`, and `text`, up to five questions or descriptions (`is_sentence` tells which). The training part may have explanations (`explanatory/train.json`).',
    mapping:
      "Each text becomes a record of the task `reasoning`. A description is its own phrase: `Sure, it is <p> the animal that is being hugged </p> [SEG].` A question names nothing, so the phrase is `the target`, or what `phrase=…` says. All targets are one mask, drawn as LISA draws them: corners cut to whole pixels, filled and outlined, the large shapes first. Regions to ignore stand under the record's key `ignore`, a mask. A file of explanations named beside the folder makes answers that explain. Files that are not UTF-8 are read as cp1252. Written, the mask of the first answer becomes `target` polygons through its border pixels, which LISA draws to the same pixels.",
    lost: 'Reading leaves out `flag` shapes. Writing keeps one mask for a record and the text of its first question; holes are filled, and the words of the answer are lost. Put the photographs beside the JSON files.',
    commands: [
      'uscdf convert --from reasonseg ReasonSeg/train -o reasonseg.uscdf.jsonl',
      'uscdf convert --from reasonseg ReasonSeg/train ReasonSeg/explanatory/train.json -o reasonseg.uscdf.jsonl',
      'uscdf convert --to reasonseg reasonseg.uscdf.jsonl -o ReasonSeg/mine',
    ],
  },
  readOptions: [
    {
      name: 'phrase',
      description: 'The phrase for what a question asks for without naming it.',
      default: 'the target',
    },
  ],
  writesFolder: true,
  read,
  write: (output) => new ReasonSegWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const paths = await filesNamed(input.files, input.paths, JSON_NAME);
  if (paths.length === 0)
    throw new DatasetError(
      `${input.paths.join(', ')}: there is no JSON file here: name a folder such as ReasonSeg/train.`,
    );
  const explanations = new Map<string, Explanation[]>();
  // Files of explanations are named one by one: a folder's files are read in their turn only.
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file') continue;
    const value = await jsonOf(input.files, path);
    if (Array.isArray(value)) addExplanations(value, explanations);
  }
  for (const path of paths) {
    const value = await jsonOf(input.files, path);
    if (Array.isArray(value)) continue;
    const stem = nameOf(path).replace(JSON_NAME, '');
    const from = { file: path, item: stem };
    yield* readItem(input, isObject(value) ? value : {}, from, explanations.get(stem) ?? []);
  }
}

/** UTF-8, or else cp1252, as LISA reads them. */
async function jsonOf(files: DatasetFiles, path: string): Promise<unknown> {
  const text = await files.text(path, { fallback: 'cp1252' });
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    throw new DatasetError(`${path} is no JSON (${(error as Error).message}): mend it, or take it out of the folder.`);
  }
}

interface Explanation {
  readonly query: string;
  readonly outputs: string;
}

function addExplanations(list: readonly unknown[], explanations: Map<string, Explanation[]>): void {
  for (const item of list) {
    if (!isObject(item) || typeof item['image'] !== 'string' || typeof item['outputs'] !== 'string') continue;
    const stem = nameOf(item['image']).replace(/\.\w+$/, '');
    const query = typeof item['query'] === 'string' ? item['query'].trim() : '';
    explanations.set(stem, [...(explanations.get(stem) ?? []), { query, outputs: item['outputs'].trim() }]);
  }
}

async function* readItem(
  input: ReadInput,
  value: Fields,
  from: ItemPlace,
  explanations: readonly Explanation[],
): AsyncGenerator<ReadEvent> {
  const { shapes, text } = value;
  const texts = (Array.isArray(text) ? text : [text]).filter(
    (each): each is string => typeof each === 'string' && each.trim() !== '',
  );
  if (!Array.isArray(shapes) || texts.length === 0) {
    yield rejected(from, 'no-text', 'It has no "shapes", or no "text": it is no file of ReasonSeg.');
    return;
  }
  const image = await imageOf(input, value, from);
  const [height, width] = [
    image.size?.height ?? Number(value['imageHeight']),
    image.size?.width ?? Number(value['imageWidth']),
  ];
  if (!isSide(height) || !isSide(width) || height * width > MOST_PIXELS) {
    yield rejected(
      from,
      'no-size',
      'The size of its photograph is not known, or beyond 100 megapixels: name the folder of it with --images.',
    );
    return;
  }
  const { target, ignore, unread } = masksOf(shapes, height, width);
  if (unread > 0)
    yield changed(from, 'bad-polygon', `${unread} of its shapes are no polygons of three points and are left out.`);
  if (area(target) === 0) {
    yield rejected(from, 'no-target', 'No pixel of a target is left: there is nothing to ground.');
    return;
  }
  for (const [i, written] of texts.entries()) {
    const id = `reasonseg-${from.item}-${i + 1}`;
    const said = written.replace(/\s+/g, ' ').trim();
    const why = explanations.find(({ query }) => query.replace(/\s+/g, ' ') === said)?.outputs;
    const turn = turnOf(
      said,
      // A question among descriptions is one, whatever the file says of all of them.
      value['is_sentence'] === true || said.endsWith('?'),
      why,
      String(input.options['phrase']),
      new Random(input.seed, id),
    );
    const record = newRecord({
      id,
      image,
      width,
      height,
      task: 'reasoning',
      turns: [turn],
      masks: [maskValue(target, { label: 'target' })],
      provenance: { dataset: 'reasonseg', sourceId: from.item },
    });
    const ignored = area(ignore) === 0 ? {} : { ignore: maskValue(ignore, { label: 'ignore' }) };
    yield { kind: 'record', from, record: { ...record, ...ignored } };
  }
}

function isSide(pixels: number): boolean {
  return Number.isSafeInteger(pixels) && pixels > 0 && pixels <= LONGEST_SIDE;
}

/** The photograph beside the file, by its name or by the one that labelme notes. */
function imageOf({ images }: ReadInput, value: Fields, { file, item }: ItemPlace): Promise<FoundImage> {
  const folder = file.slice(0, file.length - nameOf(file).length);
  const shapes = Array.isArray(value['shapes']) ? value['shapes'] : [];
  const names = [value['imagePath'], ...shapes.map((shape) => (isObject(shape) ? shape['image_name'] : undefined))];
  const noted = [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))];
  return images.find(`${item}.jpg`, `${folder}${item}.jpg`, ...noted, `${item}.png`, `${item}.jpeg`);
}

function turnOf(said: string, isSentence: boolean, why: string | undefined, phrase: string, random: Random) {
  const referent = isSentence ? phrase : said.replace(/[.?!]$/, '').toLowerCase();
  const answer = `Sure, it is ${groundedPhrase(referent)}.`;
  if (why !== undefined)
    return { question: ask(random.pick(EXPLAIN_QUESTIONS), said), answer: why === '' ? answer : `${answer} ${why}` };
  const questions = isSentence ? REASONING_QUESTIONS : SHORT_SEGMENT_QUESTIONS;
  return { question: ask(random.pick(questions), isSentence ? said : referent), answer };
}

interface Shape {
  readonly points: readonly Point[];
  readonly value: number;
  readonly area: number;
}

/** All targets, and what is to be ignored; where shapes share pixels the smaller one has them. */
function masksOf(shapes: readonly unknown[], height: number, width: number) {
  let unread = 0;
  const drawn: Shape[] = [];
  for (const shape of shapes) {
    const label = isObject(shape) ? String(shape['label'] ?? '').toLowerCase() : '';
    if (!isObject(shape) || label.includes('flag')) continue;
    const points = pointsOf(shape['points']);
    if (points === undefined) {
      unread++;
      continue;
    }
    const value = label.includes('ignore') ? IGNORE : TARGET;
    drawn.push({ points, value, area: drawShape(points, new Uint8Array(height * width), height, width, 1) });
  }
  drawn.sort((a, b) => b.area - a.area);
  const bitmap = new Uint8Array(height * width);
  for (const { points, value } of drawn) drawShape(points, bitmap, height, width, value);
  const pixels = (value: number) =>
    fromBitmap(
      bitmap.map((each) => (each === value ? 1 : 0)),
      height,
      width,
    );
  return { target: pixels(TARGET), ignore: pixels(IGNORE), unread };
}

function pointsOf(value: unknown): readonly Point[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const isPoint = (point: unknown) =>
    Array.isArray(point) &&
    point.length === 2 &&
    point.every((each) => typeof each === 'number' && Number.isFinite(each));
  return value.every(isPoint) ? (value as readonly Point[]) : undefined;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

class ReasonSegWriter implements RecordWriter {
  private readonly names = new FileNames();

  constructor(private readonly output: WriteOutput) {}

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const losses: Loss[] = [];
    const turn = record.segments[0]?.turn ?? -1;
    const own = record.segments.filter((segment) => segment.turn === turn);
    const masks = own.flatMap(({ mask }) => (mask === undefined ? [] : [mask]));
    const question = record.turns[turn - 1];
    if (question === undefined || masks.length === 0)
      return [
        {
          code: 'no-masks',
          message: 'The record has no question with a mask that can be read, so it is left out.',
          leftOut: true,
        },
      ];
    if (own.length < record.segments.length)
      losses.push({ code: 'turns', message: 'Only the first answer with a mask has a place here.' });
    if (masks.length > 1)
      losses.push({ code: 'several-masks', message: 'ReasonSeg has one mask for a question: the masks are joined.' });
    const target = union(masks);
    if (target.height === 0)
      return [
        ...losses,
        { code: 'mask-size', message: 'Its masks are of different sizes, so it is left out.', leftOut: true },
      ];
    const shapes = [...shapesOf(target, 'target', losses), ...ignoredShapes(record.value['ignore'], losses)];
    const { text, isSentence } = textOf(question.text, own[0]!.phrase);
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const item = {
      shapes,
      text: [text],
      is_sentence: isSentence,
      imagePath: image,
      imageHeight: target.height,
      imageWidth: target.width,
    };
    this.output.file(`${this.names.free(record.id)}.json`).write(`${JSON.stringify(item)}\n`);
    return losses;
  }

  async end(): Promise<void> {}
}

function shapesOf(mask: RunLengthMask, label: string, losses: Loss[]): readonly Fields[] {
  const { shapes, holes } = tracedShapes(mask);
  if (holes > 0)
    losses.push({ code: 'holes', message: `Polygons have no holes: ${holes} of them in the mask are filled.` });
  return shapes.map((points) => ({ label, shape_type: 'polygon', points, group_id: null, flags: {} }));
}

function ignoredShapes(value: unknown, losses: Loss[]): readonly Fields[] {
  const read = value === undefined ? undefined : readMask(value);
  return read?.ok ? shapesOf(read.mask, 'ignore', losses) : [];
}

/** What was asked, without the sentences that ask for a mask; a question for its own phrase is a description. */
function textOf(question: string, phrase: string): { readonly text: string; readonly isSentence: boolean } {
  const isShort = SHORT_SEGMENT_QUESTIONS.some((each) => ask(each, phrase) === question);
  if (isShort) return { text: phrase, isSentence: false };
  const suffix = EXPLAIN_QUESTIONS.map((each) => each.slice('{x}'.length)).find((each) => question.endsWith(each));
  return { text: suffix === undefined ? bareQuestion(question) : question.slice(0, -suffix.length), isSentence: true };
}
