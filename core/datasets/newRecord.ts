/** Records as the converters make them: the keys in their order, texts from the fixed sentences, masks in the order of the `[SEG]`. */
import { encodeCounts } from '../masks/counts.ts';
import { boundingBox, area as pixelArea, type RunLengthMask } from '../masks/runLengthMask.ts';
import { groundedPhrase, joinList, negativeClause } from '../text/compose.ts';
import type { FoundImage, NewRecord } from './format.ts';

/** A phrase and what it shows. */
export interface GroundedItem {
  readonly phrase: string;
  readonly mask: unknown;
}

/** A mask as converters write it: compressed COCO RLE with `size` `[height, width]`, and what else is known of it. */
export function maskValue(
  mask: RunLengthMask,
  more: { readonly label?: string; readonly score?: number; readonly source?: string } = {},
): Readonly<Record<string, unknown>> {
  return {
    size: [mask.height, mask.width],
    counts: encodeCounts(mask.counts),
    ...more,
    bbox: boundingBox(mask),
    area: pixelArea(mask),
  };
}

export interface RecordParts {
  readonly id: string;
  readonly image: FoundImage;
  /** Pixels as the dataset says; the image's own count where they are known. */
  readonly width?: number;
  readonly height?: number;
  readonly task?: string;
  /** Questions and answers in turn; the placeholder is put before the first question. */
  readonly turns: readonly { readonly question: string; readonly answer: string }[];
  /** One for each `[SEG]` of all answers, in reading order. */
  readonly masks: readonly unknown[];
  readonly negatives?: readonly string[];
  readonly target?: string;
  readonly parent?: string;
  /** `dataset`, `sourceId`, and what else is worth keeping. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

export function newRecord(parts: RecordParts): NewRecord {
  const width = parts.image.size?.width ?? parts.width;
  const height = parts.image.size?.height ?? parts.height;
  return {
    id: parts.id,
    image: parts.image.image,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(parts.task !== undefined && { task: parts.task }),
    conversations: parts.turns.flatMap(({ question, answer }, i) => [
      { from: 'human' as const, value: i === 0 ? `<image>\n${question}` : question },
      { from: 'gpt' as const, value: answer },
    ]),
    masks: parts.masks,
    ...(parts.negatives !== undefined && parts.negatives.length > 0 && { negatives: parts.negatives }),
    ...(parts.target !== undefined && { target: parts.target }),
    ...(parts.parent !== undefined && { parent: parts.parent }),
    provenance: parts.provenance,
  };
}

/** The answer to a question for referents (paper, supplement C.1): those that are there grounded, the others denied. */
export function referringAnswer(positives: readonly string[], negatives: readonly string[]): string {
  if (positives.length === 0) return negativeClause(negatives, { afterPositives: false });
  const found = positives.map(groundedPhrase);
  const sure = found.length === 1 ? `Sure, it is ${found[0]}.` : `Sure, ${joinList(found)}.`;
  return negatives.length === 0 ? sure : `${sure} ${negativeClause(negatives, { afterPositives: true })}`;
}

/** The answer that names everything in the image (paper, supplement C.3). */
export function panopticAnswer(phrases: readonly string[]): string {
  return `Sure, the image contains ${joinList(phrases.map(groundedPhrase))}.`;
}

/** A span of a caption that a mask belongs to; UTF-16 offsets, `end` excluded. */
export interface CaptionSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * A caption with tags around spans, and the order in which their masks then stand. Spans are sorted by their start; of two
 * that overlap the earlier one stays, of two that begin together the longer one. White space at a span's ends stays outside of it.
 */
export function groundCaption(
  caption: string,
  spans: readonly CaptionSpan[],
): { readonly text: string; readonly order: readonly number[]; readonly overlapping: readonly number[] } {
  const sorted = spans
    .map((span, index) => ({ ...trimmed(caption, span), index }))
    .sort((a, b) => a.start - b.start || b.end - a.end || a.index - b.index);
  const order: number[] = [];
  const overlapping: number[] = [];
  let text = '';
  let at = 0;
  for (const { start, end, index } of sorted) {
    if (start < at || end <= start) {
      overlapping.push(index);
      continue;
    }
    text += caption.slice(at, start) + groundedPhrase(caption.slice(start, end));
    at = end;
    order.push(index);
  }
  return { text: text + caption.slice(at), order, overlapping };
}

function trimmed(text: string, { start, end }: CaptionSpan): CaptionSpan {
  while (start < end && /\s/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}
