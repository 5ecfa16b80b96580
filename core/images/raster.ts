/** A picture as bytes: four a pixel, red, green, blue, alpha; row-major. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** `width * height * 4` bytes. The functions that draw write into it. */
  readonly data: Uint8Array;
}

/** A raster of one opaque colour. */
export function blankRaster(width: number, height: number, rgb: readonly [number, number, number]): Raster {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    data[i] = rgb[0];
    data[i + 1] = rgb[1];
    data[i + 2] = rgb[2];
    data[i + 3] = 255;
  }
  return { width, height, data };
}

/** A copy to draw on. */
export function copyRaster(raster: Raster): Raster {
  return { ...raster, data: raster.data.slice() };
}
