import { runSum } from '../masks/maskValue.ts';
import { isObject } from '../records/isObject.ts';
import type { RecordModel } from '../records/recordModel.ts';
import { defineRule } from './rule.ts';

/** A mask has the size of its image; MGSCData's own converter swaps height and width. */
export const maskSize = defineRule({
  code: 'mask-size',
  severity: 'error',
  scope: 'pixels',
  fix: 'suggested',
  summary: 'A mask has another size than the image.',
  why: 'Its pixels lie elsewhere than the words say, or the loader stops.',
  bad: [
    '{"id": "a", "image": "a.jpg", "width": 3, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [3, 2], "counts": [1, 5]}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "width": 3, "height": 2, "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 3], "counts": [1, 5]}]}',
  ],
  check({ record, report }) {
    const image = record.imageSize;
    if (image === undefined) return;
    const [height, width] = image;
    record.masks?.forEach((value, index) => {
      const size = sizeOf(value);
      if (size === undefined || (size[0] === height && size[1] === width)) return;
      if (isBrokenOtherwise(record, index)) return;
      const swapped = size[0] === width && size[1] === height;
      const what = swapped
        ? `This mask's height and width are swapped: ${show(size)} for an image of ${show(image)}`
        : `This mask is ${show(size)}, the image ${show(image)}`;
      const which = record.sidecar === undefined ? '' : `Mask ${index + 1}: `;
      const fits = record.sidecar === undefined && fitsInto(value, image);
      const todo = fits ? 'write the image’s size.' : 'draw or export it again for this image.';
      const target = record.sidecar === undefined ? [...record.maskPath(index), 'size'] : record.maskPath(index);
      report({ path: target }, `${which}${what} (height × width), so its pixels lie elsewhere than meant: ${todo}`, {
        fixes: () =>
          fits
            ? [{ title: `Write [${height}, ${width}]`, edits: [{ kind: 'set', path: target, value: [height, width] }] }]
            : [],
      });
    });
  },
});

function sizeOf(value: unknown): readonly [number, number] | undefined {
  const size = isObject(value) ? value['size'] : undefined;
  if (!Array.isArray(size) || size.length !== 2 || !size.every((side) => Number.isInteger(side) && side > 0))
    return undefined;
  return [size[0], size[1]];
}

function show([height, width]: readonly [number, number]): string {
  return `${height} × ${width}`;
}

/** The runs, or the polygons, are whole and right for an image of this size. */
function fitsInto(value: unknown, [height, width]: readonly [number, number]): boolean {
  const runs = runSum(value);
  if (runs !== undefined) return runs === height * width;
  const polygons = isObject(value) ? value['polygons'] : undefined;
  if (!Array.isArray(polygons)) return false;
  return polygons.every(
    (ring) =>
      Array.isArray(ring) &&
      ring.every((at, i) => typeof at === 'number' && at >= 0 && at <= (i % 2 === 0 ? width : height)),
  );
}

/** The runs fit the image, so only the `size` is wrong: `mask-size` says so, `mask-corrupt` keeps quiet. */
export function sizeExplains(record: RecordModel, value: unknown): boolean {
  const image = record.imageSize;
  const size = sizeOf(value);
  if (image === undefined || size === undefined || (size[0] === image[0] && size[1] === image[1])) return false;
  return runSum(value) === image[0] * image[1];
}

/** The mask does not decode, and not because of its size: `mask-corrupt` says so. */
function isBrokenOtherwise(record: RecordModel, index: number): boolean {
  const value = record.masks?.[index];
  if (sizeExplains(record, value)) return false;
  const runs = runSum(value);
  const size = sizeOf(value)!;
  if (runs !== undefined) return runs !== size[0] * size[1];
  const reading = record.reading(index);
  return !reading.ok && reading.kind === 'corrupt';
}
