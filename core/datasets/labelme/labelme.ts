/** labelme's files, one beside each photograph (docs/formats/labelme.md). */
import { isObject } from '../../records/isObject.ts';
import { BOXES_OPTION, BOXES_REFUSED, boxesFilled, refusesBoxes } from '../boxes.ts';
import { drawnRecord } from '../drawnRecord.ts';
import { type DrawnShape, isDrawableSize } from '../drawnShapes.ts';
import { changed, rejected } from '../events.ts';
import { FileNames } from '../fileNames.ts';
import {
  DatasetError,
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
import { phraseOf, TEXT_OPTION } from '../instanceText.ts';
import { filesNamed } from '../json/jsonObjects.ts';
import { drawableSegments, holesFilled, keptRecord } from '../keptRecord.ts';
import { isLabelFile, maskOfShape, shapesOf } from './shapes.ts';

type Fields = Readonly<Record<string, unknown>>;

const JSON_NAME = /\.json$/i;
/** The first version whose shapes may be masks. */
const VERSION = '5.2.1';
/** Labels that stand for no thing. */
const NO_THINGS = new Set(['__ignore__', '_background_']);

export const labelme: DatasetFormat = {
  kind: 'labelme',
  title: 'labelme',
  page: {
    about:
      'The labelling program labelme writes one JSON file beside each photograph: `shapes`, each with a label, its points in pixels and the way it was drawn (`polygon`, `rectangle`, `circle`, and from version 5.2 on `mask`, a small PNG).',
    mapping:
      'Each file becomes a record. `text=list` (the default) names every thing by its label, `dog-1` and `dog-2` where there are several; `text=classes` names each label once with all its things in one mask. Shapes of one label and one `group_id` are one thing. Polygons stay polygons, drawn by the rules of COCO, which differ by border pixels from labelme\'s own; rectangles become filled boxes marked by `source: "box"`. Written, each record becomes a file named like its photograph, each `[SEG]` a group of shapes with its phrase as label, and the texts travel along under a key `uscdf`, which labelme keeps: mend the masks there, and `--from labelme` puts them back to their sentences. Where shapes were added, taken out or renamed, the texts are no longer theirs, and the record gets a new one. Keep photographs where they lie: the files name them by their paths.',
    lost: 'Reading leaves out points and lines, which enclose nothing, and shapes labelled `__ignore__` or `_background_`. Writing loses what a mask says besides its pixels, such as its score; with `shapes=polygon` holes are filled.',
    commands: [
      'uscdf convert --from labelme photos -o drawn.uscdf.jsonl',
      'uscdf convert --to labelme drawn.uscdf.jsonl -o labels',
    ],
  },
  readOptions: [TEXT_OPTION, BOXES_OPTION],
  writeOptions: [
    {
      name: 'shapes',
      description: 'How masks that are no polygons are written: as masks (labelme 5.2 and later), or as outlines.',
      default: 'mask',
      choices: ['mask', 'polygon'],
    },
  ],
  writesFolder: true,
  read,
  write: (output) => new LabelmeWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const paths = await filesNamed(input.files, input.paths, JSON_NAME);
  let found = false;
  for (const path of paths) {
    const from = { file: path, item: nameOf(path).replace(JSON_NAME, '') };
    const value = await jsonOf(input, path);
    if (isLabelFile(value)) {
      found = true;
      yield* readFile(input, value, from);
    } else
      yield typeof value === 'string'
        ? rejected(from, 'no-json', value)
        : rejected(
            from,
            'no-shapes',
            'It has no list "shapes", so it is no file of labelme: take it out of the folder.',
          );
  }
  if (!found)
    throw new DatasetError(
      `${input.paths.join(', ')}: there is no file of labelme here: name the folder of its JSON files.`,
    );
}

/** The file's JSON; a sentence where it is none: one broken file must not end the others. */
async function jsonOf({ files }: ReadInput, path: string): Promise<unknown> {
  try {
    return await files.json(path);
  } catch (error) {
    if (error instanceof DatasetError) return error.message;
    throw error;
  }
}

async function* readFile(
  input: ReadInput,
  value: Fields & { readonly shapes: readonly unknown[] },
  from: ItemPlace,
): AsyncGenerator<ReadEvent> {
  const image = await imageOf(input, value, from);
  const height = Number(value['imageHeight'] ?? image.size?.height);
  const width = Number(value['imageWidth'] ?? image.size?.width);
  if (!isDrawableSize(height, width)) {
    const message = 'The size of its photograph is not known, or is none: name the folder of it with --images.';
    yield rejected(from, 'no-size', message);
    return;
  }
  if (image.size !== undefined && (image.size.height !== height || image.size.width !== width)) {
    const { size } = image;
    const message = `It was drawn on ${width} × ${height} pixels and its photograph has ${size.width} × ${size.height}: put the right one in its place.`;
    yield rejected(from, 'other-size', message);
    return;
  }
  const shapes: DrawnShape[] = [];
  for (const [i, shape] of value.shapes.entries()) {
    const event = readShape(shape, { ...from, item: `${from.item} shapes[${i}]` }, input, height, width);
    if ('kind' in event) yield event;
    else shapes.push(event);
  }
  const boxes = shapes.filter(({ mask }) => mask['source'] === 'box').length;
  if (boxes > 0) yield boxesFilled(from, boxes);
  yield* drawnRecord(shapes, {
    dataset: 'labelme',
    sourceId: from.item,
    from,
    image,
    height,
    width,
    kept: value['uscdf'],
    text: String(input.options['text']),
  });
}

/** The shape, or what is to be told of it. */
function readShape(
  shape: unknown,
  from: ItemPlace,
  { options }: ReadInput,
  height: number,
  width: number,
): DrawnShape | ReadEvent {
  const label = isObject(shape) && typeof shape['label'] === 'string' ? shape['label'].trim() : '';
  if (!isObject(shape) || phraseOf(label) === '')
    return rejected(from, 'no-label', 'The shape has no label: give it one.');
  if (NO_THINGS.has(label)) return changed(from, 'no-thing', `Its label ${label} stands for no thing; it is left out.`);
  const mask = maskOfShape(shape, height, width);
  if (!mask.ok) return rejected(from, 'no-mask', `The shape "${label}" is left out. ${mask.message}`);
  if (mask.value['source'] === 'box' && refusesBoxes(options)) return rejected(from, 'box', BOXES_REFUSED);
  const group = shape['group_id'];
  return { label, mask: mask.value, group: typeof group === 'number' ? group : undefined };
}

/** By the path that the file notes, seen from its folder, or by its own name. */
function imageOf({ images }: ReadInput, value: Fields, { file, item }: ItemPlace): Promise<FoundImage> {
  const folder = file.slice(0, file.length - nameOf(file).length);
  // Written on Windows, the path has backslashes.
  const noted = typeof value['imagePath'] === 'string' ? value['imagePath'].replaceAll('\\', '/') : `${item}.jpg`;
  return images.find(
    noted,
    `${folder}${noted}`,
    ...['jpg', 'jpeg', 'png'].map((ending) => `${folder}${item}.${ending}`),
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

class LabelmeWriter implements RecordWriter {
  private readonly names = new FileNames();

  constructor(private readonly output: WriteOutput) {}

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { height, width } = record;
    if (height === undefined || width === undefined)
      return [
        {
          code: 'no-size',
          message: 'The size of its image is not known, so it is left out: add width and height.',
          leftOut: true,
        },
      ];
    const drawable = drawableSegments(record);
    const losses = [...drawable.losses];
    const shapes: Fields[] = [];
    for (const { segment, mask, number } of drawable.segments) {
      const written = shapesOf(segment, mask, String(this.output.options['shapes']), number);
      shapes.push(...written.shapes);
      if (written.holes > 0) losses.push(holesFilled(segment.phrase, written.holes, 'shapes=mask'));
    }
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const file = {
      version: VERSION,
      flags: {},
      shapes,
      imagePath: image,
      imageData: null,
      imageHeight: height,
      imageWidth: width,
      uscdf: keptRecord(record),
    };
    const stem = nameOf(image).replace(/\.\w+$/, '');
    this.output.file(`${this.names.free(stem)}.json`).write(`${JSON.stringify(file, undefined, 2)}\n`);
    return losses;
  }

  async end(): Promise<void> {}
}
