/** Writes vectors as the official files of grounded captions, gRefCOCO and COCO panoptic. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '../../core/images/encode.ts';
import { decodeCounts, toBitmap } from '../../core/masks/runLengthMask.ts';

export interface Rle {
  readonly size: readonly [number, number];
  readonly counts: string;
}

export interface GcgCase {
  readonly name: string;
  readonly gt: {
    readonly images: readonly { readonly id: number | string }[];
    readonly annotations: readonly { readonly image_id: number | string }[];
  };
  readonly dt: readonly {
    readonly image_id: number | string;
    readonly segmentation: Rle;
    readonly score: number;
    readonly category_id: number;
  }[];
  readonly gt_labels?: Readonly<Record<string, readonly string[]>> | null;
  readonly dt_labels?: Readonly<Record<string, readonly string[]>> | null;
  readonly text_similarity?: readonly (readonly [string, string, number])[];
  readonly expected: {
    readonly ap: { readonly AP: number; readonly AP50: number; readonly error?: string };
    readonly miou?: { readonly mean: number };
    readonly recall?: { readonly mglmm: number };
  };
}

export function readCases<Case>(path: string): readonly Case[] {
  const url = new URL(`../fixtures/vectors/${path}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: readonly Case[] }).cases;
}

/** The arguments of `uscdf evaluate` for a case, whose files are written into a folder. */
export function writeGcg(folder: string, vector: GcgCase): readonly string[] {
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  json('val_gcg_coco_mask_gt.json', vector.gt);
  const args = ['--references', join(folder, 'val_gcg_coco_mask_gt.json')];
  const { gt_labels: labels, dt_labels: phrases } = vector;
  if (labels == null || phrases == null) {
    // Scores and other categories have no place in a prediction file, but in a results list.
    json('results.json', vector.dt);
    return [...args, '--predictions', join(folder, 'results.json')];
  }
  const images = vector.gt.images.map(({ id }) => ({ id }));
  json('val_gcg_coco_caption_gt.json', {
    images,
    annotations: images.map(({ id }, i) => ({ id: i, image_id: id, caption: 'a caption', labels: labels[String(id)] })),
  });
  json('table.json', vector.text_similarity ?? []);
  args.push('--similarity', join(folder, 'table.json'));
  if (vector.dt.some(({ score }) => score !== 1)) {
    json('results.json', vector.dt);
    return [...args, '--predictions', join(folder, 'results.json')];
  }
  mkdirSync(join(folder, 'predictions'));
  for (const { id } of images) {
    const masks = vector.dt.filter(({ image_id: image }) => image === id).map(({ segmentation }) => segmentation);
    const prediction = { image_id: id, caption: 'a caption', phrases: phrases[String(id)] ?? [], pred_masks: masks };
    json(`predictions/${id}.json`, prediction);
  }
  return [...args, '--predictions', join(folder, 'predictions')];
}

export interface PanopticCase {
  readonly name: string;
  readonly categories: readonly { readonly id: number; readonly isthing: number }[];
  readonly images: readonly {
    readonly h: number;
    readonly w: number;
    readonly gt_segments: readonly PanopticCaseSegment[];
    readonly pred_segments: readonly PanopticCaseSegment[];
  }[];
  readonly expected: Readonly<
    Record<'All' | 'Things' | 'Stuff', { pq: number; sq: number; rq: number } | undefined>
  > & {
    readonly error?: string;
  };
}

interface PanopticCaseSegment {
  readonly id: number;
  readonly category_id: number | null;
  readonly iscrowd?: number;
  readonly area?: number;
  readonly rle: string;
}

/** Both jsons of a panoptic case with their maps; returns the arguments. */
export function writePanoptic(folder: string, { categories, images }: PanopticCase): readonly string[] {
  for (const [name, key] of [
    ['truth', 'gt_segments'],
    ['answer', 'pred_segments'],
  ] as const) {
    mkdirSync(join(folder, name));
    const annotations = images.map((image, i) => {
      const { h, w } = image;
      writeFileSync(join(folder, name, `${i}.png`), mapPng(h, w, image[key]));
      const segments = image[key].filter(({ category_id: category }) => category !== null);
      return { image_id: i, file_name: `${i}.png`, segments_info: segments.map(({ rle: _, ...segment }) => segment) };
    });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ categories, annotations }));
  }
  return ['--references', join(folder, 'truth.json'), '--predictions', join(folder, 'answer.json')];
}

