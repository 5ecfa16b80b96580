import type { Raster } from '../../../core/images/raster.ts';
import { resize } from '../../../core/images/resize.ts';
import type { DetectorManifest } from '../manifest.ts';

/**
 * The photograph as the detector takes it: stretched to its input size, normalised, planes one after the other.
 * Returns float32 `[1, 3, height, width]`, in the channel order that the manifest names.
 */
export function detectorInput(image: Raster, detector: DetectorManifest['detector']): Float32Array {
  const [height, width] = detector.size;
  const { data } = resize(image, width, height);
  const cells = height * width;
  const planes = new Float32Array(3 * cells);
  for (let channel = 0; channel < 3; channel++) {
    const source = detector.channels === 'rgb' ? channel : 2 - channel;
    const mean = detector.mean[channel]!;
    const deviation = detector.deviation[channel]!;
    for (let i = 0; i < cells; i++) planes[channel * cells + i] = (data[4 * i + source]! - mean) / deviation;
  }
  return planes;
}

/** Turns the detector's input left to right, in place. */
export function mirror(planes: Float32Array, width: number): void {
  for (let row = 0; row < planes.length; row += width) planes.subarray(row, row + width).reverse();
}

/** The photograph as the mask head takes it: stretched, RGB, 0 to 255. Returns float32 `[1, height, width, 3]`. */
export function maskHeadImage(image: Raster, maskHead: DetectorManifest['maskHead']): Float32Array {
  const [height, width] = maskHead.imageSize;
  const { data } = resize(image, width, height);
  const pixels = new Float32Array(height * width * 3);
  for (let i = 0, at = 0; i < height * width; i++) {
    pixels[at++] = data[4 * i]!;
    pixels[at++] = data[4 * i + 1]!;
    pixels[at++] = data[4 * i + 2]!;
  }
  return pixels;
}
