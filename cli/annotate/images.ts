import { resolve } from 'node:path';
import { findInputs } from '../inputs.ts';

const IMAGE_NAME = /\.(?:jpe?g|png)$/i;

export interface ImageList {
  /** Absolute paths, each once: in the order asked, folders and globs in alphabetical order. */
  readonly images: readonly string[];
  /** Arguments that name no image. */
  readonly missing: readonly string[];
}

/** The images that files, folders and globs name. A folder stands for the JPEGs and PNGs in it and below. */
export function listImages(args: readonly string[]): ImageList {
  const images = new Set<string>();
  const missing: string[] = [];
  for (const arg of args) {
    const { files } = findInputs([arg], (name) => IMAGE_NAME.test(name));
    if (files.length === 0) missing.push(arg);
    for (const file of files) images.add(resolve(file));
  }
  return { images: [...images], missing };
}
