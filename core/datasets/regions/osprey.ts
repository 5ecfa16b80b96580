/** Osprey's conversations about regions (docs/formats/osprey.md). */
import { isObject } from '../../records/isObject.ts';
import { groundedPhrase } from '../../text/compose.ts';
import { cocoMask } from '../coco/segmentation.ts';
import { changed, rejected } from '../events.ts';
import { DatasetError, type DatasetFormat, type ItemPlace, type ReadEvent, type ReadInput } from '../format.ts';
import { jsonObjects } from '../json/jsonObjects.ts';
import { regionRecord } from './regionRecord.ts';

type Fields = Readonly<Record<string, unknown>>;

export const osprey: DatasetFormat = {
  kind: 'osprey',
  title: 'Osprey',
  page: {
    about:
      'Conversations and descriptions of regions with masks: `{file_name, height, width, annotation: [{bbox, segmentation}], conversations}` or `{…, description: ["<region1>: …"]}`. The k-th annotation is `<regionk>` in the texts.',
    mapping:
      'Each item becomes a record of the task `region`. `<region1>` is "region1" in questions; in answers its first mention gets tags and its mask, `<p> region1 </p> [SEG] is resting on <p> region2 </p> [SEG].` Regions that only questions speak of stand under the record\'s key `regions`, as masks with their names. A description becomes a question and an answer for each region. `<image>`, `<mask>` and `<pos>` are taken out of the texts.',
    lost: 'Boxes, which the masks have. Items of the benchmarks, with questions and no answers, are rejected.',
    commands: ['uscdf convert --from osprey osprey_conversation.json --images coco/train2017 -o osprey.uscdf.jsonl'],
  },
  read,
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    if ((await input.files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name Osprey's JSON files.`);
    for await (const { value, item } of jsonObjects(input.files, path))
      yield* readItem(input, value, { file: path, item });
  }
}

async function* readItem(input: ReadInput, value: unknown, from: ItemPlace): AsyncGenerator<ReadEvent> {
  const name = isObject(value)
    ? [value['file_name'], value['image']].find((each) => typeof each === 'string')
    : undefined;
  if (!isObject(value) || name === undefined || !Array.isArray(value['annotation'])) {
    yield rejected(from, 'no-regions', 'It has no file_name, or no list "annotation": it is no item of Osprey.');
    return;
  }
  const turns = turnsOf(value);
  if (turns === undefined) {
    yield rejected(
      from,
      'no-answer',
      'It has no conversation in which questions and answers take turns, and no description.',
    );
    return;
  }
  const image = await input.images.find(name as string);
  const [height, width] = [image.size?.height ?? Number(value['height']), image.size?.width ?? Number(value['width'])];
  if (!(height > 0 && width > 0)) {
    yield rejected(from, 'no-size', 'The size of its photograph is not known: add height and width.');
    return;
  }
  const regions: (Fields | undefined)[] = [];
  for (const [i, annotation] of value['annotation'].entries()) {
    const mask = cocoMask(isObject(annotation) ? annotation['segmentation'] : undefined, height, width);
    if (!mask.ok) yield changed(from, 'no-mask', `region${i + 1}: ${mask.message} It stays plain words.`);
    regions.push(mask.ok ? { ...mask.value.value, label: `region${i + 1}` } : undefined);
  }
  const grounded = new Set<number>();
  const masks: unknown[] = [];
  const unknown = new Set<number>();
  const said = turns.map(({ question, answer }) => ({
    question: plainText(question, (number) => `region${number}`),
    answer: plainText(answer, (number) => {
      const mask = regions[number - 1];
      if (number > regions.length || number < 1) unknown.add(number);
      if (mask === undefined || grounded.has(number)) return `region${number}`;
      grounded.add(number);
      masks.push(mask);
      return groundedPhrase(`region${number}`);
    }),
  }));
  if (unknown.size > 0)
    yield changed(
      from,
      'no-region',
      `Its answers speak of region ${[...unknown].join(', ')}, which is not annotated: plain words.`,
    );
  const others = regions.filter((region, i): region is Fields => region !== undefined && !grounded.has(i + 1));
  if (masks.length + others.length === 0) {
    yield rejected(from, 'no-mask', 'None of its regions has a mask.');
    return;
  }
  const sourceId = String(value['id'] ?? from.item.replace(/\D+/g, ''));
  const record = regionRecord({
    dataset: 'osprey',
    sourceId,
    image,
    height,
    width,
    turns: said,
    masks,
    regions: others,
  });
  yield { kind: 'record', from, record };
}

interface Turn {
  readonly question: string;
  readonly answer: string;
}

/** `undefined` where questions and answers do not take turns. */
function turnsOf(value: Fields): readonly Turn[] | undefined {
  const { conversations, description } = value;
  if (Array.isArray(description)) {
    const texts = description.filter((each): each is string => typeof each === 'string' && each.trim() !== '');
    const turns = texts.map((text, i) => {
      const number = /<region(\d{1,6})>/.exec(text)?.[1] ?? String(i + 1);
      const answer = text.includes('<region') ? text : `<region${number}>: ${text}`;
      return { question: `Please describe <region${number}> of this image.`, answer };
    });
    return turns.length === 0 ? undefined : turns;
  }
  if (!Array.isArray(conversations) || conversations.length === 0 || conversations.length % 2 === 1) return undefined;
  const turns: Turn[] = [];
  for (let i = 0; i < conversations.length; i += 2) {
    const [question, answer] = [textFrom(conversations[i], 'human'), textFrom(conversations[i + 1], 'gpt')];
    if (question === undefined || answer === undefined) return undefined;
    turns.push({ question, answer });
  }
  return turns;
}

function textFrom(turn: unknown, role: string): string | undefined {
  if (!isObject(turn) || turn['from'] !== role || typeof turn['value'] !== 'string') return undefined;
  return turn['value'].trim() === '' ? undefined : turn['value'];
}

/** A text without the tokens of the model, and with other words for its regions. */
function plainText(text: string, wordsFor: (region: number) => string): string {
  return text
    .replace(/<image>\n?|<mask>|<pos>/g, '')
    .replace(/<region(\d{1,6})>/g, (_, number: string) => wordsFor(Number(number)))
    .trim();
}
