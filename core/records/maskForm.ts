/** The four forms of a mask in a record (docs/format.md, section 2), looked at without decoding anything. */
import { isObject } from './isObject.ts';
import type { Path } from './sourceRecord.ts';

export interface MaskFormProblem {
  /** Inside the mask. */
  readonly path: Path;
  readonly message: string;
  /** The key that is missing, where one is. */
  readonly missing?: string;
}

const FORMS = 'Write {"size": [height, width], "counts": …}, or "polygons", or "file" and "value".';

/** What keeps a mask from being one of the four forms, or what it says of itself from being read; at most one problem. */
export function maskFormProblems(mask: unknown): readonly MaskFormProblem[] {
  const problems = formProblems(mask);
  return problems.length > 0 || !isObject(mask) ? problems : describingProblems(mask);
}

function formProblems(mask: unknown): readonly MaskFormProblem[] {
  if (!isObject(mask))
    return [
      { path: [], message: `A mask must be an object with its size and its pixels, not ${kindOf(mask)}. ${FORMS}` },
    ];
  const size = mask['size'];
  if (size === undefined)
    return [
      {
        path: [],
        missing: 'size',
        message: 'This mask has no "size", so its runs cannot be laid out: add "size": [height, width].',
      },
    ];
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isSide))
    return [
      {
        path: ['size'],
        message: 'The size of a mask must be [height, width] in whole pixels above 0: write these two numbers.',
      },
    ];
  if ('counts' in mask) return countsProblems(mask['counts']);
  if ('polygons' in mask) return polygonProblems(mask['polygons']);
  if ('file' in mask) return fileProblems(mask);
  return [{ path: [], missing: 'counts', message: `This mask has a size but no pixels. ${FORMS}` }];
}

function countsProblems(counts: unknown): readonly MaskFormProblem[] {
  if (typeof counts === 'string') return [];
  if (Array.isArray(counts) && counts.every((run) => typeof run === 'number')) return [];
  return [
    {
      path: ['counts'],
      message: `The runs of a mask must be a COCO RLE text or a list of whole numbers, not ${kindOf(counts)}: write one of them.`,
    },
  ];
}

function polygonProblems(polygons: unknown): readonly MaskFormProblem[] {
  if (
    Array.isArray(polygons) &&
    polygons.every((ring) => Array.isArray(ring) && ring.every((at) => typeof at === 'number'))
  )
    return [];
  return [
    {
      path: ['polygons'],
      message: 'Polygons must be lists of numbers, [[x1, y1, x2, y2, …], …], in pixels: write them so.',
    },
  ];
}

function fileProblems(mask: Record<string, unknown>): readonly MaskFormProblem[] {
  if (typeof mask['file'] !== 'string' || mask['file'] === '')
    return [
      {
        path: ['file'],
        message: 'The label map of a mask must be the path of a PNG, relative to this file: write it as a text.',
      },
    ];
  if (mask['value'] === undefined)
    return [
      {
        path: [],
        missing: 'value',
        message: 'This mask names a label map but not its value in it: add "value": the pixel value of the object.',
      },
    ];
  if (!Number.isInteger(mask['value']) || (mask['value'] as number) < 0)
    return [
      {
        path: ['value'],
        message: 'The value of a label map must be a whole number from 0: write the pixel value of the object.',
      },
    ];
  return [];
}

const NONE: readonly MaskFormProblem[] = [];

/** `label`, `score`, `area` and `bbox`, each of which may be left out. */
function describingProblems({ label, score, area, bbox }: Record<string, unknown>): readonly MaskFormProblem[] {
  if (label !== undefined && typeof label !== 'string') return [wrongKind('label', label, 'a text in quotes')];
  if (score !== undefined && typeof score !== 'number') return [wrongKind('score', score, 'a number')];
  if (area !== undefined && typeof area !== 'number') return [wrongKind('area', area, 'a number of pixels')];
  if (bbox !== undefined && !isBox(bbox)) return [wrongKind('bbox', bbox, 'four numbers, [x, y, width, height]')];
  return NONE;
}

function wrongKind(key: string, value: unknown, wanted: string): MaskFormProblem {
  const what = Array.isArray(value) ? 'this list' : kindOf(value);
  return {
    path: [key],
    message: `The ${key} of a mask must be ${wanted}, not ${what}, or readers stop here: write it so.`,
  };
}

function isBox(bbox: unknown): boolean {
  return Array.isArray(bbox) && bbox.length === 4 && bbox.every((side) => typeof side === 'number');
}

function isSide(side: unknown): boolean {
  return Number.isInteger(side) && (side as number) > 0;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
