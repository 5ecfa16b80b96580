/** Flickr30k Entities (docs/formats/flickr30k-entities.md). */
import { BOXES_OPTION } from '../boxes.ts';
import { changed, rejected } from '../events.ts';
import { FileNames, stemOf } from '../fileNames.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type Loss,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { boxedAnswer, boxedRecord, codePoints } from './boxedCaption.ts';
import { type EntityBoxes, readAnnotation, readSentence, writeAnnotation, writeSentence } from './flickrSentences.ts';

/** Things that cannot be seen, such as "today". */
const NOT_VISUAL = '0';

export const flickr30kEntities: DatasetFormat = {
  kind: 'flickr30k-entities',
  title: 'Flickr30k Entities',
  page: {
    about:
      'Five captions for each photograph in `Sentences/ID.txt`, with phrases in brackets (`[/EN#283585/people A young white boy] with …`), and the boxes of the entities in `Annotations/ID.xml`.',
    mapping:
      'Each caption becomes a record of the task `gcg`, in its own words; the spaces before commas and full stops go. A phrase whose entity has boxes gets them as one filled mask with `source: "box"`; boxes count from 1 in the files and from 0 in records. Entities without a box (scenes, things that cannot be seen, `EN#0`) stay plain words. Written, each record becomes a photograph of its own with one caption.',
    lost: "Boxes are no outlines. The entities' types, and that two captions mean the same entity, are lost. Writing keeps the first answer with masks, as boxes of whole pixels; types become `other`.",
    commands: [
      'uscdf convert --from flickr30k-entities flickr30k_entities --images flickr30k_images -o flickr.uscdf.jsonl',
      'uscdf convert --to flickr30k-entities data.uscdf.jsonl -o entities',
    ],
  },
  readOptions: [BOXES_OPTION],
  writesFolder: true,
  read,
  write: (output) => new FlickrWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    for (const file of await sentenceFiles(input.files, path)) yield* readFile(input, file);
  }
}

/** The files of captions: one that was named, or those in `Sentences/` of a folder, or in the folder itself. */
async function sentenceFiles(files: DatasetFiles, path: string): Promise<readonly string[]> {
  if ((await files.kind(path)) === 'file') return [path];
  const folder = (await files.kind(`${path}/Sentences`)) === 'folder' ? `${path}/Sentences` : path;
  const names = (await files.list(folder)).filter(({ name, kind }) => kind === 'file' && /\.txt$/i.test(name));
  if (names.length === 0)
    throw new DatasetError(
      `${path}: there are no captions here: name the folder that holds Sentences and Annotations.`,
    );
  return names.map(({ name }) => `${folder}/${name}`);
}

async function* readFile(input: ReadInput, file: string): AsyncGenerator<ReadEvent> {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), 0));
  const stem = file.slice(folder === '' ? 0 : folder.length + 1).replace(/\.txt$/i, '');
  const entities = await annotationOf(input.files, folder, stem);
  if (entities === undefined) {
    const message = `There is no Annotations/${stem}.xml beside it: name the folder that holds Sentences and Annotations.`;
    yield rejected({ file, item: stem }, 'no-annotations', message);
    return;
  }
  const image = await input.images.find(`${stem}.jpg`);
  const [height, width] = [entities.height ?? image.size?.height ?? 0, entities.width ?? image.size?.width ?? 0];
  for await (const { text: line, line: number } of input.files.lines(file)) {
    if (line.trim() === '') continue;
    const from = { file, item: `line ${number + 1}` };
    if (!(height > 0 && width > 0)) {
      yield rejected(from, 'no-size', 'The size of its photograph is not known: name its folder with --images.');
      continue;
    }
    const { caption, phrases } = readSentence(line.trim());
    const boxed = phrases.flatMap(({ start, end, entity }) => {
      const boxes = entity === NOT_VISUAL ? undefined : entities.boxes.get(entity);
      const offsets = [codePoints(caption, start), codePoints(caption, end)] as const;
      return boxes === undefined ? [] : [{ phrase: caption.slice(start, end), offsets, boxes }];
    });
    const without = phrases.length - boxed.length;
    if (without > 0) yield changed(from, 'no-box', `${without} of its phrases have no box and stay plain words.`);
    const sourceId = `${stem}-${number + 1}`;
    const parts = { dataset: 'flickr30k-entities', sourceId, image, height, width, caption, phrases: boxed };
    yield* boxedRecord(input, parts, from);
  }
}

async function annotationOf(files: DatasetFiles, folder: string, stem: string): Promise<EntityBoxes | undefined> {
  const root = folder.replace(/\/?Sentences$/, '');
  for (const path of [
    `${root}/Annotations/${stem}.xml`,
    `Annotations/${stem}.xml`,
    `${folder}/${stem}.xml`,
    `${stem}.xml`,
  ])
    if ((await files.kind(path)) === 'file') return readAnnotation(await files.text(path));
  return undefined;
}

class FlickrWriter implements RecordWriter {
  private readonly names = new FileNames();
  private entities = 0;

  constructor(private readonly output: WriteOutput) {}

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { caption, spans, losses } = boxedAnswer(record);
    if (spans.length === 0) return losses;
    const stem = this.names.free(stemOf(record.image) || record.id);
    const sorted = [...spans].sort((a, b) => a.start - b.start);
    const named = sorted.map((span) => ({ ...span, entity: String(++this.entities) }));
    const boxes = named.flatMap(({ entity, boxes: all }) => all.map((box) => ({ entity, box })));
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    this.output.file(`Sentences/${stem}.txt`).write(`${writeSentence(caption.replace(/\s/g, ' '), named)}\n`);
    this.output.file(`Annotations/${stem}.xml`).write(writeAnnotation(image, record.width!, record.height!, boxes));
    return losses;
  }

  async end(): Promise<void> {}
}
