/** OMG-LLaVA's conversations (docs/formats/omg-llava.md). */
import { isObject } from '../../records/isObject.ts';
import { groundedPhrase } from '../../text/compose.ts';
import { changed, rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFormat,
  type FoundImage,
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
import { newRecord, referringAnswer } from '../newRecord.ts';
import { onlyReferent, type QuestionPair, questionPairs, trainingMasks } from '../questionPairs.ts';
import { askedFor } from '../questions.ts';
import { type Size, sizedMask, sizeFrom } from '../sizedMask.ts';

type Fields = Readonly<Record<string, unknown>>;

export const omgLlava: DatasetFormat = {
  kind: 'omg-llava',
  title: 'OMG-LLaVA conversations',
  page: {
    about:
      'What OMG-LLaVA is trained on, in the form of XTuner: a JSON list of `{image, conversation: [{input, output}], masks}`, or the same with turns `{from: human | gpt, value}`; masks as COCO has them, one for each `[SEG]` in the order of the text. Its grounded captions on disk are GranD-f’s files: read those with `--from grandf`.',
    mapping:
      'Turns stay as they are; tags get their spaces. An answer whose `[SEG]` has no phrase, as `Sure, it is [SEG].`, gets the phrase of its question where that is one of the official ones. Written, pairs of `input` and `output` with `<image>` on a line of its own; with `answers=official` an answer about a single thing becomes `<p> Dog </p> [SEG].`, as its loaders make it.',
    lost: 'Items about regions marked in the photograph (`<region>`, `<mark>`) have no place in USCDF; items are left out whose masks and `[SEG]` differ in number, or whose `[SEG]` has no phrase. Writing keeps texts and masks; polygons become runs, and target, parent, labels and scores are lost.',
    commands: [
      'uscdf convert --from omg-llava train.json --images images -o train.uscdf.jsonl',
      'uscdf convert --to omg-llava train.uscdf.jsonl --set answers=official -o train.json',
    ],
  },
  writeOptions: [
    {
      name: 'answers',
      description:
        'The words of an answer about a single thing: as they are, or as the loaders of OMG-LLaVA make them.',
      default: 'kept',
      choices: ['kept', 'official'],
    },
  ],
  read,
  write: (output) => new OmgWriter(output),
};

/** Under any of these keys. */
const MASK_KEYS = ['masks', 'segmentations', 'segmentation', 'rle_masks'];

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name the JSON file of conversations.`);
    for await (const { value, item } of jsonItems(input.files, path))
      yield* readItem(input, value, { file: path, item });
  }
}

async function* readItem({ images }: ReadInput, value: unknown, from: ItemPlace): AsyncGenerator<ReadEvent> {
  if (isObject(value) && ('groundings' in value || 'refs' in value)) {
    yield rejected(from, 'grandf', 'It is an item of GranD-f, which OMG-LLaVA reads as well: use --from grandf.');
    return;
  }
  const given = isObject(value) ? [value['conversation'], value['conversations']].find(Array.isArray) : undefined;
  const pairs = pairsOf(given ?? []);
  if (!isObject(value) || pairs.length === 0) {
    yield rejected(
      from,
      'no-conversation',
      'It has no conversation of questions with answers: it is no item of OMG-LLaVA.',
    );
    return;
  }
  const name = value['image'];
  if (typeof name !== 'string' || name === '') {
    yield rejected(from, 'no-image', 'It has no image: a record of USCDF is about one.');
    return;
  }
  if (pairs.some(({ question, answer }) => /<(?:region|mark)>/.test(question + answer))) {
    yield rejected(
      from,
      'region',
      'It is about regions that are marked in the photograph, for which USCDF has no place.',
    );
    return;
  }
  const turns = pairs.map(({ question, answer }) => ({ question, answer: withSpaces(answer) }));
  const named = turns.map(({ question, answer }) => ({ question, answer: withPhrase(question, answer) }));
  if (named.some(({ answer }) => hasBareSeg(answer))) {
    const message =
      'A [SEG] has no phrase, and its question does not say what is meant: put the words it shows in <p> … </p>.';
    yield rejected(from, 'bare-seg', message);
    return;
  }
  if (named.some(({ answer }, i) => answer !== turns[i]!.answer))
    yield changed(from, 'bare-seg', 'A [SEG] had no phrase and got the one of its question.');
  const image = await images.find(name);
  const masks = masksOf(value, image);
  if (typeof masks === 'string') {
    yield rejected(from, 'no-mask', masks);
    return;
  }
  const count = named.reduce((sum, { answer }) => sum + answer.split('[SEG]').length - 1, 0);
  if (count !== masks.length) {
    const message = `Its answers have ${count} [SEG] and it has ${masks.length} masks, so nobody knows which belong together: give each [SEG] its mask.`;
    yield rejected(from, 'count-mismatch', message);
    return;
  }
  const id = String(value['id'] ?? from.item);
  const record = newRecord({
    id,
    image,
    ...sizeOf(value, masks),
    turns: named,
    masks,
    provenance: { dataset: 'omg-llava', sourceId: id },
  });
  yield { kind: 'record', from, record };
}

interface Pair {
  readonly question: string;
  readonly answer: string;
}

/** Pairs of `input` and `output`, or turns by their speakers; a first turn of the assistant is passed over. */
function pairsOf(list: readonly unknown[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let question: string | undefined;
  for (const turn of list) {
    if (!isObject(turn)) continue;
    const [asked, answered] =
      'from' in turn
        ? [turn['from'] === 'human' ? turn['value'] : undefined, turn['from'] === 'gpt' ? turn['value'] : undefined]
        : [turn['input'], turn['output']];
    if (typeof asked === 'string') question = asked.replace(/<image>\s*/gi, '').trim();
    if (typeof answered !== 'string' || question === undefined) continue;
    pairs.push({ question, answer: answered.trim() });
    question = undefined;
  }
  return pairs;
}

/** `<p>Dog</p>[SEG]` with the spaces of USCDF. */
function withSpaces(answer: string): string {
  return answer.replace(/<p>([^<]*)<\/p>\s*\[SEG\]/g, (whole, words: string) =>
    words.trim() === '' ? whole : groundedPhrase(words),
  );
}

/** The answer with its question's phrase where its one `[SEG]` has none. */
function withPhrase(question: string, answer: string): string {
  if (!hasBareSeg(answer) || answer.includes('<p>') || answer.split('[SEG]').length !== 2) return answer;
  const asked = askedFor(question);
  return asked === undefined ? answer : referringAnswer([asked], []);
}

function hasBareSeg(answer: string): boolean {
  const pieces = answer.split('[SEG]');
  return pieces.slice(0, -1).some((before) => !before.endsWith('</p> '));
}

function masksOf(value: Fields, image: FoundImage): readonly unknown[] | string {
  const list = MASK_KEYS.map((key) => value[key]).find(Array.isArray) ?? [];
  const size = image.size ?? sizeFrom(value['height'], value['width']);
  const masks: unknown[] = [];
  for (const [i, each] of list.entries()) {
    const mask = sizedMask(each, size);
    if (!mask.ok) return `Mask ${i + 1}: ${mask.message} Mend it, for the others follow it in the order of the text.`;
    masks.push(mask.value);
  }
  return masks;
}

function sizeOf(value: Fields, masks: readonly unknown[]): Size | undefined {
  const [first] = masks;
  const size: readonly unknown[] = isObject(first) && Array.isArray(first['size']) ? first['size'] : [];
  return sizeFrom(size[0], size[1]) ?? sizeFrom(value['height'], value['width']);
}

class OmgWriter implements RecordWriter {
  private readonly file: OutputFile;
  private count = 0;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { pairs, losses } = questionPairs(record);
    if (pairs.length === 0)
      return [
        { code: 'no-turns', message: 'The record has no question with an answer, so it is left out.', leftOut: true },
      ];
    const masks = trainingMasks(pairs);
    if ('code' in masks) return [masks];
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const conversation = pairs.map((pair, i) => ({
      input: i === 0 ? `<image>\n${pair.question}` : pair.question,
      output: this.answer(pair),
    }));
    const { id, height, width } = record;
    const item = JSON.stringify({ id, image, height, width, conversation, masks });
    this.file.write(`${this.count++ === 0 ? '[\n' : ',\n'}${item}`);
    return losses;
  }

  async end(): Promise<void> {
    this.file.write(this.count === 0 ? '[]\n' : '\n]\n');
  }

  private answer(pair: QuestionPair): string {
    const referent = this.output.options['answers'] === 'official' ? onlyReferent(pair) : undefined;
    return referent === undefined ? pair.answer : `${groundedPhrase(capitalised(referent))}.`;
  }
}

/** The first letter large and the others small, as Python's `capitalize` has them. */
function capitalised(words: string): string {
  const [first = '', ...rest] = words;
  return first.toUpperCase() + rest.join('').toLowerCase();
}
