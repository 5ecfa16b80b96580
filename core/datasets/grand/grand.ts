/** GranD, GLaMM's automatic annotations of SAM's photographs (docs/formats/grand.md). */
import { isObject } from '../../records/isObject.ts';
import { BOXES_OPTION, BOXES_REFUSED, boxesFilled, refusesBoxes } from '../boxes.ts';
import { bareCaption, type CaptionItem, groundPhrases, withoutTokens } from '../captionSpans.ts';
import { changed, rejected } from '../events.ts';
import { stemOf } from '../fileNames.ts';
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
import { captionsOf, type Detail, expressionsOf, type GrandCaption } from './captions.ts';
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
  if (!isObject(value) || isAnnotation(value)) return [[stemOf(file), value]];
  const entries = Object.entries(value);
  return entries.length === 0 ? [[stemOf(file), undefined]] : entries;
}

function isAnnotation(value: unknown): boolean {
  return isObject(value) && ['objects', 'short_captions', 'dense_caption'].some((key) => key in value);
}

async function* readImage(
  input: ReadInput,
  file: string,
  name: string,
  annotation: unknown,
): AsyncGenerator<ReadEvent> {
  const from = { file, item: name };
  const isList = Array.isArray(annotation) && annotation.every(isObject);
  if (!isList && !isAnnotation(annotation)) {
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
      text === 'captions'
        ? 'It has no caption with words: there is nothing to ground.'
        : `It has no ${text} caption: take what there is with --set text=captions.`,
    );
  for (const caption of wanted) yield* readCaption(place, caption, objects);
}

async function* readCaption(
  { input, from, image, stem }: Place,
  { kind, number, caption, details }: GrandCaption,
  objects: GrandObjects,
): AsyncGenerator<ReadEvent> {
  const own = { ...from, item: `${from.item} ${kind}${number === undefined ? '' : ` ${number}`}` };
  const bare = bareCaption(withoutTokens(caption));
  const placed = details.flatMap((detail): readonly Shown[] => {
    const place = phrasePlace(bare, detail.phrase, detail.offsets);
    // Earlier levels do not say which caption a phrase is of.
    return place === undefined && detail.isLoose ? [] : [{ detail, mask: objects.maskOf(detail), place }];
  });
  const items = placed.flatMap(({ detail, mask, place }): readonly CaptionItem[] =>
    'code' in mask ? [] : [{ phrase: detail.phrase, ...place, mask: labelled(mask, detail) }],
  );
  const { text, masks, dropped } = groundPhrases(bare, items);
  yield* changes(own, placed, items.length === 0);
  for (const { code, message } of dropped) yield changed(own, code, message);
  if (masks.length === 0) {
    yield rejected(own, ...whyNothing(placed));
    return;
  }
  yield* filled(own, masks);
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
  expressions: readonly Detail[],
  objects: GrandObjects,
): AsyncGenerator<ReadEvent> {
  const random = new Random(input.seed, `grand ${stem}`);
  const shown = expressions.map((detail): Shown => ({ detail, mask: objects.maskOf(detail) }));
  const found = shown.filter(({ mask }) => !('code' in mask));
  const chosen = new Set(random.sample(found, Number(input.options['expressions'])));
  const kept = shown.filter((each) => chosen.has(each) || 'code' in each.mask);
  yield* changes(from, kept, found.length === 0);
  const items = kept.flatMap(({ detail, mask }) =>
    'code' in mask ? [] : [{ ...detail, mask: labelled(mask, detail) }],
  );
  if (items.length === 0) {
    yield rejected(from, ...(expressions.length === 0 ? NO_EXPRESSION : whyNothing(shown)));
    return;
  }
  const masks = items.map(({ mask }) => mask);
  yield* filled(from, masks);
  const record = newRecord({
    id: `grand-${stem}-referring`,
    image,
    ...objects.size,
    task: 'referring',
    turns: items.map(({ phrase }) => ({
      question: segmentQuestion(phrase, random),
      answer: referringAnswer([phrase], []),
    })),
    masks,
    provenance: { dataset: 'grand', sourceId: `${stem} referring` },
  });
  yield { kind: 'record', from, record };
}

/** Words with what shows them, or why nothing does. */
interface Shown {
  readonly detail: Detail;
  readonly mask: GrandMask | NoMask;
  readonly place?: ReturnType<typeof phrasePlace>;
}

function labelled({ value, label }: GrandMask, { phrase }: Detail): Fields {
  return { ...value, label: label ?? phrase };
}

/** What was lost of each; a reason that all of them share is told once, when the whole is rejected. */
function* changes(from: ItemPlace, shown: readonly Shown[], isRejected: boolean): Generator<ReadEvent> {
  for (const { detail, mask } of shown) {
    if (!('code' in mask)) {
      if (mask.missing > 0) yield partly(from, detail.phrase, mask.missing);
    } else if (!isRejected || mask.code === 'no-mask')
      yield changed(from, mask.code, `"${detail.phrase}": ${mask.message}`);
  }
}

/** Tells of masks that are boxes. */
function* filled(from: ItemPlace, masks: readonly unknown[]): Generator<ReadEvent> {
  const boxes = masks.filter((mask) => isObject(mask) && mask['source'] === 'box').length;
  if (boxes > 0) yield boxesFilled(from, boxes);
}

function partly(from: ItemPlace, phrase: string, missing: number): ReadEvent {
  const what = missing === 1 ? 'One of its objects has' : `${missing} of its objects have`;
  return changed(from, 'mask-part', `"${phrase}": ${what} no mask, and its mask shows the others.`);
}

const NO_EXPRESSION = [
  'no-expression',
  'None of its objects has a sentence about it: there is nothing to ask for.',
] as const;

function whyNothing(shown: readonly Shown[]): readonly [code: string, message: string] {
  const refusal = shown.map(({ mask }) => mask).find((mask) => 'code' in mask && mask.code !== 'no-mask');
  if (refusal !== undefined && 'code' in refusal)
    return [refusal.code, refusal.code === 'boxes' ? BOXES_REFUSED : refusal.message];
  return ['no-phrase', 'None of its phrases has a mask and stands in the caption: there is nothing to ground.'];
}
