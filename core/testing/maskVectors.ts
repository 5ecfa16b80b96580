/** Reads the golden numbers of the mask metrics, and makes examples of them. */
import { readFileSync } from 'node:fs';
import { decodeCounts, type RunLengthMask } from '../masks/runLengthMask.ts';
import type { ExampleId, MaskExample } from '../metrics/masks/example.ts';

/** A mask as the vectors store it. */
export interface StoredMask {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

/** The cases of a file under test/fixtures/vectors. */
export function vectorCases<T>(path: string): T[] {
  const url = new URL(`../../test/fixtures/vectors/${path}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: T[] }).cases;
}

export function maskOf({ size, counts }: StoredMask): RunLengthMask {
  const runs = decodeCounts(counts);
  if (!runs.ok) throw new Error(runs.message);
  return { height: size[0], width: size[1], counts: runs.value };
}

/** A case of ap/gcg_masks.json. */
export interface GcgCase {
  readonly name: string;
  readonly gt: {
    readonly images: readonly { readonly id: ExampleId }[];
    readonly annotations: readonly {
      readonly id: number;
      readonly image_id: ExampleId;
      readonly category_id: number;
      readonly segmentation: StoredMask;
      readonly area: number;
      readonly iscrowd: 0 | 1;
    }[];
  };
  readonly dt: readonly {
    readonly image_id: ExampleId;
    readonly category_id: number;
    readonly segmentation: StoredMask;
    readonly score: number;
  }[];
  readonly gt_labels?: Readonly<Record<string, string[]>>;
  readonly dt_labels?: Readonly<Record<string, string[]>>;
  readonly text_similarity?: readonly (readonly [string, string, number])[];
  readonly expected: {
    readonly ap:
      | {
          readonly stats: number[];
          readonly per_iou_AP: number[];
          readonly per_iou_recall: number[];
          /** Not for the larger cases. */
          readonly precision_at_iou50_101?: number[];
        }
      | { readonly error: string };
    readonly miou?: { readonly mean: number; readonly per_image: number[] };
    readonly recall?: {
      readonly mglmm: number;
      readonly glamm_sequential: number;
      readonly per_image_tp_ap: Readonly<Record<string, [number, number]>>;
    };
  };
}

/** The images of a case, in the order of its caption file. */
export function gcgExamples({ gt, dt, gt_labels, dt_labels }: GcgCase): MaskExample[] {
  return gt.images.map(({ id }, order) => ({
    id,
    order,
    truth: gt.annotations
      .filter(({ image_id }) => image_id === id)
      .map((annotation) => ({
        mask: maskOf(annotation.segmentation),
        annotation: annotation.id,
        crowd: annotation.iscrowd === 1,
        area: annotation.area,
        category: annotation.category_id,
      })),
    predictions: dt
      .filter(({ image_id }) => image_id === id)
      .map(({ segmentation, score, category_id }) => ({ mask: maskOf(segmentation), score, category: category_id })),
    ...(gt_labels !== undefined && { labels: gt_labels[id] ?? [] }),
    ...(dt_labels !== undefined && { phrases: dt_labels[id] ?? [] }),
  }));
}

/** A mask from its rows, `#` for foreground. */
export function drawnMask(...rows: readonly string[]): RunLengthMask {
  const height = rows.length;
  const width = rows[0]?.length ?? 0;
  const counts: number[] = [];
  let [last, run] = ['.', 0];
  for (let i = 0; i < height * width; i++) {
    const pixel = rows[i % height]![Math.floor(i / height)]!;
    if (pixel !== last) {
      counts.push(run);
      [last, run] = [pixel, 0];
    }
    run++;
  }
  return { height, width, counts: Uint32Array.from([...counts, run]) };
}
