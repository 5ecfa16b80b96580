/** MGSCData, MGLMM's captions of several granularities (docs/formats/mgscdata.md). */
import { toBase64 } from '../../images/encode.ts';
import { encodeCounts } from '../../masks/counts.ts';
import { isObject } from '../../records/isObject.ts';
import { groundedPhrase, referentKey } from '../../text/compose.ts';
import { bareCaption } from '../captionSpans.ts';
import { cocoMask } from '../coco/segmentation.ts';
import { rejected } from '../events.ts';
import { FileNames } from '../fileNames.ts';
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
import { newRecord } from '../newRecord.ts';
import { ask, MGSC_ROOT_QUESTION, MGSC_SUBTREE_QUESTION } from '../questions.ts';

type Fields = Readonly<Record<string, unknown>>;

export const mgscdata: DatasetFormat = {
  kind: 'mgscdata',
  title: 'MGSCData (MGLMM)',
  page: {
    about:
      'A JSON list for each image in `annotations/`: a root caption of the whole image, and subtree captions of single objects with their parts. Phrases are `<object1> … </object1>`; the masks stand under the labels, as JSON in a text with base64 runs. `MGLMM_train_split.txt` and `MGLMM_val_split.txt` name the files of each split.',
    mapping:
      "One record a caption, task `mgsc`, with the official questions. Masks are put into the order of the text. A subtree's `target` is the phrase of the root caption that its label means, and `parent` the root record. Written, a list for each image, objects numbered in the order of the text.",
    lost: 'Reading leaves out captions that are empty, and turns phrases without a mask, or that stand twice, into plain words. A mask whose label the caption does not use is left out. Writing keeps one answer a record; questions and negatives are lost.',
    commands: [
      'uscdf convert --from mgscdata MGLMM_gcg_new --images SegmentAnything/imgs --set split=train -o mgsc.uscdf.jsonl',
      'uscdf convert --to mgscdata mgsc.uscdf.jsonl -o MGLMM_gcg_new',
    ],
  },
  readOptions: [
    {
      name: 'split',
      description: 'Only the files of a split, by its file of names.',
      default: 'all',
      choices: ['all', 'train', 'val'],
    },
  ],
  writesFolder: true,
  read,
  write: (output) => new MgscWriter(output),
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of input.paths) {
    for (const file of await annotationFiles(input, path)) {
      const value = await input.files.json(file);
      if (!Array.isArray(value)) {
        yield rejected({ file, item: 'the file' }, 'no-list', 'It is no list of captions of one image.');
        continue;
      }
      yield* readImage(input, file, value);
    }
  }
}

/** The files of a folder, in `annotations/` or beside the split files, in alphabetical order. */
async function annotationFiles({ files, options }: ReadInput, path: string): Promise<readonly string[]> {
  if ((await files.kind(path)) === 'file') return [path];
  const inside = (await files.kind(`${path}/annotations`)) === 'folder' ? `${path}/annotations` : path;
  const names = (await files.list(inside))
    .filter(({ name, kind }) => kind === 'file' && /\.json$/i.test(name))
    .map(({ name }) => name);
  const wanted = options['split'] === 'all' ? undefined : await splitNames(files, path, String(options['split']));
  const found = names.filter((name) => wanted === undefined || wanted.has(name)).map((name) => `${inside}/${name}`);
  if (found.length === 0)
    throw new DatasetError(
      `${path}: there is no annotation file here, or none of this split: name the folder that holds them.`,
    );
  return found;
}

async function splitNames(files: DatasetFiles, path: string, split: string): Promise<ReadonlySet<string>> {
  const text = await files.text(`${path}/MGLMM_${split}_split.txt`);
  const names = text.split(/\r?\n/).map((line) => line.trim().split('/').pop()!);
  return new Set(names.map((name) => (/\.json$/i.test(name) ? name : `${name}.json`)));
}

