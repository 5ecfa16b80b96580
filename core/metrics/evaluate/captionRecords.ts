/** A pair of captions as two USCDF records, so that what stands in official files can be looked at like any record. */
import { toCompressed } from '../../masks/maskValue.ts';
import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { CaptionWork, Pair } from './work.ts';

/** Values of records; they hold what a picture of them needs. */
export interface RecordPairValues {
  readonly reference: object;
  /** Absent where nothing was predicted. */
  readonly prediction?: object;
}

/** Undefined for a pair that is no caption, or cannot be scored. */
export function captionRecords({ id, image, work, prediction }: Pair): RecordPairValues | undefined {
  if (work?.kind !== 'caption' || work.masks === undefined) return undefined;
  const { truth, predictions, labels = [], phrases = [] } = work.masks;
  const value = (caption: string | undefined, names: readonly string[], masks: readonly { mask: RunLengthMask }[]) =>
    recordValue(work, { id, image, caption: caption ?? '', names, masks: masks.map(({ mask }) => mask) });
  return {
    reference: value(work.texts?.references[0], labels, truth),
    ...(prediction !== undefined && { prediction: value(work.texts?.hypothesis, phrases, predictions) }),
  };
}

interface Parts {
  readonly id: string;
  readonly image: string | undefined;
  readonly caption: string;
  readonly names: readonly string[];
  readonly masks: readonly RunLengthMask[];
}

function recordValue({ set }: CaptionWork, { id, image, caption, names, masks }: Parts): object {
  const { text, order } = groundedText(
    caption,
    masks.map((_, i) => names[i] ?? `mask ${i + 1}`),
  );
  const ordered = order.map((i) => masks[i]!);
  const { height = 1, width = 1 } = masks[0] ?? {};
  return {
    id,
    image: image ?? '',
    width,
    height,
    task: set === 'gcg' || set === 'region' ? set : 'mgsc',
    conversations: [
      { from: 'human', value: '<image>' },
      { from: 'gpt', value: text },
    ],
    masks: ordered.map(toCompressed),
  };
}

/** A phrase in the caption, from its first character to behind its last one. */
interface Placed {
  readonly mask: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The caption with each phrase in its tags where it first stands free, upper and lower case alike, and the others behind it;
 * `order` names the masks in the order of their `[SEG]`.
 */
export function groundedText(
  caption: string,
  phrases: readonly string[],
): { readonly text: string; readonly order: readonly number[] } {
  const plain = withoutTokens(caption);
  const names = phrases.map((phrase) => withoutTokens(phrase).trim());
  const lower = plain.toLowerCase();
  // A few letters are longer in lower case: then upper and lower case are told apart, for places must stay.
  const placed = lower.length === plain.length ? placedIn(lower, names.map(lowerCase)) : placedIn(plain, names);
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of placed) {
    parts.push(plain.slice(from, start), grounded(plain.slice(start, end)));
    from = end;
  }
  parts.push(plain.slice(from));
  const order = placed.map(({ mask }) => mask);
  const known = new Set(order);
  names.forEach((name, mask) => {
    if (known.has(mask)) return;
    parts.push(` ${grounded(name === '' ? `mask ${mask + 1}` : name)}`);
    order.push(mask);
  });
  return { text: parts.join('').trim(), order };
}

/** In the order of the caption, none over another. */
function placedIn(caption: string, names: readonly string[]): readonly Placed[] {
  const taken = new Uint8Array(caption.length);
  // The next one of the same words goes on behind the last: so a caption is gone through once a phrase.
  const next = new Map<string, number>();
  const placed: Placed[] = [];
  names.forEach((wanted, mask) => {
    if (wanted === '') return;
    let start = caption.indexOf(wanted, next.get(wanted) ?? 0);
    while (start >= 0 && (taken[start] === 1 || taken[start + wanted.length - 1] === 1))
      start = caption.indexOf(wanted, start + 1);
    next.set(wanted, start < 0 ? caption.length : start + wanted.length);
    if (start < 0 || taken.subarray(start, start + wanted.length).includes(1)) return;
    taken.fill(1, start, start + wanted.length);
    placed.push({ mask, start, end: start + wanted.length });
  });
  return placed.sort((a, b) => a.start - b.start);
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function grounded(phrase: string): string {
  return `<p> ${phrase} </p> [SEG]`;
}

/** Tokens in a caption would count as masks. */
function withoutTokens(text: string): string {
  return text.replaceAll('[SEG]', '').replaceAll('<p>', '').replaceAll('</p>', '');
}
