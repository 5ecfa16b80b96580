import type { Result } from '../result.ts';
import { decodeCounts, encodeCounts, isRun, sumOfCompressed, sumOfRuns } from './counts.ts';
import type { RunLengthMask } from './foreground.ts';
import { type LabelMap, maskOfValue } from './labelMap.ts';
import { countCrossings, rasterisePolygons } from './polygons.ts';

/**
 * What became of a mask as it stands in a record: its runs, or why there are none. `schema`: not one of the four forms;
 * `corrupt`: one of them, with contents that make no mask; `unavailable`: a label map that is not loaded.
 */
export type MaskReading =
  | { readonly ok: true; readonly mask: RunLengthMask }
  | { readonly ok: false; readonly kind: 'schema' | 'corrupt' | 'unavailable'; readonly message: string };

/** Where label maps come from; `undefined` says that the file is not loaded (yet). */
export interface LabelMapSource {
  labelMap(file: string): Result<LabelMap> | undefined;
}

/** Larger masks are refused before anything is allocated for them. */
const MOST_PIXELS = 100_000_000;

/** What polygons may cost to draw: a thousand times what a detailed outline takes. */
const MOST_CROSSINGS = 20_000_000;

const FORMS = 'either `counts`, or `polygons`, or `file` with `value`';

/**
 * The runs of a mask as a record holds it: compressed or uncompressed COCO RLE, polygons, or a value of a label map.
 * Takes any value and never throws; a message names what is wrong, with the numbers, and what to do.
 */
export function readMask(value: unknown, labelMaps?: LabelMapSource): MaskReading {
  if (!isObject(value)) return schema(`A mask is an object with \`size\` and ${FORMS}; this is ${kindOf(value)}.`);
  const { size } = value;
  if (!isSize(size)) return schema(sizeMessage(size));
  const [height, width] = size;
  if (height * width > MOST_PIXELS) {
    return corrupt(
      `The mask's size [${height}, ${width}] makes ${number(height * width)} pixels; the limit is ${number(MOST_PIXELS)}. Check \`size\`: it is [height, width].`,
    );
  }
  if (value.counts !== undefined) return readCounts(value.counts, height, width);
  if (value.polygons !== undefined) return readPolygons(value.polygons, height, width);
  if (value.file !== undefined || value.value !== undefined) return readLabel(value, height, width, labelMaps);
  return schema(`The mask has a \`size\` and nothing else to draw: give it ${FORMS}.`);
}

/**
 * The sum of the runs of an RLE mask, in pixels: height × width where the mask is sound. Undefined for the other forms
 * and for runs that do not decode. Cheap: nothing is allocated and `size` is not read.
 */
export function runSum(value: unknown): number | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.counts === 'string') return sumOfCompressed(value.counts);
  return Array.isArray(value.counts) ? sumOfRuns(value.counts) : undefined;
}

/** The mask as compressed COCO RLE, with `size` as `[height, width]`: the form in which a record holds it. */
export function toCompressed(mask: RunLengthMask): { size: [number, number]; counts: string } {
  return { size: [mask.height, mask.width], counts: encodeCounts(mask.counts) };
}

function readCounts(counts: unknown, height: number, width: number): MaskReading {
  if (typeof counts === 'string') {
    const runs = decodeCounts(counts);
    return runs.ok ? checkedRuns(runs.value, height, width) : corrupt(runs.message);
  }
  if (!Array.isArray(counts)) {
    return schema(`\`counts\` is a compressed string or a list of whole numbers; this is ${kindOf(counts)}.`);
  }
  for (let i = 0; i < counts.length; i++) {
    const run: unknown = counts[i];
    if (isRun(run)) continue;
    if (typeof run !== 'number') {
      return schema(`\`counts\` is a list of whole numbers; entry ${i + 1} is ${kindOf(run)}. Export the mask again.`);
    }
    return corrupt(`Run ${i + 1} is ${run}; a run is a whole number from 0 to 2,147,483,648. Export the mask again.`);
  }
  return checkedRuns(Uint32Array.from(counts as readonly number[]), height, width);
}

function checkedRuns(counts: Uint32Array, height: number, width: number): MaskReading {
  let sum = 0;
  for (const run of counts) sum += run;
  if (sum === height * width) return { ok: true, mask: { height, width, counts } };
  return corrupt(
    `The runs sum to ${number(sum)} pixels; the size [${height}, ${width}] has ${number(height * width)}. ${sum < height * width ? 'The mask was cut off or belongs' : 'The mask belongs'} to an image of another size: export it again, or correct \`size\`.`,
  );
}

