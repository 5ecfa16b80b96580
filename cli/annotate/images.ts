import { resolve } from 'node:path';
import { findInputs } from '../inputs.ts';

const IMAGE_NAME = /\.(?:jpe?g|png)$/i;

export interface ImageList {
  /** Absolute paths, each once: in the order asked, folders and globs in alphabetical order. */
  readonly images: readonly string[];
  /** A sentence for each argument that names no image, and each folder that cannot be read. */
  readonly complaints: readonly string[];
}

/** The images that files, folders and globs name. A folder stands for the JPEGs and PNGs in it and below. */
export function listImages(args: readonly string[]): ImageList {
  const images = new Set<string>();
  const complaints: string[] = [];
  for (const arg of args) {
    const found = findInputs([arg], (name) => IMAGE_NAME.test(name));
    const { files } = found;
    complaints.push(...found.complaints);
    if (files.length === 0 && found.complaints.length === 0)
      complaints.push(`${arg}: there is no image. Check the path.`);
    for (const file of files) images.add(resolve(file));
  }
  return { images: [...images], complaints };
}
