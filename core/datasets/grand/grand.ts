/** GranD, GLaMM's automatic annotations of SAM's photographs (docs/formats/grand.md). */
import { isObject } from '../../records/isObject.ts';
import { BOXES_OPTION, BOXES_REFUSED, boxesFilled, refusesBoxes } from '../boxes.ts';
import { bareCaption, type CaptionItem, groundPhrases } from '../captionSpans.ts';
import { changed, rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFormat,
  type FoundImage,
  type ItemPlace,
  type ReadEvent,
  type ReadInput,
} from '../format.ts';
import { newRecord, referringAnswer } from '../newRecord.ts';
import { GCG_QUESTIONS, segmentQuestion } from '../questions.ts';
import { Random } from '../random.ts';
import { annotationFiles } from './annotationFiles.ts';
import { captionsOf, type Expression, expressionsOf, type GrandCaption } from './captions.ts';
import { type GrandMask, GrandObjects, type NoMask } from './objects.ts';
import { phrasePlace } from './phrasePlace.ts';

type Fields = Readonly<Record<string, unknown>>;

export const grand: DatasetFormat = {
  kind: 'grand',
  title: 'GranD (GLaMM)',
  page: {
    about:
      'Annotations that models made of the photographs of SA-1B: a JSON file for each, with the photograph’s name as its one key, and in it `objects` with masks, `short_captions`, a `dense_caption`, and what relates phrases to objects. GLaMM’s prepared form, `referring_expression/` beside `anno_files.txt`, is a list of expressions with masks. Both are told from the file. The LMDB form is not read: export its values to JSON files.',
    mapping:
      'One record a caption, with one of the official questions, and with `text=referring` one record a photograph with a question for each expression. A phrase of several objects gets one mask, their union; expressions with the same words are joined too. Phrases are found again where their offsets are wrong, as those of dense captions often are: they were counted without punctuation. Files of the earlier levels, which have `captions` and no masks, are read as well: their phrases get boxes. What language models left at the beginning of an expression, `Assistant:`, is taken away.',
    lost: 'Phrases that the caption does not hold, the shorter of two that overlap, depths, scores of objects, landmarks and affordances. A phrase some of whose objects have no mask gets those of the others.',
    commands: [
      'uscdf convert --from grand part_1 --images sam/images -o grand.uscdf.jsonl',
      'uscdf convert --from grand GranD --set expressions=3 --images sam/images -o expressions.uscdf.jsonl',
    ],
  },
  readOptions: [
    {
      name: 'text',
      description:
        'What of an annotation becomes records: all its captions, the dense one, the short ones, or expressions.',
      default: 'captions',
      choices: ['captions', 'dense', 'short', 'referring'],
    },
    {
      name: 'expressions',
      description: 'At most so many expressions of a photograph, by chance; GLaMM takes ten.',
      default: 10,
      range: [1, 1000],
    },
    BOXES_OPTION,
  ],
  read,
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for await (const file of annotationFiles(input.files, input.paths)) {
    let value: unknown;
    try {
      value = await input.files.json(file);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      yield rejected({ file, item: 'the file' }, 'broken-file', error.message);
      continue;
    }
    for (const [name, annotation] of imagesOf(value, file)) yield* readImage(input, file, name, annotation);
  }
}

/** By the photographs' names; an annotation without a name around it has the file's. */
function imagesOf(value: unknown, file: string): readonly (readonly [string, unknown])[] {
  if (!isObject(value) || 'objects' in value || 'dense_caption' in value) return [[stemOf(file), value]];
  const entries = Object.entries(value);
  return entries.length === 0 ? [[stemOf(file), undefined]] : entries;
}

async function* readImage(
  input: ReadInput,
  file: string,
  name: string,
  annotation: unknown,
): AsyncGenerator<ReadEvent> {
  const from = { file, item: name };
  const isList = Array.isArray(annotation) && annotation.every(isObject);
  if (!isList && !(isObject(annotation) && ('objects' in annotation || 'dense_caption' in annotation))) {
    yield rejected(
      from,
      'no-annotation',
      'It has no "objects" and no list of expressions: it is no annotation of GranD.',
    );
    return;
  }
  // Files of level 1 leave the ending out.
  const image = await input.images.find(...(/\.\w+$/.test(name) ? [name] : [`${name}.jpg`]));
  const place: Place = { input, from, image, stem: stemOf(name) };
  const objects = new GrandObjects(annotation, image.size, refusesBoxes(input.options));
  if (input.options['text'] === 'referring' || (isList && annotation.some((item) => 'attribute' in item)))
    yield* readExpressions(place, expressionsOf(annotation), objects);
  else yield* readCaptions(place, captionsOf(annotation), objects);
}

interface Place {
  readonly input: ReadInput;
  readonly from: ItemPlace;
  readonly image: FoundImage;
  readonly stem: string;
}