/** The captions of one image: the root first, for the subtrees point to it. */
async function* readImage(input: ReadInput, file: string, list: readonly unknown[]): AsyncGenerator<ReadEvent> {
  const items = list.flatMap((value, i) => (isObject(value) ? [{ value, i }] : []));
  const isRoot = ({ value }: { readonly value: Fields }) => value['label'] === 'root' || value['type'] === 'root';
  const used = new Set<string>();
  let root: Root | undefined;
  for (const item of [...items.filter(isRoot), ...items.filter((each) => !isRoot(each))]) {
    const { value } = item;
    const from = { file, item: `item ${item.i + 1}` };
    const name = typeof value['file_name'] === 'string' ? value['file_name'] : undefined;
    const caption = typeof value['gcg_caption'] === 'string' ? bareCaption(value['gcg_caption']) : '';
    if (name === undefined || caption === '') {
      yield rejected(from, 'no-caption', 'It has no caption, or names no photograph.');
      continue;
    }
    const image = await input.images.find(name);
    const read = readCaption(caption, value);
    for (const { code, message } of read.changes) yield { kind: 'changed', from, code, message };
    if (read.phrases.length === 0) {
      yield rejected(from, 'no-phrase', 'None of its objects has a phrase in the caption and a mask.');
      continue;
    }
    const stem = name
      .split('/')
      .pop()!
      .replace(/\.\w+$/, '');
    const label = isRoot(item) ? 'root' : labelOf(value['label']);
    const id = freeId(isRoot(item) ? `mgsc-${stem}` : `mgsc-${stem}-${label.replace(/\s+/g, '-')}`, used);
    const part = isRoot(item) ? undefined : partOf(root, label, value);
    const { size } = read.phrases[0]!.mask as { readonly size?: readonly [number, number] };
    const record = newRecord({
      id,
      image,
      ...(size !== undefined && { height: size[0], width: size[1] }),
      task: 'mgsc',
      turns: [
        {
          question: isRoot(item)
            ? MGSC_ROOT_QUESTION
            : ask(MGSC_SUBTREE_QUESTION, part?.target ?? part?.words ?? label),
          answer: read.text,
        },
      ],
      masks: read.phrases.map(({ mask }) => mask),
      ...(part?.target !== undefined && root !== undefined && { target: part.target, parent: root.id }),
      provenance: { dataset: 'mgscdata', sourceId: `${stem} ${label}` },
    });
    if (isRoot(item)) root = { id, phrases: read.phrases, value };
    yield { kind: 'record', from, record };
  }
}

interface Root {
  readonly id: string;
  readonly phrases: readonly Phrase[];
  readonly value: Fields;
}

interface Phrase {
  readonly label: string;
  readonly text: string;
  readonly mask: unknown;
}

/** What a subtree is about: the phrase of the root caption, or else the words of its label. */
function partOf(
  root: Root | undefined,
  label: string,
  value: Fields,
): { readonly target?: string; readonly words?: string } {
  if (root === undefined) return {};
  const short = isObject(root.value[label]) ? root.value[label]['label'] : undefined;
  const own = typeof value['target'] === 'string' ? value['target'] : undefined;
  const words = [own, label, typeof short === 'string' ? short : undefined].filter((each) => each !== undefined);
  const phrase = root.phrases.find(
    (each) => each.label === label || words.some((word) => referentKey(word) === referentKey(each.text)),
  );
  return { ...(phrase !== undefined && { target: phrase.text }), ...(typeof short === 'string' && { words: short }) };
}

/** Between the first two colons of "subtree: the woman", as the official loader reads it. */
function labelOf(label: unknown): string {
  const parts = String(label ?? '').split(':');
  return (parts.length > 1 ? parts[1]! : parts[0]!).trim() || 'part';
}

interface ReadCaption {
  readonly text: string;
  readonly phrases: readonly Phrase[];
  readonly changes: readonly { readonly code: string; readonly message: string }[];
}

const TAG = /<([^<>/\s][^<>]*)>([^<]*)<\/\1>/g;

/** The caption with USCDF's tags, and the masks in its order. */
function readCaption(caption: string, value: Fields): ReadCaption {
  const changes: { code: string; message: string }[] = [];
  const phrases: Phrase[] = [];
  const used = new Set<string>();
  const text = caption.replace(TAG, (_, label: string, words: string) => {
    const object = isObject(value[label]) ? value[label] : undefined;
    const bare = words.trim();
    if (bare === '') return '';
    if (used.has(label)) {
      changes.push({
        code: 'label-twice',
        message: `<${label}> stands twice in the caption and has one mask: the second phrase, "${bare}", has none.`,
      });
      return bare;
    }
    const mask = object === undefined ? undefined : maskOf(object['mask']);
    if (mask === undefined || !mask.ok) {
      changes.push({
        code: 'no-mask',
        message: `<${label}>, "${bare}", has no mask${mask === undefined ? '' : ` (${mask.message})`}: its words stay without one.`,
      });
      return bare;
    }
    used.add(label);
    const short = typeof object?.['label'] === 'string' ? { label: object['label'] } : {};
    phrases.push({ label, text: bare, mask: { ...mask.value.value, ...short } });
    return groundedPhrase(bare);
  });
  const rest = text.replace(/<(?!\/?p>)[^<>\s][^<>]*>/g, (tag) => {
    changes.push({ code: 'stray-tag', message: `${tag} has no partner and is taken out.` });
    return '';
  });
  const labels = Array.isArray(value['gcg_labels']) ? value['gcg_labels'] : [];
  for (const label of labels) {
    if (!used.has(String(label)) && !caption.includes(`<${String(label)}>`))
      changes.push({
        code: 'unused-mask',
        message: `The caption does not speak of ${String(label)}, so its mask is left out.`,
      });
  }
  return { text: rest.replace(/ {2,}/g, ' ').trim(), phrases, changes };
}