function readPolygons(polygons: unknown, height: number, width: number): MaskReading {
  if (!Array.isArray(polygons)) {
    return schema(`\`polygons\` is a list of lists [x1, y1, x2, y2, …]; this is ${kindOf(polygons)}.`);
  }
  for (let i = 0; i < polygons.length; i++) {
    const problem = polygonProblem(polygons[i], i);
    if (problem !== undefined) return problem;
  }
  const sound = polygons as readonly (readonly number[])[];
  const crossings = countCrossings(sound, width);
  if (crossings > MOST_CROSSINGS) {
    return corrupt(
      `The polygons cross the image's columns ${number(crossings)} times; the limit is ${number(MOST_CROSSINGS)}. Store such a mask as RLE.`,
    );
  }
  return { ok: true, mask: rasterisePolygons(sound, height, width) };
}

function polygonProblem(polygon: unknown, index: number): MaskReading | undefined {
  const name = `Polygon ${index + 1}`;
  if (!Array.isArray(polygon)) return schema(`${name} is ${kindOf(polygon)}; write a list [x1, y1, x2, y2, …].`);
  for (let i = 0; i < polygon.length; i++) {
    if (typeof polygon[i] !== 'number' || !Number.isFinite(polygon[i])) {
      return schema(`${name} has ${kindOf(polygon[i])} as value ${i + 1}; write coordinates in pixels.`);
    }
  }
  if (polygon.length % 2 === 1) {
    return corrupt(`${name} has ${polygon.length} values; they come in pairs x, y, so one is missing or left over.`);
  }
  if (polygon.length >= 6) return undefined;
  const points = polygon.length / 2;
  return corrupt(
    `${name} has ${points} ${points === 1 ? 'point' : 'points'}; three are the least that enclose anything. Remove it or complete it.`,
  );
}

function readLabel(
  mask: Readonly<Record<string, unknown>>,
  height: number,
  width: number,
  labelMaps: LabelMapSource | undefined,
): MaskReading {
  const { file, value } = mask;
  if (typeof file !== 'string' || file === '') {
    return schema(`\`file\` names the label map, a PNG; this is ${kindOf(file)}.`);
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffffff) {
    return schema(
      `\`value\` is the segment's number in the label map, a whole number from 0 to 16,777,215; this is ${kindOf(value)}.`,
    );
  }
  const map = labelMaps?.labelMap(file);
  if (map === undefined) {
    return {
      ok: false,
      kind: 'unavailable',
      message: `The label map ${file} is not loaded, so its mask is not drawn.`,
    };
  }
  if (!map.ok) return corrupt(`The label map ${file} cannot be read. ${map.message}`);
  if (map.value.height !== height || map.value.width !== width) {
    return corrupt(
      `The label map ${file} is [${map.value.height}, ${map.value.width}] and the mask says [${height}, ${width}]. Correct \`size\`, which is [height, width], or name the right file.`,
    );
  }
  return { ok: true, mask: maskOfValue(map.value, value) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(size: unknown): size is readonly [number, number] {
  return Array.isArray(size) && size.length === 2 && size.every((side) => Number.isSafeInteger(side) && side >= 1);
}

function sizeMessage(size: unknown): string {
  const wanted = '`size` is [height, width], two whole numbers from 1';
  if (size === undefined) return `The mask has no \`size\`; ${wanted}: the image's size in pixels.`;
  if (!Array.isArray(size)) return `${wanted}; this is ${kindOf(size)}.`;
  if (size.length !== 2) return `${wanted}; this list has ${size.length}.`;
  const wrong = size.findIndex((side) => !Number.isSafeInteger(side) || side < 1);
  return `${wanted}; its ${wrong === 0 ? 'height' : 'width'} is ${kindOf(size[wrong])}.`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  return typeof value === 'object' ? 'an object' : `the value ${String(value)}`;
}

function schema(message: string): MaskReading {
  return { ok: false, kind: 'schema', message };
}

function corrupt(message: string): MaskReading {
  return { ok: false, kind: 'corrupt', message };
}

/** Digits in groups of three, the same on every machine. */
function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
