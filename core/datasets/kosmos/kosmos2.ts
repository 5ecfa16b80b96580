/** Kosmos-2's grounded text (docs/formats/kosmos2.md). */

import { isObject } from '../../records/isObject.ts';
import { BOXES_OPTION, type Corners } from '../boxes.ts';
import { changed, rejected } from '../events.ts';
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
import { boxedAnswer, boxedRecord, codePoints, scaled } from './boxedCaption.ts';
import { readGroundedText, writeGroundedText } from './groundedText.ts';

export const kosmos2: DatasetFormat = {
  kind: 'kosmos2',
  title: 'Kosmos-2 grounded text',
  page: {
    about:
      'What Kosmos-2 says and is trained on: a caption in which a phrase is followed by its place, `<phrase> a fire</phrase><object><patch_index_0005><patch_index_0911></object>`. A place is two cells of a grid of 32 × 32 over the image, its upper left and lower right corner; several are parted by `</delimiter_of_multi_objects/>`. Files are JSON lists or lines of JSON with `text` (or `generated_text`) and `image` (or `file_name`).',
    mapping:
      'Each text becomes a record of the task `gcg`. Cells become boxes as Hugging Face\'s processor decodes them (the cells\' centres, or their edges where both lie in one row or column), and boxes become filled masks with `source: "box"`; several boxes of a phrase are one mask. The size in pixels comes from the photograph, or from `width` and `height`. Written, each phrase gets the cells of the box around its mask.',
    lost: 'Boxes are no outlines, and cells are coarse: 1/32 of the image. Objects without a phrase are left out. Writing keeps the first answer with masks, as boxes.',
    commands: [
      'uscdf convert --from kosmos2 outputs.jsonl --images photos -o kosmos.uscdf.jsonl',
      'uscdf convert --from kosmos2 one.json --set image=snowman.png --images photos -o one.uscdf.jsonl',
      'uscdf convert --to kosmos2 data.uscdf.jsonl -o kosmos.jsonl',
    ],
  },
  readOptions: [BOXES_OPTION, { name: 'image', description: 'The photograph of items that name none.', default: '' }],
  read,
  write: (output) => new KosmosWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name a JSON file with Kosmos-2's texts.`);
    for await (const { value, item } of jsonObjects(input.files, path)) {
      const from = { file: path, item };
      const fields = isObject(value) ? value : {};
      const text = [fields['text'], fields['generated_text']].find((each) => typeof each === 'string');
      const name = [fields['image'], fields['file_name'], fields['image_path'], input.options['image']].find(
        (each) => typeof each === 'string' && each !== '',
      );
      if (text === undefined || name === undefined) {
        yield rejected(from, 'no-text', 'It has no "text", or names no photograph: add it, or use --set image=NAME.');
        continue;
      }
      const image = await input.images.find(name as string);
      const [height, width] = [
        image.size?.height ?? Number(fields['height']),
        image.size?.width ?? Number(fields['width']),
      ];
      if (!(height > 0) || !(width > 0)) {
        yield rejected(from, 'no-size', 'The size of its photograph is not known: name its folder with --images.');
        continue;
      }
      const { caption, spans, bare } = readGroundedText(text as string);
      if (bare > 0) yield changed(from, 'no-phrase-for-box', `${bare} of its objects have no phrase and are left out.`);
      const phrases = spans.map(({ start, end, boxes }) => ({
        phrase: caption.slice(start, end).trim(),
        offsets: [codePoints(caption, start), codePoints(caption, end)] as const,
        boxes: boxes.map((box) => scaled(box, width, height)),
      }));
      const sourceId = String(fields['id'] ?? item.replace(/\W+/g, '-'));
      yield* boxedRecord(input, { dataset: 'kosmos2', sourceId, image, height, width, caption, phrases }, from);
    }
  }
}

class KosmosWriter implements RecordWriter {
  private readonly file: OutputFile;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { caption, spans, losses } = boxedAnswer(record);
    if (spans.length === 0) return losses;
    const unit = spans.map((span) => ({
      ...span,
      boxes: span.boxes.map((box): Corners => scaled(box, 1 / record.width!, 1 / record.height!)),
    }));
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const { id, width, height } = record;
    const item = { id, image, width, height, text: writeGroundedText(caption, unit) };
    this.file.write(`${JSON.stringify(item)}\n`);
    return losses;
  }

  async end(): Promise<void> {}
}