/** JSON in a text, with the compressed runs in base64. */
function maskOf(mask: unknown) {
  if (typeof mask !== 'string' || mask === 'None') return undefined;
  try {
    const value: unknown = JSON.parse(mask);
    if (!isObject(value) || typeof value['counts'] !== 'string') return undefined;
    return cocoMask({ size: value['size'], counts: atob(value['counts']) }, 0, 0);
  } catch {
    return { ok: false as const, message: 'it is no JSON with base64 runs' };
  }
}

function freeId(id: string, used: Set<string>): string {
  let free = id;
  for (let n = 2; used.has(free); n++) free = `${id}-${n}`;
  used.add(free);
  return free;
}

/** Records of one image that follow each other go into one file. */
class MgscWriter implements RecordWriter {
  private image: string | undefined;
  private items: string[] = [];
  private readonly names = new FileNames();

  constructor(private readonly output: WriteOutput) {}

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const losses: Loss[] = [];
    const answers = record.turns.map((turn, i) => ({ turn, i })).filter(({ turn }) => turn.role === 'gpt');
    const first = answers.find(({ i }) => record.segments.some((segment) => segment.turn === i));
    if (first === undefined)
      return [{ code: 'no-masks', message: 'No answer of the record has a mask, so it is left out.', leftOut: true }];
    if (answers.length > 1)
      losses.push({ code: 'turns', message: 'Only the first answer with masks has a place here.' });
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    if (image !== this.image) this.flush(image);
    const segments = record.segments.filter((segment) => segment.turn === first.i);
    const labels: string[] = [];
    const objects: Record<string, unknown> = {};
    let caption = first.turn.tree.text;
    // From the end, so that the places before stay right.
    const phrases = first.turn.tree.phrases.filter(({ nested, segs }) => !nested && segs.length === 1);
    if (phrases.length !== segments.length)
      losses.push({ code: 'segments', message: 'Only phrases with one [SEG] have a place here.' });
    for (let i = phrases.length - 1; i >= 0; i--) {
      const phrase = phrases[i]!;
      const label = `object${i + 1}`;
      caption = `${caption.slice(0, phrase.start)}<${label}> ${phrase.text} </${label}>${caption.slice(phrase.segEnd)}`;
      const { mask, label: short } = segments[i] ?? {};
      if (mask === undefined)
        losses.push({ code: 'mask', message: `The mask of "${phrase.text}" cannot be read: it is written as null.` });
      const runs =
        mask === undefined
          ? null
          : JSON.stringify({
              size: [mask.height, mask.width],
              counts: toBase64(new TextEncoder().encode(encodeCounts(mask.counts))),
            });
      objects[label] = { label: short ?? phrase.text, mask: runs };
      labels.unshift(label);
    }
    const target = typeof record.value['target'] === 'string' ? record.value['target'] : undefined;
    const kind =
      target === undefined
        ? { label: 'root', type: 'root' }
        : { label: `subtree: ${target.replaceAll(':', ' ')}`, type: 'subtree', target };
    this.items.push(
      JSON.stringify({ file_name: image, ...kind, gcg_caption: caption, gcg_labels: labels, ...objects }),
    );
    if (record.task !== 'mgsc')
      losses.push({ code: 'question', message: 'Its question has no place here: the official one is asked.' });
    return losses;
  }

  async end(): Promise<void> {
    this.flush(undefined);
  }

  private flush(next: string | undefined): void {
    if (this.image !== undefined && this.items.length > 0) {
      const stem = this.image
        .split('/')
        .pop()!
        .replace(/\.\w+$/, '');
      this.output.file(`annotations/${this.names.free(stem)}.json`).write(`[\n${this.items.join(',\n')}\n]\n`);
    }
    this.items = [];
    this.image = next;
  }
}
