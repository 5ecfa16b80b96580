/** Writes what `uscdf evaluate` and its references in Python both read: 5,000 images in the official files, or as USCDF. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { toCompressed } from '../../core/masks/maskValue.ts';
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { paint } from '../../core/metrics/masks/labelSegments.ts';
import { captionSet } from './captionSet.ts';
import { type MaskSet, maskSet } from './maskSet.ts';

const [HEIGHT, WIDTH] = [480, 640];

/** Objects an image. */
const OBJECTS = 6;

/** True captions an image. */
const REFERENCES = 2;

const LABELS = ['a dog', 'the man on the left', 'a red car', 'grass', 'two chairs', 'a wooden table', 'the sky'];

/** The first five are things. */
const CATEGORIES = LABELS.map((name, i) => ({ id: 10 * (i + 1), name, isthing: i < 5 ? 1 : 0 }));

/** One set of files: what the command is told to read. */
export interface EvaluationFiles {
  readonly name: 'gcg' | 'referring' | 'generalised' | 'panoptic';
  readonly folder: string;
  readonly arguments: readonly string[];
}

/** The files of every set, each in a folder of its own below `folder`. */
export function writeEvaluationFiles(folder: string, images: number): readonly EvaluationFiles[] {
  const set = maskSet(HEIGHT, WIDTH, images * OBJECTS);
  const writers = { gcg: writeGcg, referring: writeReferring, generalised: writeGeneralised, panoptic: writePanoptic };
  return Object.entries(writers).map(([name, write]) => {
    const own = join(folder, name);
    mkdirSync(own);
    const [references, predictions, ...options] = write(own, set, images);
    const inputs = ['--references', join(own, references!), '--predictions', join(own, predictions!)];
    return { name: name as EvaluationFiles['name'], folder: own, arguments: [...inputs, ...options] };
  });
}

/** Every ninth thing is not predicted, every eleventh predicted elsewhere, every fifth with other words. */
function writeGcg(folder: string, { truth, predictions }: MaskSet, count: number): readonly string[] {
  const captions = captionSet(count, REFERENCES);
  const images = imageList(count);
  const annotations = truth.map((mask, i) => ({
    id: i + 1,
    image_id: imageOf(i),
    category_id: 1,
    segmentation: toCompressed(mask),
    area: areaOf(mask),
    iscrowd: i % 97 === 0 ? 1 : 0,
  }));
  json(folder, 'val_gcg_coco_mask_gt.json', { info: {}, images, categories: [{ id: 1, name: 'object' }], annotations });
  const texts = captions.flatMap(([, ...references], image) =>
    references.map((caption, i) => ({
      id: image * REFERENCES + i,
      image_id: image + 1,
      caption,
      labels: Array.from({ length: OBJECTS }, (_, k) => labelOf(image * OBJECTS + k)),
    })),
  );
  json(folder, 'val_gcg_coco_caption_gt.json', { images: images.map(({ id }) => ({ id })), annotations: texts });
  mkdirSync(join(folder, 'predictions'));
  captions.forEach(([caption], image) => {
    const kept = thingsOf(image).filter((i) => i % 9 !== 0);
    json(folder, `predictions/${image + 1}.json`, {
      caption,
      phrases: kept.map((i) => labelOf(i % 5 === 0 ? i + 1 : i)),
      pred_masks: kept.map((i) => toCompressed(i % 11 === 0 ? truth.at(i - 7)! : predictions[i]!)),
    });
  });
  // Phrases are alike where they are the same, on both sides.
  const table = LABELS.map((label) => [label, label, 1]);
  json(folder, 'table.json', table);
  return ['val_gcg_coco_mask_gt.json', 'predictions', '--similarity', join(folder, 'table.json')];
}

/** USCDF records, for there is no official file of RefCOCO's predictions. Every thirteenth answer denies. */
function writeReferring(folder: string, { truth, predictions }: MaskSet, count: number): readonly string[] {
  const lines: [string[], string[]] = [[], []];
  for (let image = 0; image < count; image++) {
    lines[0].push(referringLine(image, (i) => truth[i]));
    lines[1].push(referringLine(image, (i) => (i % 13 === 0 ? undefined : predictions[i])));
  }
  writeFileSync(join(folder, 'truth.uscdf.jsonl'), `${lines[0].join('\n')}\n`);
  writeFileSync(join(folder, 'answers.uscdf.jsonl'), `${lines[1].join('\n')}\n`);
  return ['truth.uscdf.jsonl', 'answers.uscdf.jsonl'];
}

