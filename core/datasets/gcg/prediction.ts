/** Predictions of grounded captions, one file an image, as the official scripts score them (docs/formats/gcg-prediction.md). */

import { toCompressed } from '../../masks/maskValue.ts';
import { textsOf } from '../../metrics/evaluate/official/cocoFile.ts';
import { unwrapped } from '../../metrics/evaluate/official/gcg.ts';
import { isObject } from '../../records/isObject.ts';
import { changed, rejected } from '../events.ts';
import { stemOf } from '../fileNames.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type ItemPlace,
  type Loss,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { groundedAnswer } from '../groundedAnswer.ts';
import { type JsonItem, jsonItems } from '../json/jsonItems.ts';
import { filesNamed } from '../json/jsonObjects.ts';
import { sizedMask } from '../sizedMask.ts';
import type { LabelledMask } from './captionItems.ts';
import { captionRecord } from './captionRecord.ts';
import { IDS_OPTION, ImageIds } from './imageIds.ts';

type Fields = Readonly<Record<string, unknown>>;

export const gcgPrediction: DatasetFormat = {
  kind: 'gcg-prediction',
  title: 'GCG and MGSC predictions',
  page: {
    about:
      'What GLaMM and MGLMM write for each image when they are evaluated, a file `<image id>.json`: `{image_id, caption, phrases, pred_masks}`, the k-th phrase with the k-th mask, masks as compressed runs. It may be wrapped in one outer key. `uscdf evaluate` scores such a folder against the evaluation files (`gcg-eval`).',
    mapping:
      "One record a file. Phrases are looked for in the caption in their order. The photograph is looked for by the image id. A prediction without masks becomes a record without masks, so that it is counted. With `set=mgsc` records are of task `mgsc`. Written, a file an image, with the photograph's name under `file_name`, which the scripts do not look at; `ids` has to be the same as for the references.",
    lost: 'Reading leaves out masks beyond the phrases, and masks whose phrase the caption does not hold. Writing keeps one answer a record; questions, negatives and scores are lost, and polygons become runs.',
    commands: [
      'uscdf convert --from gcg-prediction results --images coco/val2017 -o predictions.uscdf.jsonl',
      'uscdf convert --to gcg-prediction predictions.uscdf.jsonl -o results',
    ],
  },
  readOptions: [{ name: 'set', description: 'Which captions these are.', default: 'gcg', choices: ['gcg', 'mgsc'] }],
  writeOptions: [IDS_OPTION],
  writesFolder: true,
  read,
  write: (output) => new PredictionWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const found = await filesNamed(input.files, input.paths, /\.json$/i);
  if (found.length === 0)
    throw new DatasetError(
      `${input.paths.join(', ')}: there is no JSON file here: name the folder of the predictions.`,
    );
  for (const file of found) {
    try {
      for await (const { value, item } of predictionsOf(input.files, file))
        yield* readPrediction(input, value, { file, item });
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      yield rejected({ file, item: WHOLE }, 'broken-file', error.message);
    }
  }
}

const WHOLE = 'the file';
/** A file with one prediction is far smaller. */
const READ_AT_ONCE = 1 << 24;

/** Mostly one; a list, and lines of JSON, are read as well. There are many files, so that each is opened once. */
async function* predictionsOf(files: DatasetFiles, path: string): AsyncGenerator<JsonItem> {
  let whole: unknown;
  try {
    whole = JSON.parse(new TextDecoder().decode(await files.bytes(path, READ_AT_ONCE)));
  } catch {
    // It is larger, or no whole JSON; what is wrong with it is said where it is read piece by piece.
    yield* jsonItems(files, path);
    return;
  }
  if (!Array.isArray(whole)) yield { value: whole, item: WHOLE };
  else for (const [i, value] of whole.entries()) yield { value, item: `item ${i + 1}` };
}

async function* readPrediction(
  { images, options, seed }: ReadInput,
  value: unknown,
  from: ItemPlace,
): AsyncGenerator<ReadEvent> {
  const reply = unwrapped(value);
  if (!isObject(reply) || typeof reply['caption'] !== 'string' || !Array.isArray(reply['pred_masks'])) {
    const message = 'It has no "caption" with "pred_masks": it is no prediction of a grounded caption.';
    yield rejected(from, 'no-prediction', message);
    return;
  }
  const id = idOf(reply, value, from);
  const given = reply['pred_masks'] as readonly unknown[];
  const phrases = textsOf(reply['phrases']);
  if (given.length !== phrases.length) {
    const message = `It has ${phrases.length} phrases and ${given.length} masks: they are paired in their order, and the rest is left out.`;
    yield changed(from, 'count-mismatch', message);
  }
  const image = await images.find(...imageNames(reply, id));
  const labelled: LabelledMask[] = [];
  for (const [i, label] of phrases.slice(0, given.length).entries()) {
    const mask = sizedMask(given[i], image.size);
    if (!mask.ok) yield changed(from, 'no-mask', `"${label}": ${mask.message} It is left out.`);
    else labelled.push({ label, mask: { ...mask.value, ...scoreOf(given[i]) } });
  }
  const { record, changes } = captionRecord(
    {
      dataset: 'gcg-prediction',
      id,
      task: options['set'] === 'mgsc' ? 'mgsc' : 'gcg',
      image,
      caption: reply['caption'],
      labelled,
      seed,
      ...sizeOf(labelled),
    },
    from,
  );
  yield* changes;
  yield { kind: 'record', from, record };
}

function idOf(reply: Fields, value: unknown, { file, item }: ItemPlace): string {
  const own = reply['image_id'];
  if (typeof own === 'string' || typeof own === 'number') return String(own);
  const [outer] = value !== reply && isObject(value) ? Object.keys(value) : [];
  const name = stemOf(outer ?? file);
  return outer === undefined && item !== WHOLE ? `${name} ${item}` : name;
}

/** MGLMM counts the captions of a photograph behind its name. */
function imageNames(reply: Fields, id: string): readonly [string, ...string[]] {
  const stems = [id, id.replace(/_\d+$/, '')];
  const names = stems.flatMap((stem) => ['jpg', 'png', 'jpeg', 'webp'].map((ending) => `${stem}.${ending}`));
  const own = reply['file_name'];
  return typeof own === 'string' && own !== '' ? [own, ...names] : [names[0]!, ...names.slice(1)];
}

function scoreOf(value: unknown): { readonly score?: number } {
  return isObject(value) && typeof value['score'] === 'number' ? { score: value['score'] } : {};
}

function sizeOf(labelled: readonly LabelledMask[]): { readonly height?: number; readonly width?: number } {
  const size = labelled[0]?.mask['size'];
  return Array.isArray(size) ? { height: Number(size[0]), width: Number(size[1]) } : {};
}

class PredictionWriter implements RecordWriter {
  private readonly ids: ImageIds;

  constructor(private readonly output: WriteOutput) {
    this.ids = new ImageIds(output.options);
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const answer = groundedAnswer(record);
    if (answer === undefined)
      return [{ code: 'no-answer', message: 'The record has no answer, so there is no prediction to write.' }];
    const { id, losses } = this.ids.next(record);
    const prediction = {
      image_id: id,
      caption: answer.caption,
      phrases: answer.phrases.map(({ text }) => text),
      pred_masks: answer.phrases.map(({ mask }) => toCompressed(mask)),
      file_name: record.imagePath === undefined ? record.image : this.output.relative(record.imagePath),
    };
    this.output.file(`${id}.json`).write(`${JSON.stringify(prediction)}\n`);
    return [...losses, ...answer.losses];
  }

  async end(): Promise<void> {}
}
