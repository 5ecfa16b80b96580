/** The files by which grounded captions are evaluated: true masks and true captions (docs/formats/gcg-eval.md). */
import { imageSize, textsOf } from '../../metrics/evaluate/official/cocoFile.ts';
import { referentKey } from '../../text/compose.ts';
import { CocoIndex } from '../coco/cocoIndex.ts';
import { orphansOf } from '../coco/instances.ts';
import { changed, rejected } from '../events.ts';
import type { DatasetFormat, ItemPlace, NewRecord, ReadEvent, ReadInput } from '../format.ts';
import { ask, MGSC_SUBTREE_QUESTION } from '../questions.ts';
import { sizedMask } from '../sizedMask.ts';
import type { LabelledMask } from './captionItems.ts';
import { captionRecord } from './captionRecord.ts';
import { type EvaluationSet, evaluationSets } from './evaluationSets.ts';
import { EvaluationWriter } from './evaluationWriter.ts';
import { IDS_OPTION } from './imageIds.ts';

type Fields = Readonly<Record<string, unknown>>;

export const gcgEval: DatasetFormat = {
  kind: 'gcg-eval',
  title: 'GCG and MGSC evaluation files',
  page: {
    about:
      'The two files of truth by which GLaMM and MGLMM score grounded captions: `*_mask_gt.json`, COCO instances of category 1, and `*_caption_gt.json`, COCO captions with the list `labels` of their phrases. GLaMM names them `val_gcg_coco_…` and `test_gcg_coco_…`, MGLMM `root_mgsc_…`, `subtree_mgsc_…` and `all_mgsc_…`. `uscdf evaluate` reads them too.',
    mapping:
      'One record an image, with one of the official questions; the k-th label belongs to the k-th mask of its image, and is looked for in the caption in the order of the labels. Files of MGSC become task `mgsc`: a subtree points to the root of its photograph where that has its phrase. Where a folder holds `all_mgsc_…`, the root and subtree files, which hold the same captions, are not read a second time. Written, `set=gcg` makes two files, and `set=mgsc` the six of MGSC; image ids are the names of the photographs without their endings.',
    lost: 'Reading keeps the first caption of an image, and leaves out images whose masks and labels differ in number, and phrases that the caption does not hold. Height and width that are exchanged, as in the files that MGLMM makes, are put right by the masks. Writing keeps one answer a record; questions, negatives, scores and records without masks are lost, and polygons become runs.',
    commands: [
      'uscdf convert --from gcg-eval val_gcg_coco_mask_gt.json val_gcg_coco_caption_gt.json --images coco -o val.uscdf.jsonl',
      'uscdf convert --to gcg-eval val.uscdf.jsonl --set split=val -o val_test',
      'uscdf convert --to gcg-eval captions.uscdf.jsonl --set set=mgsc --set ids=record -o mgsc_gt',
    ],
  },
  writeOptions: [
    {
      name: 'set',
      description: 'The names of the files: grounded captions, or the six files of MGSC.',
      default: 'gcg',
      choices: ['gcg', 'mgsc'],
    },
    {
      name: 'split',
      description: 'The split in the names of set=gcg.',
      default: 'val',
      choices: ['train', 'val', 'test'],
    },
    IDS_OPTION,
  ],
  writesFolder: true,
  read,
  write: (output) => new EvaluationWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const set of await evaluationSets(input.files, input.paths)) {
    const masks = await CocoIndex.open(input.files, set.masks);
    const captions = await CocoIndex.open(input.files, set.captions);
    yield* orphansOf(masks);
    yield* orphansOf(captions);
    let root: NewRecord | undefined;
    for (let number = 0; number < captions.imageCount; number++) {
      for await (const event of readImage(input, set, { masks, captions, number, root })) {
        if (event.kind === 'record' && event.record['parent'] === undefined) root = event.record;
        yield event;
      }
    }
    yield* uncaptioned(set, masks, captions);
  }
}

interface ImagePlace {
  readonly masks: CocoIndex;
  readonly captions: CocoIndex;
  /** Among the images of the captions' file. */
  readonly number: number;
  /** The last record that is no subtree. */
  readonly root: NewRecord | undefined;
}