/** R + 256 G + 65536 B is a segment's id. */
function mapPng(height: number, width: number, segments: readonly PanopticCaseSegment[]): Uint8Array {
  const rgba = new Uint8Array(4 * height * width);
  for (let i = 0; i < height * width; i++) rgba[4 * i + 3] = 255;
  for (const { id, rle } of segments) {
    const counts = decodeCounts(rle);
    if (!counts.ok) throw new Error(counts.message);
    const pixels = toBitmap({ height, width, counts: counts.value });
    for (let i = 0; i < pixels.length; i++)
      if (pixels[i] === 1) rgba.set([id & 255, (id >> 8) & 255, (id >> 16) & 255], 4 * i);
  }
  return encodePng({ width, height, data: rgba });
}

interface CaptionCase {
  readonly images: Readonly<Record<string, { readonly hyp_raw: string; readonly refs_raw: readonly string[] }>>;
  readonly expected: { readonly CIDEr: { readonly corpus: number } };
}

/** A corpus of captions without a mask. */
export function readCaptions(corpus: string): CaptionCase {
  const url = new URL(`../fixtures/vectors/cider/${corpus}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as CaptionCase;
}

/** METEOR of a corpus by the modules that ship. */
export function meteorOf(corpus: string): number {
  const url = new URL(`../fixtures/vectors/meteor/${corpus}.json`, import.meta.url);
  const { runs } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly runs: readonly {
      readonly modules: readonly string[];
      readonly aggregate: { readonly aggregate: number };
    }[];
  };
  return runs.find(({ modules }) => modules.join() === 'exact,stem,synonym')!.aggregate.aggregate;
}

export function writeCaptions(folder: string, { images }: CaptionCase): readonly string[] {
  const list = Object.entries(images);
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  json('test_gcg_coco_mask_gt.json', { images: list.map(([id]) => ({ id })), annotations: [] });
  json('test_gcg_coco_caption_gt.json', {
    images: list.map(([id]) => ({ id })),
    annotations: list.flatMap(([id, { refs_raw: refs }]) =>
      refs.map((caption, i) => ({ id: i, image_id: id, caption, labels: [] })),
    ),
  });
  for (const [id, { hyp_raw: caption }] of list)
    json(`${id}.json`, { image_id: id, caption, phrases: [], pred_masks: [] });
  return ['--references', join(folder, 'test_gcg_coco_caption_gt.json'), '--predictions', folder];
}

export interface GresCase {
  readonly name: string;
  readonly samples: readonly {
    readonly gt: Rle;
    readonly pred: Rle;
    readonly gt_no_target: boolean;
    readonly pred_no_target: boolean;
  }[];
  readonly expected_rela: Readonly<Record<string, number>>;
}

export function writeGres(folder: string, { samples }: GresCase): readonly string[] {
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  json(
    'grefs(unc).json',
    samples.map(({ gt_no_target: none }, i) => ({
      ref_id: i,
      image_id: i,
      ann_id: none ? [-1] : [i],
      no_target: none,
      split: 'val',
      sentences: [{ sent: `expression ${i}` }],
    })),
  );
  json('instances.json', {
    images: samples.map(({ gt }, i) => ({ id: i, height: gt.size[0], width: gt.size[1] })),
    annotations: samples.map(({ gt }, i) => ({ id: i, image_id: i, segmentation: gt })),
  });
  json(
    'answers.json',
    samples.map(({ pred, pred_no_target: none }, i) => ({ ref_id: i, segmentation: pred, no_target: none })),
  );
  return [
    '--references',
    join(folder, 'grefs(unc).json'),
    '--predictions',
    join(folder, 'answers.json'),
    '--split',
    'val',
  ];
}
