/** ODVG, the grounding lines of Grounding DINO's trainers, which GoldG is converted to (docs/formats/odvg.md). */
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
import { type BoxedPhrase, boxedAnswer, boxedRecord, codePoints, pythonSlice } from './boxedCaption.ts';

export const odvg: DatasetFormat = {
  kind: 'odvg',
  title: 'ODVG and GoldG',
  page: {
    about:
      'Lines of JSON, `{filename, height, width, grounding: {caption, regions: [{bbox, phrase, tokens_positive}]}}`: MMDetection and Open-GroundingDino read them, and GoldG (Flickr30k and the mixed set) comes as such. `bbox` is flat for one box and a list of boxes for several, in pixels, left, top, right, bottom.',
    mapping:
      'Each caption becomes a record of the task `gcg`. A phrase stands where `tokens_positive` says, or else where the caption holds it. Boxes become filled masks with `source: "box"`; several boxes of a phrase are one mask. Written, each phrase becomes a region with the box around its mask.',
    lost: 'Boxes are no outlines. Of a phrase in several pieces the first piece is grounded. Lines with `detection` instead of `grounding` have no caption and are rejected. Writing keeps the first answer with masks, as boxes.',
    commands: [
      'uscdf convert --from odvg final_flickr_separateGT_train_vg.json --images flickr30k_images -o goldg.uscdf.jsonl',
      'uscdf convert --to odvg data.uscdf.jsonl -o odvg.jsonl',
    ],
  },
  readOptions: [BOXES_OPTION],
  read,
  write: (output) => new OdvgWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name ODVG's JSON lines.`);
    for await (const { value, item } of jsonObjects(input.files, path))
      yield* readItem(input, value, { file: path, item });
  }
}

async function* readItem(
  input: ReadInput,
  value: unknown,
  from: { readonly file: string; readonly item: string },
): AsyncGenerator<ReadEvent> {
  const grounding = isObject(value) ? value['grounding'] : undefined;
  if (!isObject(value) || !isObject(grounding) || typeof grounding['caption'] !== 'string') {
    const message =
      'It has no "grounding" with a caption: lines with "detection" have classes only. Name a grounding file.';
    yield rejected(from, 'no-caption', message);
    return;
  }
  const name = [value['filename'], value['file_name']].find((each) => typeof each === 'string' && each !== '');
  const image = await input.images.find(...(name === undefined ? [] : [name as string]));
  const [height, width] = [Number(value['height'] ?? image.size?.height), Number(value['width'] ?? image.size?.width)];
  if (name === undefined || !(height > 0) || !(width > 0)) {
    yield rejected(from, 'no-size', 'It names no photograph, or has no width and height: add them.');
    return;
  }
  const { caption, regions } = grounding as { readonly caption: string; readonly regions?: unknown };
  const sourceId = `${(name as string)
    .split('/')
    .pop()!
    .replace(/\.\w+$/, '')}-${from.item.replace(/\D+/g, '') || '1'}`;
  const phrases = (Array.isArray(regions) ? regions : []).flatMap((region) => phraseOf(caption, region));
  yield* boxedRecord(input, { dataset: 'odvg', sourceId, image, height, width, caption, phrases }, from);
}

function phraseOf(caption: string, region: unknown): readonly BoxedPhrase[] {
  if (!isObject(region)) return [];
  const { bbox, phrase, tokens_positive: tokens } = region;
  const nested = Array.isArray(bbox) && bbox.some(Array.isArray) ? (bbox as readonly unknown[]) : [bbox];
  const boxes = nested.flatMap((box): readonly Corners[] => {
    const four = fourNumbers(box);
    return four === undefined ? [] : [four];
  });
  const first: unknown = Array.isArray(tokens) ? (Array.isArray(tokens[0]) ? tokens[0] : tokens) : undefined;
  const offsets =
    Array.isArray(first) && first.length === 2 && first.every(Number.isSafeInteger)
      ? ([first[0] as number, first[1] as number] as const)
      : undefined;
  const words = typeof phrase === 'string' ? phrase : offsets === undefined ? '' : pythonSlice(caption, ...offsets);
  return [{ phrase: words, ...(offsets !== undefined && { offsets }), boxes }];
}

class OdvgWriter implements RecordWriter {
  private readonly file: OutputFile;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { caption, spans, losses } = boxedAnswer(record);
    if (spans.length === 0) return losses;
    const regions = spans.map(({ start, end, boxes }) => ({
      bbox: boxes.length === 1 ? boxes[0] : boxes,
      phrase: caption.slice(start, end),
      tokens_positive: [[codePoints(caption, start), codePoints(caption, end)]],
    }));
    const filename = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const { height, width } = record;
    this.file.write(`${JSON.stringify({ filename, height, width, grounding: { caption, regions } })}\n`);
    return losses;
  }

  async end(): Promise<void> {}
}
