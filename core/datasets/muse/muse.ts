/** MUSE, PixelLM's questions about several objects (docs/formats/muse.md). */
import { encodeCounts } from '../../masks/counts.ts';
import { area, boundingBox } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { cocoMask } from '../coco/segmentation.ts';
import { changed, rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFormat,
  type FoundImage,
  type ImageFinder,
  type ItemPlace,
  type Loss,
  type OutputFile,
  type ReadEvent,
  type ReadInput,
  type ReadRecord,
  type RecordWriter,
  type WriteOutput,
} from '../format.ts';
import { jsonItems } from '../json/jsonItems.ts';
import { newRecord } from '../newRecord.ts';
import { ask, bareQuestion, REASONING_QUESTIONS } from '../questions.ts';
import { Random } from '../random.ts';
import { hasCoordinates, insertTags, type Mode, removeTags } from './insertion.ts';

type Fields = Readonly<Record<string, unknown>>;

export const muse: DatasetFormat = {
  kind: 'muse',
  title: 'MUSE (PixelLM)',
  page: {
    about:
      'Questions whose answers point to several objects of a COCO photograph, one after the other. A JSON list of `{file_name or coco_url, height, width, questions, answers, text_answers}`; a text answer has `{seg}` where a mask belongs.',
    mapping:
      'Each question becomes a record of the task `reasoning`, with one of the official sentences that ask for a mask behind it. The tags go around the category\'s name before `{seg}`, by the rules of MGLMM\'s loader to the letter: its last occurrence, at most five characters away, with spaces or else underscores; answers without a text become a list of the objects. What the rules cannot place is rejected with its reason: `coordinate-question`, `adjacent-seg`, `count-mismatch`, `category-not-found`, `gap-too-large`. As in the loader one such answer takes its whole item with it, but for questions with coordinates. `mode=improved` finds names whatever their case and as whole words only ("cat" is not in "catalog"), and rejects single questions.',
    lost: 'Reading leaves out what the rules cannot place; a report tells each. Writing keeps questions, answers, phrases and masks; answers that the rules would read back differently are left out.',
    commands: [
      'uscdf convert --from muse MUSE_train.json --images coco -o muse.uscdf.jsonl',
      'uscdf convert --from muse MUSE_train.json --set mode=improved --images coco -o muse.uscdf.jsonl',
      'uscdf convert --to muse muse.uscdf.jsonl -o MUSE.json',
    ],
  },
  readOptions: [
    {
      name: 'mode',
      description: "How words are found: as MGLMM's loader does, or by whole words in any case.",
      default: 'official',
      choices: ['official', 'improved'],
    },
  ],
  read,
  write: (output) => new MuseWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name MUSE's JSON files, such as MUSE_train.json.`);
    for await (const { value, item } of jsonItems(input.files, path))
      yield* readItem(input, value, { file: path, item });
  }
}

interface Answered extends ReadAnswer {
  readonly from: ItemPlace;
  readonly number: number;
}

async function* readItem(input: ReadInput, value: unknown, from: ItemPlace): AsyncGenerator<ReadEvent> {
  if (!isObject(value) || !Array.isArray(value['questions']) || !Array.isArray(value['answers'])) {
    yield rejected(from, 'no-questions', 'It has no lists "questions" and "answers": it is no item of MUSE.');
    return;
  }
  if (Array.isArray(value['ann_list']) && value['ann_list'].length === 0) {
    yield rejected(from, 'no-annotations', 'Its "ann_list" is empty: there is no mask to ground.');
    return;
  }
  const image = await imageOf(value, input.images);
  const [height, width] = [
    image?.size?.height ?? Number(value['height']),
    image?.size?.width ?? Number(value['width']),
  ];
  if (image === undefined || !(height > 0) || !(width > 0)) {
    yield rejected(
      from,
      'no-image',
      'It names no photograph, or its size is not known: add file_name, height and width.',
    );
    return;
  }
  const answered: Answered[] = [];
  let failed = false;
  for (const [i, question] of value['questions'].entries()) {
    const place = { file: from.file, item: `${from.item}, question ${i + 1}` };
    const outcome = readAnswer(value, question, i, height, width, input.options['mode'] as Mode);
    if (outcome.ok) {
      if (outcome.dropped > 0)
        yield changed(place, 'bad-polygon', `${outcome.dropped} of its polygons enclose nothing and are left out.`);
      answered.push({ ...outcome, from: place, number: i + 1 });
    } else {
      failed ||= outcome.code !== 'coordinate-question';
      yield rejected(place, outcome.code, outcome.message);
    }
  }
  if (failed && input.options['mode'] === 'official') {
    for (const { from: place } of answered)
      yield rejected(
        place,
        'item-rejected',
        "Another question of its item cannot be placed, and MGLMM's loader then drops the item; mode=improved keeps this one.",
      );
    return;
  }
  const source = sourceOf(value, from.item, image);
  for (const { from: place, number, question, text, masks } of answered) {
    const id = `muse-${source}-${number}`;
    const record = newRecord({
      id,
      image,
      width,
      height,
      task: 'reasoning',
      turns: [{ question: ask(new Random(input.seed, id).pick(REASONING_QUESTIONS), question), answer: text }],
      masks,
      provenance: { dataset: 'muse', sourceId: `${from.item} question ${number}` },
    });
    yield { kind: 'record', from: place, record };
  }
}

