import type { Raster } from '../../../core/images/raster.ts';

/** The picture of noise that models/export/uscdf_export/golden/images.py makes for a size. */
export function noise(width: number, height: number): Raster {
  let state = width * 65_537 + height;
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      data[4 * i + channel] = state >>> 24;
    }
  }
  return { width, height, data };
}

/** The smooth masks of the same file, `[targets, rows, columns]`. */
export function waves(rows: number, columns: number, targets: number): Float32Array {
  const values = new Float32Array(targets * rows * columns);
  for (let i = 0; i < values.length; i++) {
    const target = Math.floor(i / (rows * columns));
    const row = (Math.floor(i / columns) % rows) / rows;
    const column = (i % columns) / columns;
    values[i] = Math.sin(5 * (target + 1) * row + 0.7 * target) + Math.cos(4 * (target + 2) * column + target);
  }
  return values;
}
