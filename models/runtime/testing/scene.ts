import { readFileSync } from 'node:fs';
import { area, boundingBox, fromBitmap } from '../../../core/masks/runLengthMask.ts';
import { type DetectorManifest, detectorManifest } from '../manifest.ts';
import type { Instance, Scene } from '../scene.ts';

/** The manifest that ships, for tests that need its nouns. */
export const COCO80: DetectorManifest = detectorManifest.parse(
  JSON.parse(readFileSync(new URL('../../bundles/coco80/bundle.json', import.meta.url), 'utf8')),
);

export interface Thing {
  readonly name: string;
  /** x, y, width, height in pixels. */
  readonly box: readonly [number, number, number, number];
  readonly score?: number;
  readonly rgb?: readonly [number, number, number];
}

/** A picture of plain rectangles, as if a detector had found them. */
export function sceneOf(
  things: readonly Thing[],
  { width = 100, height = 60, doubtful = {} as Readonly<Record<string, number>> } = {},
): Scene {
  const data = new Uint8Array(width * height * 4).fill(128);
  const bestScores = new Float32Array(COCO80.classes.length);
  const instances: Instance[] = [];
  for (const { name, box, score = 0.8, rgb = [128, 128, 128] } of things) {
    const bitmap = new Uint8Array(width * height);
    for (let y = box[1]; y < box[1] + box[3]; y++) {
      for (let x = box[0]; x < box[0] + box[2]; x++) {
        bitmap[y * width + x] = 1;
        data.set(rgb, 4 * (y * width + x));
      }
    }
    const mask = fromBitmap(bitmap, height, width);
    const classIndex = indexOf(name);
    bestScores[classIndex] = Math.max(bestScores[classIndex]!, score);
    instances.push({ classIndex, score, mask, area: area(mask), box: boundingBox(mask) });
  }
  for (const [name, score] of Object.entries(doubtful)) bestScores[indexOf(name)] = score;
  return {
    image: { width, height, data },
    instances: instances.sort((a, b) => b.score - a.score),
    bestScores,
    threshold: 0.3,
    sureFrom: 0.4,
    absentBelow: 0.15,
  };
}

function indexOf(name: string): number {
  const index = COCO80.classes.findIndex((noun) => noun.name === name);
  if (index < 0) throw new Error(`no class is called ${name}`);
  return index;
}
