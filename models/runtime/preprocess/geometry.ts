interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the whole photograph lies in a graph's input, in pixels of that input. */
export interface Geometry {
  readonly input: Size;
  /** Reaches beyond the input where the photograph was cropped, and leaves some of it free where it was padded. */
  readonly content: Size & { readonly top: number; readonly left: number };
  readonly photograph: Size;
}

/** The photograph's size when its longer side fills the input's, as SAM's ResizeLongestSide rounds it. */
export function longestFit({ width, height }: Size, [inputHeight, inputWidth]: readonly [number, number]): Size {
  const scale = Math.min(inputHeight, inputWidth) / Math.max(width, height);
  return {
    width: Math.min(inputWidth, Math.max(1, Math.floor(width * scale + 0.5))),
    height: Math.min(inputHeight, Math.max(1, Math.floor(height * scale + 0.5))),
  };
}

/**
 * The photograph's size when its shorter side fills the input's, as CLIP's processor rounds it. A very long photograph would
 * become a picture of gigabytes of which almost nothing is used; the longer side stops at 64 times the shorter one, which
 * squeezes it.
 */
export function shortestFit({ width, height }: Size, [inputHeight, inputWidth]: readonly [number, number]): Size {
  const shortest = Math.max(inputHeight, inputWidth);
  const along = (long: number, short: number) =>
    Math.min(64 * shortest, Math.max(shortest, Math.floor((shortest * long) / short)));
  return width <= height
    ? { width: shortest, height: along(height, width) }
    : { width: along(width, height), height: shortest };
}

/** A place in the photograph, in pixels from its left and upper edge, as a place in the input. */
export function toInput({ content, photograph }: Geometry, x: number, y: number): readonly [number, number] {
  return [
    content.left + (x * content.width) / photograph.width,
    content.top + (y * content.height) / photograph.height,
  ];
}

/** A place in the input as a place in the photograph, in pixels from its left and upper edge. */
export function toPhotograph({ content, photograph }: Geometry, x: number, y: number): readonly [number, number] {
  return [
    ((x - content.left) * photograph.width) / content.width,
    ((y - content.top) * photograph.height) / content.height,
  ];
}