async function* readCaptions(
  place: Place,
  captions: readonly GrandCaption[],
  objects: GrandObjects,
): AsyncGenerator<ReadEvent> {
  const { text } = place.input.options;
  const wanted = captions.filter(({ kind }) => text === 'captions' || text === kind);
  if (wanted.length === 0)
    yield rejected(
      place.from,
      'no-caption',
      `It has no ${text === 'captions' ? '' : `${text} `}caption: choose another text with --set text=…, or leave it out.`,
    );
  for (const caption of wanted) yield* readCaption(place, caption, objects);
}

async function* readCaption(
  { input, from, image, stem }: Place,
  { kind, number, caption, details }: GrandCaption,
  objects: GrandObjects,
): AsyncGenerator<ReadEvent> {
  const own = { ...from, item: `${from.item} ${kind}${number === undefined ? '' : ` ${number}`}` };
  const bare = bareCaption(caption);
  const items: CaptionItem[] = [];
  let boxes = 0;
  let refusal: NoMask | undefined;
  for (const detail of details) {
    const found = phrasePlace(bare, detail.phrase, detail.offsets);
    // Earlier levels do not say which caption a phrase is of.
    if (found === undefined && detail.isLoose) continue;
    const mask = objects.maskOf(detail);
    if ('code' in mask) {
      refusal ??= mask;
      yield changed(own, mask.code, `"${detail.phrase}": ${mask.message}`);
      continue;
    }
    yield* partly(own, detail.phrase, mask);
    if (mask.isBox) boxes++;
    items.push({ phrase: detail.phrase, ...found, mask: { ...mask.value, label: mask.label ?? detail.phrase } });
  }
  const { text, masks, dropped } = groundPhrases(bare, items);
  for (const { code, message } of dropped) yield changed(own, code, message);
  if (masks.length === 0) {
    yield rejected(own, ...whyNothing(refusal));
    return;
  }
  if (boxes > 0) yield boxesFilled(own, boxes);
  const id = `grand-${stem}-${kind}${number === undefined ? '' : `-${number}`}`;
  const record = newRecord({
    id,
    image,
    ...objects.size,
    task: 'gcg',
    turns: [{ question: new Random(input.seed, id).pick(GCG_QUESTIONS), answer: text }],
    masks,
    provenance: { dataset: 'grand', sourceId: `${stem} ${kind}${number === undefined ? '' : ` ${number}`}` },
  });
  yield { kind: 'record', from: own, record };
}

async function* readExpressions(
  { input, from, image, stem }: Place,
  expressions: readonly Expression[],
  objects: GrandObjects,
): AsyncGenerator<ReadEvent> {
  const random = new Random(input.seed, `grand ${stem}`);
  const found: { readonly phrase: string; readonly mask: Fields; readonly isBox: boolean }[] = [];
  let refusal: NoMask | undefined;
  for (const expression of expressions) {
    const mask = objects.maskOf(expression);
    if ('code' in mask) {
      refusal ??= mask;
      yield changed(from, mask.code, `"${expression.phrase}": ${mask.message}`);
      continue;
    }
    yield* partly(from, expression.phrase, mask);
    const label = mask.label ?? expression.phrase;
    found.push({ phrase: expression.phrase, mask: { ...mask.value, label }, isBox: mask.isBox });
  }
  if (found.length === 0) {
    yield rejected(from, ...(expressions.length === 0 ? NO_EXPRESSION : whyNothing(refusal)));
    return;
  }
  const most = Number(input.options['expressions']);
  const chosen = new Set(random.sample(found, most));
  const kept = found.filter((each) => chosen.has(each));
  const boxes = kept.filter(({ isBox }) => isBox).length;
  if (boxes > 0) yield boxesFilled(from, boxes);
  const record = newRecord({
    id: `grand-${stem}-referring`,
    image,
    ...objects.size,
    task: 'referring',
    turns: kept.map(({ phrase }) => ({
      question: segmentQuestion(phrase, random),
      answer: referringAnswer([phrase], []),
    })),
    masks: kept.map(({ mask }) => mask),
    provenance: { dataset: 'grand', sourceId: `${stem} referring` },
  });
  yield { kind: 'record', from, record };
}

const NO_EXPRESSION = [
  'no-expression',
  'None of its objects has a sentence about it: there is nothing to ask for.',
] as const;

function whyNothing(refusal: NoMask | undefined): readonly [code: string, message: string] {
  if (refusal?.code === 'boxes') return ['boxes', BOXES_REFUSED];
  if (refusal?.code === 'no-size') return ['no-size', refusal.message];
  return ['no-phrase', 'None of its phrases has a mask and stands in the caption: there is nothing to ground.'];
}

function* partly(from: ItemPlace, phrase: string, { missing }: GrandMask): Generator<ReadEvent> {
  if (missing === 0) return;
  const what = missing === 1 ? 'One of its objects has' : `${missing} of its objects have`;
  yield changed(from, 'mask-part', `"${phrase}": ${what} no mask, and its mask shows the others.`);
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}
