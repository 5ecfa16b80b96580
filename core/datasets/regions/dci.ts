/** DCI, densely captioned images: masks in a tree, each with a caption (docs/formats/dci.md). */
import { fromBitmap } from '../../masks/bitmap.ts';
import { decodeLabelMap } from '../../masks/labelMap.ts';
import { area, type RunLengthMask } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { fail, ok, type Result } from '../../result.ts';
import { groundedPhrase } from '../../text/compose.ts';
import { numbered } from '../coco/numbered.ts';
import { changed, rejected } from '../events.ts';
import {
  DatasetError,
  type DatasetFormat,
  type FoundImage,
  type ItemPlace,
  type ReadEvent,
  type ReadInput,
} from '../format.ts';
import { filesNamed } from '../json/jsonObjects.ts';
import { maskValue, newRecord } from '../newRecord.ts';
import { ask, MGSC_ROOT_QUESTION, MGSC_SUBTREE_QUESTION } from '../questions.ts';
import { Random } from '../random.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Leads over from a caption to the captions of what is in it. */
const DETAILS: readonly [string, ...string[]] = [
  'There are more details about its components.',
  'Here is what can be seen in it.',
  'Its parts are these.',
];
/** Below 0 stands the image itself. */
const ROOT = '-1';

export const dci: DatasetFormat = {
  kind: 'dci',
  title: 'DCI (densely captioned images)',
  page: {
    about:
      'A JSON file for each photograph with a long caption (`extra_caption`) and `mask_data`: masks as PNGs in base64, each with a label, a caption, the mask that it lies in (`parent`) and a `mask_quality`.',
    mapping:
      'As MGLMM reads it: masks of quality 1 and 2 (poor and useless ones) are left out, and what lies in them moves up. Each photograph becomes a root record of the task `mgsc`: the long caption, and then each mask that lies in no other with its caption, `<p> Couch </p> [SEG]: A dark green patterned couch.` Each mask with parts (`parts` says how many at least) becomes a subtree record with its `target` and the id of its `parent`. Labels that stand twice are numbered.',
    lost: 'The short caption, negatives and summaries, and masks without a label. Masks of which fewer than `parts` lie in another: with `parts=1` none of them is lost.',
    commands: ['uscdf convert --from dci densely_captioned_images/annotations --images photos -o dci.uscdf.jsonl'],
  },
  readOptions: [
    { name: 'parts', description: 'A mask with so many parts gets a record of its own.', default: 2, range: [1, 1000] },
  ],
  read,
};

interface Node {
  readonly key: string;
  readonly label: string;
  readonly caption: string;
  readonly mask: RunLengthMask;
  readonly children: Node[];
}

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const paths = await filesNamed(input.files, input.paths, /\.json$/i);
  if (paths.length === 0)
    throw new DatasetError(
      `${input.paths.join(', ')}: there is no JSON file here: name the folder of DCI's annotations.`,
    );
  for (const path of paths) {
    const from = { file: path, item: path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/i, '') };
    const value = await input.files.json(path);
    if (isObject(value) && typeof value['image'] === 'string' && isObject(value['mask_data']))
      yield* readFile(input, value, value['mask_data'], value['image'], from);
    else yield rejected(from, 'no-masks', 'It has no "image", or no "mask_data": it is no file of DCI.');
  }
}

async function* readFile(
  input: ReadInput,
  value: Fields,
  data: Fields,
  name: string,
  from: ItemPlace,
): AsyncGenerator<ReadEvent> {
  const image = await input.images.find(name);
  const nodes = new Map<string, Node>();
  for (const [key, entry] of Object.entries(data)) {
    if (!isObject(entry) || Number(entry['mask_quality'] ?? 0) !== 0) continue;
    const node = nodeOf(key, entry, image);
    if (node.ok) nodes.set(key, node.value);
    else yield changed({ ...from, item: `${from.item}, mask ${key}` }, 'no-mask', `${node.message} It is left out.`);
  }
  const tops: Node[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(keptAbove(node.key, data, nodes));
    if (parent === undefined) tops.push(node);
    else parent.children.push(node);
  }
  if (tops.length === 0) {
    yield rejected(from, 'no-masks', 'None of its masks is good and has a label: there is nothing to ground.');
    return;
  }
  const id = `dci-${from.item}`;
  const whole = typeof value['extra_caption'] === 'string' ? value['extra_caption'].trim() : '';
  const top = { id, image, caption: whole, children: tops, question: MGSC_ROOT_QUESTION };
  yield { kind: 'record', from, record: recordOf(top, from.item, input.seed) };
  yield* subtrees(input, id, image, tops, from);
}

