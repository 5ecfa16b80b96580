/** GRIT, the web captions with boxes that Kosmos-2 learned from (docs/formats/grit.md). */
import { isObject } from '../../records/isObject.ts';
import { BOXES_OPTION, type Corners, fourNumbers } from '../boxes.ts';
import { rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFormat,
  type Loss,
  type OutputFile,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { jsonObjects } from '../json/jsonObjects.ts';
import { type BoxedPhrase, boxedAnswer, boxedRecord, codePoints, pythonSlice, scaled } from './boxedCaption.ts';

export const grit: DatasetFormat = {
  kind: 'grit',
  title: 'GRIT (Kosmos-2)',
  page: {
    about:
      'Captions from the web whose nouns have boxes that a detector found. Lines of JSON, `{key, id, url, caption, width, height, noun_chunks, ref_exps}`; each entry of the last two is `[start, end, x1, y1, x2, y2, score]`, offsets into the caption and corners from 0 to 1.',
    mapping:
      'Each caption becomes a record of the task `gcg`; `phrases` chooses between the short noun chunks (the default) and the long referring expressions, of which, where two overlap, the one that begins first stays, and of two that begin together the longer one. Entries with the same offsets are one phrase. Boxes become filled masks with `source: "box"`. The photograph is `KEY.jpg`, as img2dataset saves it, else the URL. Written, each phrase becomes a noun chunk and a referring expression with the box around its mask.',
    lost: 'Boxes are no outlines. The scores of CLIP and of the boxes are lost. Writing keeps the first answer with masks, as boxes.',
    commands: [
      'uscdf convert --from grit coyo_0_snappy.jsonl --images grit/images -o grit.uscdf.jsonl',
      'uscdf convert --to grit data.uscdf.jsonl -o grit.jsonl',
    ],
  },
  readOptions: [
    BOXES_OPTION,
    {
      name: 'phrases',
      description: 'Which of its phrases are grounded: short nouns, or whole referring expressions.',
      default: 'noun_chunks',
      choices: ['noun_chunks', 'ref_exps'],
    },
  ],
  read,
  write: (output) => new GritWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name GRIT's files of JSON lines.`);
    for await (const { value, item } of jsonObjects(input.files, path)) {
      const from = { file: path, item };
      if (!isObject(value) || typeof value['caption'] !== 'string') {
        yield rejected(from, 'no-caption', 'It has no "caption": it is no item of GRIT.');
        continue;
      }
      const { caption, url, key } = value;
      const names = [typeof key === 'string' ? `${key}.jpg` : undefined, url].filter(
        (each): each is string => typeof each === 'string' && each !== '',
      );
      const found = await input.images.find(...names);
      const image = found.path === undefined && typeof url === 'string' ? { ...found, image: url } : found;
      const [height, width] = [
        found.size?.height ?? Number(value['height']),
        found.size?.width ?? Number(value['width']),
      ];
      if (names.length === 0 || !(height > 0) || !(width > 0)) {
        yield rejected(from, 'no-size', 'It names no photograph, or has no width and height: add them.');
        continue;
      }
      const phrases = phrasesOf(caption, value[String(input.options['phrases'])], height, width);
      const sourceId = String(key ?? value['id'] ?? item.replace(/\W+/g, '-'));
      yield* boxedRecord(input, { dataset: 'grit', sourceId, image, height, width, caption, phrases }, from);
    }
  }
}

/** Entries with the same offsets are one phrase with several boxes. */
function phrasesOf(caption: string, entries: unknown, height: number, width: number): readonly BoxedPhrase[] {
  const byPlace = new Map<string, { readonly offsets: readonly [number, number]; readonly boxes: Corners[] }>();
  for (const entry of Array.isArray(entries) ? (entries as readonly unknown[]) : []) {
    const place = Array.isArray(entry) ? fourNumbers([...entry.slice(0, 2), 0, 0]) : undefined;
    const box = Array.isArray(entry) ? fourNumbers(entry.slice(2)) : undefined;
    if (place === undefined || box === undefined) continue;
    const key = `${place[0]} ${place[1]}`;
    const phrase = byPlace.get(key) ?? { offsets: [place[0], place[1]] as const, boxes: [] };
    phrase.boxes.push(scaled(box, width, height));
    byPlace.set(key, phrase);
  }
  return [...byPlace.values()].map(({ offsets, boxes }) => ({
    phrase: pythonSlice(caption, ...offsets),
    offsets,
    boxes,
  }));
}

class GritWriter implements RecordWriter {
  private readonly file: OutputFile;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { caption, spans, losses } = boxedAnswer(record);
    if (spans.length === 0) return losses;
    const entries = spans.flatMap(({ start, end, boxes }) =>
      boxes.map((box) => [
        codePoints(caption, start),
        codePoints(caption, end),
        ...scaled(box, 1 / record.width!, 1 / record.height!).map(shortened),
        1,
      ]),
    );
    const { id, width, height } = record;
    const url = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const item = { id, url, caption, width, height, noun_chunks: entries, ref_exps: entries };
    this.file.write(`${JSON.stringify(item)}\n`);
    return losses;
  }

  async end(): Promise<void> {}
}

/** Without what the division adds at the end. */
function shortened(share: number): number {
  return Number(share.toFixed(12));
}
