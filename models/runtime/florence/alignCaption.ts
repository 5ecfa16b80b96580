import { AnswerBuilder } from '../dialects/answerBuilder.ts';
import type { DialectReading, Generated } from '../dialects/dialect.ts';
import { finish } from '../dialects/finish.ts';
import type { LabelledBoxes } from './locations.ts';

/** Labels that stand for the photograph or for something said before, and show nothing of their own. */
const NO_THING: ReadonlySet<string> = new Set(
  'it,its,itself,he,him,she,her,they,them,their,this,that,these,those,which,who,one,each,image,picture,photo,photograph,scene,view,the image,the picture,the photo,the photograph,the scene,the view,a photo,a picture,an image,background,the background,foreground,the foreground,front,the front,side,the side,left,the left,right,the right,middle,the middle,center,the center,top,the top,bottom,the bottom'.split(
    ',',
  ),
);

/**
 * A caption whose phrases carry the boxes that were found for them. Labels are stretches of the caption, letter case aside; they
 * come in its order as a rule. One that does not stand in the caption, or stands in another label's words, is left out.
 */
export function alignCaption(
  caption: string,
  grounded: readonly LabelledBoxes[],
  generated: Generated,
): DialectReading {
  const builder = new AnswerBuilder(generated);
  const { placed, left } = place(caption, grounded);
  let at = 0;
  for (const { start, end, boxes } of placed) {
    builder.words(caption.slice(at, start));
    if (!builder.phrase(caption.slice(start, end), { kind: 'boxes', boxes })) builder.words(caption.slice(start, end));
    at = end;
  }
  builder.words(caption.slice(at));
  const reading = finish(builder, generated);
  if (left.length === 0) return reading;
  const named = left.map((label) => `“${label}”`).join(', ');
  return {
    ...reading,
    notes: [
      ...reading.notes,
      `Boxes were found for words that the caption does not have: ${named}. They were left out.`,
    ],
  };
}

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly boxes: LabelledBoxes['boxes'];
}

function place(
  caption: string,
  grounded: readonly LabelledBoxes[],
): { readonly placed: readonly Placed[]; readonly left: readonly string[] } {
  const lower = caption.toLowerCase();
  const placed: Placed[] = [];
  const left: string[] = [];
  // Lower case may change a text's length in a few scripts; then places would be others.
  const sameLength = lower.length === caption.length;
  let from = 0;
  for (const { label, boxes } of grounded) {
    const wanted = sameLength ? label.toLowerCase() : label;
    if (NO_THING.has(label.toLowerCase())) continue;
    const start = freePlace(sameLength ? lower : caption, wanted, from, placed);
    if (start === undefined) {
      left.push(label);
      continue;
    }
    placed.push({ start, end: start + wanted.length, boxes });
    from = start + wanted.length;
  }
  return { placed: placed.sort((a, b) => a.start - b.start), left };
}

/** Where a label stands as words of its own, behind the one before it, else anywhere. */
function freePlace(caption: string, label: string, from: number, placed: readonly Placed[]): number | undefined {
  const isFree = (start: number) =>
    isWordEdge(caption, start) &&
    isWordEdge(caption, start + label.length) &&
    placed.every((other) => start >= other.end || start + label.length <= other.start);
  for (const begin of [from, 0]) {
    for (let at = caption.indexOf(label, begin); at >= 0; at = caption.indexOf(label, at + 1))
      if (isFree(at)) return at;
  }
  return undefined;
}

const WORD = /[\p{L}\p{N}]/u;

function isWordEdge(text: string, at: number): boolean {
  return at === 0 || at >= text.length || !WORD.test(text[at - 1]!) || !WORD.test(text[at]!);
}
