/** The objects of an annotation of GranD by their ids, and the masks of what is said of them. */
import { isObject } from '../../records/isObject.ts';
import { boxMask, type Corners, fourNumbers } from '../boxes.ts';
import { unitedMask } from '../coco/segmentation.ts';
import { type Size, sizedMask, sizeFrom } from '../sizedMask.ts';
import type { Detail } from './captions.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface GrandMask {
  readonly value: Fields;
  /** The name of the object. */
  readonly label: string | undefined;
  /** So many of its objects have no mask. */
  readonly missing: number;
}

export interface NoMask {
  readonly code: 'no-mask' | 'no-size' | 'boxes';
  readonly message: string;
}

export class GrandObjects {
  private readonly byId = new Map<number, Fields>();
  /** Pixels, of the photograph or of the first mask. */
  readonly size: Size | undefined;

  /**
   * @param imageSize Pixels of the photograph; `undefined` where it was not found.
   * @param refusesBoxes Whether what has a box alone is left out.
   */
  constructor(
    annotation: unknown,
    imageSize: Size | undefined,
    private readonly refusesBoxes: boolean,
  ) {
    for (const key of ['objects', 'floating_objects']) {
      const list = isObject(annotation) ? annotation[key] : undefined;
      for (const object of Array.isArray(list) ? list : [])
        if (isObject(object) && typeof object['id'] === 'number' && !this.byId.has(object['id']))
          this.byId.set(object['id'], object);
    }
    const items: readonly unknown[] = Array.isArray(annotation) ? annotation : [...this.byId.values()];
    this.size = imageSize ?? firstSize(items);
  }

  /** The mask of its own, else the union of its objects', else their boxes. */
  maskOf({ phrase, objectIds, segmentation, box }: Detail): GrandMask | NoMask {
    const objects = [...new Set(objectIds)].map((id) => this.byId.get(id)).filter((object) => object !== undefined);
    const label = nameOf(objects[0]);
    const own = hasMask(segmentation) ? [segmentation] : [];
    const drawn = own.length > 0 ? own : objects.map((object) => object['segmentation']).filter(hasMask);
    if (drawn.length > 0) {
      const masks = drawn.flatMap((each) => {
        const mask = sizedMask(each, this.size);
        return mask.ok ? [mask.value] : [];
      });
      const united = unitedMask(masks);
      if (!united.ok) return { code: 'no-mask', message: `${united.message} It is left out.` };
      const missing = own.length > 0 ? drawn.length - masks.length : Math.max(0, objects.length - masks.length);
      return { value: united.value, label, missing };
    }
    const ownBoxes = cornersOf(box);
    const boxes = objects.length > 0 ? objects.flatMap((object) => cornersOf(object['bbox'])) : ownBoxes;
    if (boxes.length === 0)
      return { code: 'no-mask', message: 'The file has no object of its ids with a mask or a box: it is left out.' };
    if (this.refusesBoxes)
      return { code: 'boxes', message: 'It has a box and no mask, and boxes=reject asks for none.' };
    if (this.size === undefined)
      return {
        code: 'no-size',
        message: 'It has boxes alone, and the size of the photograph is not known: name its folder with --images.',
      };
    const filled = boxMask(boxes, this.size.height, this.size.width, label ?? phrase);
    if (!filled.ok) return { code: 'no-mask', message: `${filled.message} It is left out.` };
    return { value: filled.value, label, missing: 0 };
  }
}

function hasMask(segmentation: unknown): boolean {
  return isObject(segmentation) || (Array.isArray(segmentation) && segmentation.length > 0);
}

/** `[x1, y1, x2, y2]`, or a list of these. */
function cornersOf(box: unknown): readonly Corners[] {
  const list: readonly unknown[] = fourNumbers(box) === undefined && Array.isArray(box) ? box : [box];
  return list.flatMap((each) => {
    const four = fourNumbers(each);
    return four === undefined ? [] : [four];
  });
}

/** LVIS names: `car_(automobile)` is a car, `hot-air_balloon` has a space. The first label is the best one. */
function nameOf(object: Fields | undefined): string | undefined {
  const labels = object?.['labels'];
  const first: unknown = Array.isArray(labels) ? labels[0] : undefined;
  if (typeof first !== 'string') return undefined;
  const cut = first.indexOf('_(');
  const name = (cut < 0 ? first : first.slice(0, cut)).replaceAll('_', ' ').trim();
  return name === '' ? undefined : name;
}

function firstSize(objects: readonly unknown[]): Size | undefined {
  for (const object of objects) {
    const segmentation = isObject(object) ? object['segmentation'] : undefined;
    const size = isObject(segmentation) ? segmentation['size'] : undefined;
    const read = Array.isArray(size) ? sizeFrom(size[0], size[1]) : undefined;
    if (read !== undefined) return read;
  }
  return undefined;
}