async function* readImage(
  { images, seed }: ReadInput,
  set: EvaluationSet,
  { masks, captions, number, root }: ImagePlace,
): AsyncGenerator<ReadEvent> {
  const shown = await captions.image(number);
  const id = String(shown['id']);
  const from = { file: set.captions, item: `image ${JSON.stringify(shown['id'])}` };
  const [first, ...others] = await captions.annotations(number);
  const caption = first?.value['caption'];
  if (typeof caption !== 'string' || caption.trim() === '') {
    yield rejected(from, 'no-caption', 'The image has no caption: add one, or take the image out.');
    return;
  }
  if (others.length > 0) {
    const what = others.length === 1 ? 'Another caption' : `${others.length} other captions`;
    yield changed(
      from,
      'more-captions',
      `${what} of the image cannot be grounded, for the labels are of the first one.`,
    );
  }
  const own = masks.numberOf(shown['id']);
  const annotations = own === undefined ? [] : await masks.annotations(own);
  const labels = textsOf(first!.value['labels']);
  if (annotations.length !== labels.length || labels.length === 0) {
    const message = `It has ${annotations.length} masks and ${labels.length} labels, so nobody knows which belong together: give each label its mask.`;
    yield rejected(from, 'count-mismatch', message);
    return;
  }
  const image = await images.find(nameOf(shown, own === undefined ? undefined : await masks.image(own), id));
  const listed = imageSize(own === undefined ? shown : await masks.image(own)) ?? imageSize(shown);
  const found = image.size === undefined ? undefined : ([image.size.height, image.size.width] as const);
  const size = found ?? rightSize(listed, annotations);
  if (listed !== undefined && size !== undefined && isTransposed(listed, size))
    yield changed(from, 'size-swapped', 'Height and width of the image are exchanged; the masks have them right.');
  const labelled: LabelledMask[] = [];
  for (const [i, { index, value }] of annotations.entries()) {
    const mask = sizedMask(value['segmentation'], size && { height: size[0], width: size[1] });
    if (mask.ok) labelled.push({ label: labels[i]!, mask: mask.value });
    else {
      const place = { file: set.masks, item: `annotations[${index}]` };
      yield changed(place, 'no-mask', `"${labels[i]}": ${mask.message} It is left out.`);
    }
  }
  const { record, changes } = captionRecord(
    {
      dataset: 'gcg-eval',
      id,
      task: set.task,
      image,
      caption,
      labelled,
      seed,
      ...(size !== undefined && { height: size[0], width: size[1] }),
      ...(set.task === 'mgsc' && subtreeOf(shown, image.image, root)),
    },
    from,
  );
  yield* changes;
  if (record.masks.length === 0)
    yield rejected(
      from,
      'no-phrase',
      'None of its labels with a mask stands in the caption: there is nothing to ground.',
    );
  else yield { kind: 'record', from, record };
}

/** What a subtree's caption is about: the phrase of the root that its label means. */
function subtreeOf(
  shown: Fields,
  image: string,
  root: NewRecord | undefined,
): { readonly question?: string; readonly target?: string; readonly parent?: string } {
  const [kind, label] = String(shown['type'] ?? 'root').split(':');
  if (kind?.trim() !== 'subtree' || label === undefined || label.trim() === '') return {};
  const wanted = referentKey(label);
  const target = root?.image === image ? phrasesOf(root).find((phrase) => referentKey(phrase) === wanted) : undefined;
  const question = ask(MGSC_SUBTREE_QUESTION, target ?? label.trim());
  return { question, ...(target !== undefined && root !== undefined && { target, parent: root.id }) };
}

function phrasesOf({ conversations }: NewRecord): readonly string[] {
  const answer = conversations[1]?.value ?? '';
  return answer.split('<p> ').flatMap((piece, i) => (i === 0 ? [] : [piece.slice(0, piece.indexOf(' </p>'))]));
}

/** `[height, width]`: as listed, or as the masks have it where the two are exchanged. */
function rightSize(
  listed: readonly [number, number] | undefined,
  annotations: readonly { readonly value: Fields }[],
): readonly [number, number] | undefined {
  for (const { value } of annotations) {
    const segmentation = value['segmentation'];
    const size: unknown =
      typeof segmentation === 'object' && segmentation !== null && 'size' in segmentation
        ? segmentation.size
        : undefined;
    if (!Array.isArray(size)) continue;
    const own = imageSize({ height: size[0], width: size[1] });
    if (own !== undefined && (listed === undefined || isTransposed(listed, own))) return own;
  }
  return listed;
}

function isTransposed(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] !== a[1] && a[0] === b[1] && a[1] === b[0];
}

function nameOf(shown: Fields, masked: Fields | undefined, id: string): string {
  const name = [shown['file_name'], masked?.['file_name']].find((each) => typeof each === 'string' && each !== '');
  return name === undefined ? `${id}.jpg` : String(name);
}

/** Images with masks of which nothing is said. */
async function* uncaptioned(set: EvaluationSet, masks: CocoIndex, captions: CocoIndex): AsyncGenerator<ReadEvent> {
  for (let number = 0; number < masks.imageCount; number++) {
    const { id } = await masks.image(number);
    if (captions.numberOf(id) !== undefined) continue;
    const from: ItemPlace = { file: set.masks, item: `image ${JSON.stringify(id)}` };
    yield rejected(
      from,
      'no-caption',
      'The captions file does not have this image: add its caption, or take its masks out.',
    );
  }
}
