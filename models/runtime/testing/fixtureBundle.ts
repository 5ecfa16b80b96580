import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMask } from '../../../core/masks/maskValue.ts';
import type { RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import { type Bundle, isFor, loadBundle } from '../bundle.ts';
import { readImage } from '../imageFile.ts';
import type { BundleManifest } from '../manifest.ts';
import type { SourceImage } from '../model.ts';
import { REPOSITORY } from './builtWorker.ts';

/** A small bundle of the repository, with what the reference implementations say (`reference.json`). */
export function fixtureFolder(name: string): string {
  return join(REPOSITORY, 'test/fixtures/bundles', name);
}

/** Its `reference.json`; the test knows the form. */
export function referenceOf<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(join(fixtureFolder(name), 'reference.json'), 'utf8')) as readonly T[];
}

/** Loads it, and throws where it is not of this driver. */
export async function fixtureBundle<Driver extends BundleManifest['driver']>(
  name: string,
  driver: Driver,
): Promise<Bundle<Extract<BundleManifest, { driver: Driver }>>> {
  const loaded = await loadBundle(fixtureFolder(name));
  if (!loaded.ok) throw loaded.error;
  if (!isFor(loaded.value, driver)) throw new Error(`${name} is no ${driver}`);
  return loaded.value;
}

/** One of its photographs. */
export function photographOf(name: string, photograph: string): SourceImage {
  const path = join(fixtureFolder(name), `${photograph}.png`);
  return { path, key: path, raster: () => readImage(path) };
}

/** A mask as a draft or a reference has it. */
export function maskOf(value: unknown): RunLengthMask {
  const reading = readMask(value);
  if (!reading.ok) throw new Error(reading.message);
  return reading.mask;
}
