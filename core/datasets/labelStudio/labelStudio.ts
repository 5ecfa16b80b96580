/** Label Studio's tasks: what it exports as JSON, and what it imports (docs/formats/label-studio.md). */
import { isObject } from '../../records/isObject.ts';
import { BOXES_OPTION, BOXES_REFUSED, boxesFilled, refusesBoxes } from '../boxes.ts';
import { drawnRecord } from '../drawnRecord.ts';
import { type DrawnShape, isDrawableSize } from '../drawnShapes.ts';
import { changed, rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFormat,
  type FormatOption,
  type ItemPlace,
  type ReadEvent,
  type ReadInput,
} from '../format.ts';
import { phraseOf, TEXT_OPTION } from '../instanceText.ts';
import { filesNamed, jsonObjects } from '../json/jsonObjects.ts';
import { imageNames, imageOf } from './imageNames.ts';
import { regionsOf, shapeOf } from './regions.ts';
import { TaskWriter } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;

const JSON_NAME = /\.jsonl?$/i;

const RESULTS_OPTION: FormatOption = {
  name: 'results',
  description: 'Which of a task are read, or written: what people drew, or what a model proposed.',
  default: 'annotations',
  choices: ['annotations', 'predictions'],
};

export const labelStudio: DatasetFormat = {
  kind: 'label-studio',
  title: 'Label Studio',
  page: {
    about:
      'Label Studio exports a project as a JSON list of tasks (choose "JSON" there, not "JSON-MIN"): `data` with the address of the photograph, and `annotations` with `result`, a list of regions: brushes (runs of its own kind), polygons, rectangles and ellipses in percents of the image.',
    mapping:
      'Each task becomes a record. `text=list` (the default) names every region by its label, `dog-1` and `dog-2` where there are several, or by the description that a text area of the region holds; `text=classes` names each label once. Polygons stay polygons; rectangles become filled boxes marked by `source: "box"`. Of several annotations the one marked as ground truth is read, or else the last one that was not cancelled; `results=predictions` reads what a model proposed. Photographs are found by the end of their address, without the letters that an upload puts before the name. Written, a folder has `tasks.json` to import and `config.xml` with every label, to paste as the labelling interface; regions are brushes, or polygons where the record has polygons, and the texts travel along in `data`: mend the masks there, and `--from label-studio` puts them back to their sentences. Where regions were added, taken out or renamed, the record gets a new text. `prefix=…` stands before the name of each image, such as `/data/local-files/?d=photos/`.',
    lost: 'Reading leaves out regions without pixels (points, key points), those drawn on a turned image, and answers that are about no region. Writing loses what a mask says besides its pixels, such as its score; with `regions=polygon` holes are filled.',
    commands: [
      'uscdf convert --from label-studio export.json --images photos -o drawn.uscdf.jsonl',
      'uscdf convert --to label-studio drawn.uscdf.jsonl --set prefix=/data/local-files/?d=photos/ -o label-studio',
    ],
  },
  readOptions: [TEXT_OPTION, RESULTS_OPTION, BOXES_OPTION],
  writeOptions: [
    RESULTS_OPTION,
    {
      name: 'regions',
      description: 'How masks that are no polygons are written: as brushes, or as outlines.',
      default: 'brush',
      choices: ['brush', 'polygon'],
    },
    { name: 'prefix', description: "Stands before each image's name, as Label Studio is to find it.", default: '' },
  ],
  writesFolder: true,
  read,
  write: (output) => new TaskWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  let found = false;
  for (const path of await filesNamed(input.files, input.paths, JSON_NAME)) {
    for await (const { value, item } of jsonObjects(input.files, path)) {
      const from = { file: path, item: taskName(value, item) };
      if (isObject(value) && isObject(value['data'])) {
        found = true;
        yield* readTask(input, value, value['data'], from);
      } else
        yield rejected(
          from,
          'no-task',
          'It has no "data", so it is no task: export the project as JSON, not as JSON-MIN.',
        );
    }
  }
  if (!found)
    throw new DatasetError(
      `${input.paths.join(', ')}: there is no task of Label Studio here: export the project as JSON and name that file.`,
    );
}