/** A question and an answer for each thing of an image. */
function referringLine(image: number, maskOf: (thing: number) => RunLengthMask | undefined): string {
  const things = thingsOf(image);
  const conversations = things.flatMap((i, k) => {
    const label = labelOf(i);
    const question = `${k === 0 ? '<image>\n' : ''}Please segment ${label} in this image.`;
    const answer =
      maskOf(i) === undefined
        ? `Sorry, I don't see any ${label} in this image.`
        : `Sure, it is <p> ${label} </p> [SEG].`;
    return [
      { from: 'human', value: question },
      { from: 'gpt', value: answer },
    ];
  });
  return JSON.stringify({
    id: `refer-${image}`,
    image: `${image}.jpg`,
    width: WIDTH,
    height: HEIGHT,
    task: 'referring',
    conversations,
    masks: things.flatMap((i) => maskOf(i) ?? []).map(toCompressed),
  });
}

/** Three expressions an image, each to two of its things; every fifth refers to none, every sixth is denied. */
function writeGeneralised(folder: string, { truth, predictions }: MaskSet, count: number): readonly string[] {
  const annotations = truth.map((mask, i) => ({ id: i + 1, image_id: imageOf(i), segmentation: toCompressed(mask) }));
  json(folder, 'instances.json', { images: imageList(count), annotations });
  const expressions = Array.from({ length: 3 * count }, (_, i) => i);
  const thingsAsked = (i: number) => [2 * i, 2 * i + 1];
  json(
    folder,
    'grefs(unc).json',
    expressions.map((i) => ({
      ref_id: i + 1,
      image_id: imageOf(2 * i),
      split: 'val',
      ann_id: i % 5 === 0 ? [-1] : thingsAsked(i).map((thing) => thing + 1),
      no_target: i % 5 === 0,
      sentences: [{ sent: labelOf(i) }],
    })),
  );
  json(
    folder,
    'answers.json',
    expressions.map((i) => ({
      ref_id: i + 1,
      no_target: i % 6 === 0,
      pred_masks: i % 6 === 0 ? [] : thingsAsked(i).map((thing) => toCompressed(predictions[thing]!)),
    })),
  );
  return ['grefs(unc).json', 'answers.json'];
}

/** Maps as COCO's, of which the predictions lack the last thing. */
function writePanoptic(folder: string, { truth, predictions }: MaskSet, count: number): readonly string[] {
  for (const [name, masks, kept] of [
    ['truth', truth, OBJECTS],
    ['answers', predictions, OBJECTS - 1],
  ] as const) {
    mkdirSync(join(folder, name));
    const annotations = Array.from({ length: count }, (_, image) => {
      const layers = thingsOf(image)
        .slice(0, kept)
        .map((i) => ({ mask: masks[i]!, value: i + 1 }));
      const pixels = paint(layers, HEIGHT, WIDTH, 0);
      writeFileSync(join(folder, name, `${image}.png`), mapPng(pixels));
      return { image_id: image, file_name: `${image}.png`, segments_info: segmentsOf(pixels) };
    });
    json(folder, `${name}.json`, { categories: CATEGORIES, annotations });
  }
  return ['truth.json', 'answers.json'];
}

function segmentsOf(pixels: Uint32Array): object[] {
  const areas = new Map<number, number>();
  let from = 0;
  for (let i = 1; i <= pixels.length; i++) {
    if (i < pixels.length && pixels[i] === pixels[from]) continue;
    areas.set(pixels[from]!, (areas.get(pixels[from]!) ?? 0) + i - from);
    from = i;
  }
  areas.delete(0);
  return [...areas].map(([id, area]) => {
    const { id: category } = CATEGORIES[id % CATEGORIES.length]!;
    return { id, category_id: category, area, iscrowd: 0 };
  });
}

/** A map that was painted column by column, as a PNG in which R + 256 G + 65536 B is a segment's id. */
function mapPng(pixels: Uint32Array): Uint8Array {
  const rows = Buffer.alloc(HEIGHT * (3 * WIDTH + 1));
  let at = 0;
  for (let y = 0; y < HEIGHT; y++) {
    // The row's filter: none.
    at++;
    for (let x = 0; x < WIDTH; x++, at += 3) {
      const id = pixels[x * HEIGHT + y]!;
      rows[at] = id;
      rows[at + 1] = id >> 8;
      rows[at + 2] = id >> 16;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const data = deflateSync(rows, { level: 1 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}

function imageList(count: number): readonly { readonly id: number; readonly height: number; readonly width: number }[] {
  return Array.from({ length: count }, (_, i) => ({ id: i + 1, height: HEIGHT, width: WIDTH }));
}

function imageOf(thing: number): number {
  return Math.floor(thing / OBJECTS) + 1;
}

/** Places of an image's things in the set; images from 0. */
function thingsOf(image: number): readonly number[] {
  return Array.from({ length: OBJECTS }, (_, k) => image * OBJECTS + k);
}

function labelOf(thing: number): string {
  return LABELS[thing % LABELS.length]!;
}

function areaOf({ counts }: RunLengthMask): number {
  return counts.reduce((sum, run, at) => sum + (at % 2 === 1 ? run : 0), 0);
}

function json(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}
