/** Kosmos-2's text: `<phrase> a fire</phrase><object><patch_index_0005><patch_index_0911></object>`. */
import type { Corners } from '../boxes.ts';
import { boxOfCells, cellsOf } from './patches.ts';

/** A span of a caption with its boxes, corners from 0 to 1; UTF-16 offsets, `end` excluded. */
export interface BoxedSpan {
  readonly start: number;
  readonly end: number;
  readonly boxes: readonly Corners[];
}

export interface GroundedText {
  readonly caption: string;
  readonly spans: readonly BoxedSpan[];
  /** Objects that no phrase belongs to. */
  readonly bare: number;
}

const [PHRASE, PHRASE_END] = ['<phrase>', '</phrase>'];
const [OBJECT, OBJECT_END] = ['<object>', '</object>'];
const BOTH = '</delimiter_of_multi_objects/>';
const PATCH = /^<patch_index_(\d{4})><patch_index_(\d{4})>$/;
const MOST_INDEX = 1023;
/** What stands in a text besides the caption: the image's place, and the ends of documents and lines. */
const OTHERS = ['<grounding>', '<s>', '</s>', '<pad>', '</doc>', '</chunk>', '</line>', '<doc>', '<chunk>', '<line>'];

/** Reads any text; what is broken in it stays or goes as plain words. */
export function readGroundedText(text: string): GroundedText {
  let rest = withoutImage(text);
  for (const other of OTHERS) rest = rest.replaceAll(other, '');
  let caption = '';
  let bare = 0;
  const spans: BoxedSpan[] = [];
  let open: number | undefined;
  let phrase: { readonly start: number; readonly end: number } | undefined;
  for (let at = 0; at < rest.length; ) {
    const next = nextTag(rest, at);
    if (next.start > at) {
      caption += rest.slice(at, next.start);
      phrase = undefined;
    }
    at = next.end;
    switch (next.tag) {
      case PHRASE:
        open = caption.length;
        break;
      case PHRASE_END:
        phrase = open === undefined ? undefined : { start: open, end: caption.length };
        open = undefined;
        break;
      case OBJECT: {
        const end = rest.indexOf(OBJECT_END, at);
        const boxes = end < 0 ? [] : boxesIn(rest.slice(at, end));
        if (end >= 0) at = end + OBJECT_END.length;
        if (boxes.length > 0 && phrase !== undefined) spans.push({ ...phrase, boxes });
        else if (boxes.length > 0) bare++;
        phrase = undefined;
        break;
      }
    }
  }
  const lead = caption.length - caption.trimStart().length;
  const moved = spans.map(({ start, end, boxes }) => ({ start: Math.max(start - lead, 0), end: end - lead, boxes }));
  return { caption: caption.trim(), spans: moved, bare };
}

/** A caption with its boxes as tokens; the space before a phrase goes into it, as the tokenizer wants it. Spans do not overlap. */
export function writeGroundedText(caption: string, spans: readonly BoxedSpan[]): string {
  let text = '<grounding>';
  let at = 0;
  for (const { start, end, boxes } of [...spans].sort((a, b) => a.start - b.start)) {
    const before = caption.slice(at, start);
    const spaced = before.endsWith(' ');
    const objects = boxes.map((box) => cellsOf(box).map(token).join('')).join(BOTH);
    text += `${spaced || at === 0 ? before.trimEnd() : before}${PHRASE}${spaced || start === 0 ? ' ' : ''}${caption.slice(start, end)}${PHRASE_END}${OBJECT}${objects}${OBJECT_END}`;
    at = end;
  }
  return text + caption.slice(at);
}

function token(index: number): string {
  return `<patch_index_${String(index).padStart(4, '0')}>`;
}

/** Everything up to the end of the image's tokens is no caption. */
function withoutImage(text: string): string {
  const end = text.indexOf('</image>');
  return end >= 0 && text.includes('<image>') ? text.slice(end + '</image>'.length) : text;
}

interface Tag {
  readonly tag: string;
  readonly start: number;
  readonly end: number;
}

function nextTag(text: string, from: number): Tag {
  for (let start = text.indexOf('<', from); start >= 0; start = text.indexOf('<', start + 1)) {
    const tag = [PHRASE, PHRASE_END, OBJECT].find((each) => text.startsWith(each, start));
    if (tag !== undefined) return { tag, start, end: start + tag.length };
  }
  return { tag: '', start: text.length, end: text.length };
}

function boxesIn(tokens: string): readonly Corners[] {
  return tokens.split(BOTH).flatMap((pair) => {
    const match = PATCH.exec(pair.trim());
    const [first, last] = [Number(match?.[1]), Number(match?.[2])];
    return first <= MOST_INDEX && last <= MOST_INDEX ? [boxOfCells(first, last)] : [];
  });
}