function taskName(value: unknown, item: string): string {
  return isObject(value) && (typeof value['id'] === 'number' || typeof value['id'] === 'string')
    ? `task ${value['id']}`
    : item;
}

async function* readTask(input: ReadInput, task: Fields, data: Fields, from: ItemPlace): AsyncGenerator<ReadEvent> {
  const { options, images } = input;
  const address = imageOf(data);
  if (address === undefined) {
    yield rejected(from, 'no-image', 'Its data name no image: this converter is for labelled photographs.');
    return;
  }
  const results = resultsOf(task, String(options['results']));
  if (typeof results === 'string') {
    yield rejected(from, 'no-annotation', results);
    return;
  }
  if (results.others > 0)
    yield changed(
      from,
      'several-annotations',
      `It was annotated ${results.others + 1} times, and one of them is read.`,
    );
  const image = await images.find(...imageNames(address));
  const regions = regionsOf(results.list);
  const [height, width] = regions.find(({ size }) => size !== undefined)?.size ?? [
    image.size?.height,
    image.size?.width,
  ];
  if (height === undefined || width === undefined || !isDrawableSize(height, width)) {
    yield rejected(from, 'no-size', 'The size of its image is not known: name the folder of it with --images.');
    return;
  }
  if (image.size !== undefined && (image.size.height !== height || image.size.width !== width)) {
    const { size } = image;
    const message = `It was drawn on ${width} × ${height} pixels and its photograph has ${size.width} × ${size.height}: put the right one in its place.`;
    yield rejected(from, 'other-size', message);
    return;
  }
  const shapes: DrawnShape[] = [];
  for (const region of regions) {
    const place = { ...from, item: `${from.item} region ${region.id}` };
    const shape = shapeOf(region, height, width);
    if (phraseOf(region.label) === '') yield rejected(place, 'no-label', 'The region has no label: give it one.');
    else if (!shape.ok) yield rejected(place, 'no-mask', `The region "${region.label}" is left out. ${shape.message}`);
    else if (shape.value.mask['source'] === 'box' && refusesBoxes(options)) yield rejected(place, 'box', BOXES_REFUSED);
    else shapes.push(shape.value);
  }
  const boxes = shapes.filter(({ mask }) => mask['source'] === 'box').length;
  if (boxes > 0) yield boxesFilled(from, boxes);
  const { id } = task;
  yield* drawnRecord(shapes, {
    dataset: 'label-studio',
    sourceId: typeof id === 'number' || typeof id === 'string' ? id : from.item.replace(/\s/g, '-'),
    from,
    image,
    height,
    width,
    kept: data['uscdf'],
    text: String(options['text']),
  });
}

interface Results {
  readonly list: readonly unknown[];
  /** How many more there are of the kind. */
  readonly others: number;
}

/** The results that count; a sentence where there are none. */
function resultsOf(task: Fields, kind: string): Results | string {
  // Older versions call them completions.
  const list = task[kind] ?? (kind === 'annotations' ? task['completions'] : undefined);
  const all = (Array.isArray(list) ? list : []).filter(
    (one): one is Fields & { readonly result: readonly unknown[] } =>
      isObject(one) && Array.isArray(one['result']) && one['was_cancelled'] !== true,
  );
  const chosen = all.find((one) => one['ground_truth'] === true) ?? all[all.length - 1];
  if (chosen !== undefined) return { list: chosen.result, others: all.length - 1 };
  return kind === 'annotations'
    ? 'Nobody has annotated it, or it was skipped; --set results=predictions reads what a model proposed.'
    : 'It has no predictions; --set results=annotations reads what people drew.';
}
