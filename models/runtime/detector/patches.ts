import type { Detection } from './boxes.ts';
import type { DetectorGraphs } from './graphs.ts';
import type { MaskPatch } from './paste.ts';
import type { Sight } from './sight.ts';

/**
 * What the mask head draws in each box, in batches as large as the manifest says.
 *
 * @param between Awaited before each batch with the share that is done.
 */
export async function drawPatches(
  sight: Sight,
  model: DetectorGraphs,
  boxes: readonly Detection['box'][],
  between: (share: number) => Promise<void>,
): Promise<readonly MaskPatch[]> {
  const { batch, imageSize, outputSize } = model.manifest.maskHead;
  const [rows, columns] = outputSize;
  const patches: MaskPatch[] = [];
  for (let from = 0; from < boxes.length; from += batch) {
    await between(from / boxes.length);
    const some = boxes.slice(from, from + batch);
    const probabilities = await model.masks(sight.features, sight.picture, headBoxes(some, imageSize));
    for (const [i, box] of some.entries()) {
      patches.push({
        probabilities: probabilities.subarray(i * rows * columns, (i + 1) * rows * columns),
        rows,
        columns,
        region: regionOf(box, sight, model.manifest.maskHead.margin),
      });
    }
  }
  return patches;
}

/** Whether a box has enough pixels of the head's picture to draw anything in. */
export function isLargeEnough(
  [left, top, right, bottom]: Detection['box'],
  { imageSize: [height, width], minBoxSide }: DetectorGraphs['manifest']['maskHead'],
): boolean {
  return (right - left) * width >= minBoxSide && (bottom - top) * height >= minBoxSide;
}

function headBoxes(boxes: readonly Detection['box'][], [height, width]: readonly [number, number]): Float32Array {
  return Float32Array.from(
    boxes.flatMap(([left, top, right, bottom]) => [
      left * width,
      top * height,
      (right - left) * width,
      (bottom - top) * height,
    ]),
  );
}

/** The part of the photograph that a patch covers: the box and the margin around it. */
function regionOf(
  [left, top, right, bottom]: Detection['box'],
  { width, height }: Pick<Sight, 'width' | 'height'>,
  margin: number,
): MaskPatch['region'] {
  const boxWidth = (right - left) * width;
  const boxHeight = (bottom - top) * height;
  return [
    left * width - margin * boxWidth,
    top * height - margin * boxHeight,
    boxWidth * (1 + 2 * margin),
    boxHeight * (1 + 2 * margin),
  ];
}
