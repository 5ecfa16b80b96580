/** What two records' photographs are recognised by. */

const COCO_NAME = /^(?:COCO_(?:train|val|test)\d{4}_)?(\d{12})\.(?:jpe?g|png)$/i;

/** The number of a COCO photograph from its name in any of COCO's spellings (`COCO_val2014_000000000042.jpg`). */
export function cocoNumber(path: string): number | undefined {
  const digits = COCO_NAME.exec(lastPart(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The last part of a path or URL, without what a URL asks for behind `?` and `#`. */
export function lastPart(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const cut = name.search(/[?#]/);
  return cut > 0 && path.includes('://') ? name.slice(0, cut) : name;
}

/**
 * A text that the same photograph has in all files: COCO's number where the name says it, else the place.
 *
 * @param place The file's absolute path, or the URL.
 */
export function imageKey(place: string): string {
  const number = cocoNumber(place);
  return number === undefined ? place : `coco ${number}`;
}