/** The records of masks with parts. A stack of its own: what lies in what is for the file to say. */
function* subtrees(
  { seed, options }: ReadInput,
  root: string,
  image: FoundImage,
  tops: readonly Node[],
  from: ItemPlace,
): Generator<ReadEvent> {
  const todo = [{ nodes: tops, parent: root as string | undefined }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const labels = labelsOf(next.nodes);
    const own: { readonly nodes: readonly Node[]; readonly parent: string | undefined }[] = [];
    for (const [i, node] of next.nodes.entries()) {
      if (node.children.length === 0) continue;
      const id = `${root}-${node.key}`;
      const hasRecord = node.children.length >= Number(options['parts']);
      // Below a mask without a record of its own nothing can be pointed to.
      own.push({ nodes: node.children, parent: hasRecord ? id : undefined });
      if (!hasRecord) {
        const place = { ...from, item: `${from.item}, mask ${node.key}` };
        const names = node.children.map(({ label }) => `"${label}"`).join(', ');
        const message = `Fewer than ${Number(options['parts'])} masks lie in "${node.label}", so it gets no record of its own, and what lies in it (${names}) is left out: --set parts=1 keeps it.`;
        yield changed(place, 'few-parts', message);
        continue;
      }
      const question = ask(MGSC_SUBTREE_QUESTION, labels[i]!);
      const above = next.parent === undefined ? {} : { target: labels[i]!, parent: next.parent };
      const record = recordOf(
        { id, image, caption: node.caption, children: node.children, question, ...above },
        `${from.item} ${node.key}`,
        seed,
      );
      yield { kind: 'record', from: { ...from, item: `${from.item}, mask ${node.key}` }, record };
    }
    todo.push(...own.reverse());
  }
}

interface Described {
  readonly id: string;
  readonly image: FoundImage;
  readonly caption: string;
  readonly children: readonly Node[];
  readonly question: string;
  readonly target?: string;
  readonly parent?: string;
}

function recordOf(
  { id, image, caption, children, question, target, parent }: Described,
  sourceId: string,
  seed: number,
) {
  const labels = labelsOf(children);
  const parts = children.map((node, i) => {
    const phrase = groundedPhrase(labels[i]!);
    return node.caption === '' ? `${phrase}.` : `${phrase}: ${node.caption}`;
  });
  const lead = [caption, new Random(seed, id).pick(DETAILS)].filter((each) => each !== '');
  const { height, width } = children[0]!.mask;
  return newRecord({
    id,
    image,
    height,
    width,
    task: 'mgsc',
    turns: [{ question, answer: [...lead, ...parts].join(' ') }],
    masks: children.map(({ mask, label }) => maskValue(mask, { label })),
    ...(target !== undefined && parent !== undefined && { target, parent }),
    provenance: { dataset: 'dci', sourceId },
  });
}

function labelsOf(nodes: readonly Node[]): readonly string[] {
  return numbered(nodes.map(({ label }) => label));
}

/** The mask that a mask lies in, or the next one above it that is kept. */
function keptAbove(key: string, data: Fields, kept: ReadonlyMap<string, Node>): string {
  const seen = new Set<string>([key]);
  for (let above = parentOf(data[key]); ; above = parentOf(data[above])) {
    if (above === ROOT || kept.has(above) || seen.has(above)) return seen.has(above) ? ROOT : above;
    seen.add(above);
  }
}

function parentOf(entry: unknown): string {
  return isObject(entry) ? String(entry['parent'] ?? ROOT) : ROOT;
}

function nodeOf(key: string, entry: Fields, image: FoundImage): Result<Node> {
  const label = typeof entry['label'] === 'string' ? entry['label'].replace(/\s+/g, ' ').trim() : '';
  if (label === '') return fail('It has no label.');
  const mask = maskOf(entry['outer_mask'], image);
  if (!mask.ok) return mask;
  const caption = typeof entry['caption'] === 'string' ? entry['caption'].trim() : '';
  return ok({ key, label: capitalised(label), caption, mask: mask.value, children: [] });
}

/** The first letter only: the loader's way would put names in lower case. */
function capitalised(label: string): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}

/** A PNG in base64: everything but 0 belongs to the mask. */
function maskOf(png: unknown, { size }: FoundImage): Result<RunLengthMask> {
  if (typeof png !== 'string') return fail('It has no "outer_mask".');
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  } catch {
    return fail('Its "outer_mask" is no base64.');
  }
  const map = decodeLabelMap(bytes);
  if (!map.ok) return fail(`Its "outer_mask" cannot be read: ${map.message}`);
  const { values, height, width } = map.value;
  if (size !== undefined && (size.height !== height || size.width !== width))
    return fail(`It has ${width} × ${height} pixels, and the photograph ${size.width} × ${size.height}.`);
  const mask = fromBitmap(
    Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)),
    height,
    width,
  );
  return area(mask) === 0 ? fail('It has no pixel.') : ok(mask);
}
