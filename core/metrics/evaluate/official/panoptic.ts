/** COCO's panoptic files: a json with the segments and a folder of PNG maps (facts, metrics §3). */
import { decodeLabelMap } from '../../../masks/labelMap.ts';
import type { RunLengthMask } from '../../../masks/runLengthMask.ts';
import { isObject } from '../../../records/isObject.ts';
import { fail, ok, type Result } from '../../../result.ts';
import type { ExampleId } from '../../masks/example.ts';
import { segmentMasks } from '../../masks/labelSegments.ts';
import type { PanopticSegment } from '../../masks/panoptic.ts';
import type { NamedCategory } from '../categories.ts';
import { emptyMask } from '../recordMasks.ts';
import { isId, listOf } from './cocoFile.ts';

/** One entry of `annotations`. Plain data. */
export interface PanopticAnnotation {
  readonly id: ExampleId;
  /** The map's name in its folder. */
  readonly map: string;
  /** Entries of `segments_info`. */
  readonly segments: readonly Readonly<Record<string, unknown>>[];
}

export interface PanopticFile {
  readonly categories: readonly NamedCategory[];
  /** In file order. */
  readonly annotations: readonly PanopticAnnotation[];
}

/** A panoptic json, parsed. Predictions need no categories. */
export function readPanopticFile(value: unknown): Result<PanopticFile> {
  if (!isObject(value) || !Array.isArray(value['annotations']))
    return fail('this is no panoptic file: it needs the list `annotations`, each with `segments_info`.');
  const annotations: PanopticAnnotation[] = [];
  for (const entry of listOf(value, 'annotations')) {
    const { image_id: id, file_name: map } = entry;
    if (isId(id) && typeof map === 'string') annotations.push({ id, map, segments: listOf(entry, 'segments_info') });
  }
  const categories = listOf(value, 'categories').flatMap(({ id, name, isthing }): NamedCategory[] =>
    typeof id === 'number' ? [{ id, name: String(name ?? id), isThing: isthing === 1 || isthing === true }] : [],
  );
  return ok({ annotations, categories });
}

/** The segments of an image from the masks of its map and from its list: those in the one and not in the other included. */
export function panopticSegments(
  { height, width, masks }: SegmentMap,
  listed: PanopticAnnotation['segments'],
): readonly PanopticSegment[] {
  const unlisted = new Map(masks);
  const nothing = emptyMask(height, width);
  const segments: PanopticSegment[] = [];
  for (const { id, category_id: category, iscrowd, area } of listed) {
    if (typeof id !== 'number') continue;
    segments.push({
      id,
      category: typeof category === 'number' ? category : undefined,
      mask: unlisted.get(id) ?? nothing,
      ...((iscrowd === 1 || iscrowd === true) && { crowd: true }),
      ...(typeof area === 'number' && { area }),
    });
    unlisted.delete(id);
  }
  for (const [id, mask] of unlisted) segments.push({ id, category: undefined, mask });
  return segments;
}

/** The segments of a map by their ids, all of one size. They may lie on their side, if all of an evaluation do. */
export interface SegmentMap {
  readonly height: number;
  readonly width: number;
  readonly masks: ReadonlyMap<number, RunLengthMask>;
}

/** The segments of a map, a PNG; they lie on their side. */
export function decodeSegmentMap(png: Uint8Array): Result<SegmentMap> {
  const map = decodeLabelMap(png);
  if (!map.ok) return map;
  return ok({ height: map.value.width, width: map.value.height, masks: segmentMasks(map.value) });
}