interface ReadAnswer {
  readonly ok: true;
  readonly question: string;
  readonly text: string;
  readonly masks: readonly Fields[];
  /** Polygons that enclose nothing. */
  readonly dropped: number;
}

type Outcome = ReadAnswer | { readonly ok: false; readonly code: string; readonly message: string };

function readAnswer(item: Fields, question: unknown, i: number, height: number, width: number, mode: Mode): Outcome {
  const targets = (item['answers'] as readonly unknown[])[i];
  if (typeof question !== 'string' || question.trim() === '' || !Array.isArray(targets))
    return { ok: false, code: 'no-questions', message: 'It has no question, or no answer: complete it.' };
  if (hasCoordinates(question))
    return {
      ok: false,
      code: 'coordinate-question',
      message: "The question holds coordinates in brackets, which MGLMM's loader leaves out.",
    };
  const list = targets.filter(isObject);
  const texts = Array.isArray(item['text_answers']) ? item['text_answers'] : [];
  const answer: unknown = texts[i];
  const insertion = insertTags(
    typeof answer === 'string' ? answer : undefined,
    list.map((target) => ({
      category: String(target['category_name'] ?? ''),
      rephrased: typeof target['rephrased_name'] === 'string' ? target['rephrased_name'] : undefined,
    })),
    mode,
  );
  if (!insertion.ok) return insertion;
  const masks: Fields[] = [];
  let dropped = 0;
  for (const target of list) {
    const mask = cocoMask(target['segmentation'], height, width);
    if (!mask.ok)
      return { ok: false, code: 'no-mask', message: `"${String(target['category_name'])}": ${mask.message}` };
    dropped += mask.value.droppedPolygons;
    masks.push({ ...mask.value.value, label: String(target['category_name']) });
  }
  return { ok: true, question: question.trim(), text: insertion.text, masks, dropped };
}

/** Items with a `file_name` are of COCO's train2014; others name their folder in `coco_url`. */
async function imageOf(value: Fields, images: ImageFinder): Promise<FoundImage | undefined> {
  const { file_name: name, coco_url: url } = value;
  if (typeof name === 'string' && name !== '')
    return images.find(...(name.includes('/') ? [name] : [`train2014/${name}`, name]));
  if (typeof url !== 'string' || url === '') return undefined;
  const parts = url.split('/').slice(-2);
  return images.find(parts.join('/'), parts[parts.length - 1]!);
}

/** The image's number, with the item's where it may stand in several. */
function sourceOf(value: Fields, item: string, image: FoundImage): string {
  const stem = image.image
    .split('/')
    .pop()!
    .replace(/\.\w+$/, '');
  return `${value['image_id'] === undefined ? stem : String(value['image_id'])}-${item.replace(/\D+/g, '')}`;
}

class MuseWriter implements RecordWriter {
  private readonly file: OutputFile;
  private count = 0;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const losses: Loss[] = [];
    const [questions, answers, texts]: [string[], Fields[][], string[]] = [[], [], []];
    record.turns.forEach((turn, i) => {
      const question = record.turns[i - 1];
      if (turn.role !== 'gpt' || question === undefined) return;
      const segments = record.segments.filter((segment) => segment.turn === i);
      const text = removeTags(
        turn.text,
        segments.map(({ phrase }) => phrase),
      );
      if (segments.length === 0 || segments.some(({ mask }) => mask === undefined))
        losses.push({
          code: 'no-masks',
          message: 'An answer has no masks, or one that cannot be read: it is left out.',
        });
      else if (!text.ok)
        losses.push({
          code: 'placement',
          message: `An answer would be read back differently and is left out. ${text.message}`,
        });
      else {
        questions.push(bareQuestion(question.text));
        texts.push(text.value);
        answers.push(
          segments.map(({ phrase, mask }) => ({
            segmentation: { size: [mask!.height, mask!.width], counts: encodeCounts(mask!.counts) },
            bbox: boundingBox(mask!),
            area: area(mask!),
            category_name: phrase,
            rephrased_name: phrase,
          })),
        );
      }
    });
    if (questions.length === 0) return [...losses, { code: 'empty', message: 'Nothing of the record can be written.' }];
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const item = {
      file_name: image,
      image_id: record.id,
      height: record.height,
      width: record.width,
      ann_list: answers.flat(),
      questions,
      answers,
      text_answers: texts,
    };
    this.file.write(`${this.count++ === 0 ? '[\n' : ',\n'}${JSON.stringify(item)}`);
    return losses;
  }

  async end(): Promise<void> {
    this.file.write(this.count === 0 ? '[]\n' : '\n]\n');
  }
}
