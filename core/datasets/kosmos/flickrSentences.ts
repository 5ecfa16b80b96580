/** Flickr30k Entities' two kinds of files: captions with bracketed phrases, and boxes in XML. */
import type { Corners } from '../boxes.ts';

export interface EntityPhrase {
  /** UTF-16 offsets into the caption, `end` excluded. */
  readonly start: number;
  readonly end: number;
  /** The entity's number; 0 for what cannot be seen. */
  readonly entity: string;
}

const OPEN = '[/EN#';

/** A line such as `[/EN#283585/people A young white boy] with …`; brackets that open no phrase stay as they are. */
export function readSentence(line: string): { readonly caption: string; readonly phrases: readonly EntityPhrase[] } {
  let caption = '';
  const phrases: EntityPhrase[] = [];
  let at = 0;
  for (let open = line.indexOf(OPEN); open >= 0; open = line.indexOf(OPEN, at)) {
    const close = line.indexOf(']', open);
    const space = line.indexOf(' ', open);
    if (close < 0 || space < 0 || space > close) {
      caption += line.slice(at, open + OPEN.length);
      at = open + OPEN.length;
      continue;
    }
    caption += line.slice(at, open);
    const entity = line.slice(open + OPEN.length, space).split('/')[0]!;
    const words = line.slice(space + 1, close);
    phrases.push({ start: caption.length, end: caption.length + words.length, entity });
    caption += words;
    at = close + 1;
  }
  return { caption: caption + line.slice(at), phrases };
}

/** A line for a caption; brackets in it would be read as phrases, and become parentheses. */
export function writeSentence(caption: string, phrases: readonly EntityPhrase[]): string {
  const plain = (text: string) => text.replaceAll('[', '(').replaceAll(']', ')');
  let line = '';
  let at = 0;
  for (const { start, end, entity } of phrases) {
    line += `${plain(caption.slice(at, start))}${OPEN}${entity}/other ${plain(caption.slice(start, end))}]`;
    at = end;
  }
  return line + plain(caption.slice(at));
}

export interface EntityBoxes {
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** By entity, in pixels from 0. */
  readonly boxes: ReadonlyMap<string, readonly Corners[]>;
}

/** The boxes of an annotation file. They count from 1, as the set's own scripts mend it: 1 is taken off each side. */
export function readAnnotation(xml: string): EntityBoxes {
  const boxes = new Map<string, Corners[]>();
  for (const object of elements(xml, 'object')) {
    const [box] = elements(object, 'bndbox');
    const sides = box === undefined ? [] : ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => numberIn(box, side));
    if (sides.length === 0 || sides.some((side) => side === undefined)) continue;
    const corners = sides.map((side) => side! - 1) as unknown as Corners;
    for (const name of elements(object, 'name')) {
      const entity = name.trim();
      boxes.set(entity, [...(boxes.get(entity) ?? []), corners]);
    }
  }
  const [size = ''] = elements(xml, 'size');
  return { width: numberIn(size, 'width'), height: numberIn(size, 'height'), boxes };
}

export function writeAnnotation(
  filename: string,
  width: number,
  height: number,
  boxes: readonly { readonly entity: string; readonly box: Corners }[],
): string {
  const objects = boxes.map(({ entity, box }) => {
    const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map((side, i) => `<${side}>${Math.round(box[i]!) + 1}</${side}>`);
    return `  <object>\n    <name>${entity}</name>\n    <bndbox>${sides.join('')}</bndbox>\n  </object>\n`;
  });
  const size = `  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>\n`;
  return `<annotation>\n  <filename>${escaped(filename)}</filename>\n${size}${objects.join('')}</annotation>\n`;
}

/** What stands in the elements of a name; the set's files nest none in itself. */
function* elements(xml: string, name: string): Generator<string> {
  const [open, close] = [`<${name}>`, `</${name}>`];
  for (let start = xml.indexOf(open); start >= 0; ) {
    const end = xml.indexOf(close, start);
    if (end < 0) return;
    yield xml.slice(start + open.length, end);
    start = xml.indexOf(open, end);
  }
}

function numberIn(xml: string, name: string): number | undefined {
  const [text = ''] = elements(xml, name);
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
