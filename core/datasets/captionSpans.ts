/** Where the phrases of a caption stand: offsets of datasets are often wrong, and have to be looked at. */
import { type CaptionSpan, groundCaption } from './newRecord.ts';

/** A phrase of a caption with what it shows. */
export interface CaptionItem {
  readonly phrase: string;
  /** As the dataset says, in code points as Python counts; absent or negative where it does not know. */
  readonly offsets?: readonly [start: number, end: number];
  readonly mask: Readonly<Record<string, unknown>>;
}

/** A phrase that is not in the text with its mask, and why. */
export interface DroppedItem {
  readonly phrase: string;
  readonly code: 'phrase-not-found' | 'overlap';
  readonly message: string;
}

/** A caption with its phrases in tags, and the masks in the order of the text. */
export interface GroundedCaption {
  readonly text: string;
  readonly masks: readonly unknown[];
  readonly dropped: readonly DroppedItem[];
}

/**
 * Puts tags around the phrases of a caption. Offsets count only where they hold the phrase, whatever its case; else its first
 * occurrence that is free counts, and for numbered phrases (`dog-1`) their plural. Text, masks and labels stay together: what is dropped
 * is dropped with its mask.
 */
export function groundPhrases(caption: string, items: readonly CaptionItem[]): GroundedCaption {
  const dropped: DroppedItem[] = [];
  const found: { readonly span: CaptionSpan; readonly item: CaptionItem }[] = [];
  const lower = caption.toLowerCase();
  // Lower case may be longer, as of "İ": offsets into it would then not be the caption's.
  const searched = lower.length === caption.length ? lower : caption;
  for (const item of items) {
    const taken = (span: CaptionSpan) =>
      found.some((other) => span.start < other.span.end && other.span.start < span.end);
    const given = spanOf(caption, item);
    const span =
      given ??
      findPhrase(searched, item.phrase.toLowerCase(), taken) ??
      findPhrase(searched, pluralOf(item.phrase), taken);
    if (span !== undefined) found.push({ span, item });
    else {
      const message = `"${item.phrase}" does not stand in the caption, so it is left out with its mask.`;
      dropped.push({ phrase: item.phrase, code: 'phrase-not-found', message });
    }
  }
  const { text, order, overlapping } = groundCaption(
    caption,
    found.map(({ span }) => span),
  );
  for (const index of overlapping) {
    const { phrase } = found[index]!.item;
    const message = `"${phrase}" shares words with another phrase, and phrases do not overlap: it is left out with its mask.`;
    dropped.push({ phrase, code: 'overlap', message });
  }
  return { text, masks: order.map((index) => found[index]!.item.mask), dropped };
}

/** The span that the dataset gives, where it holds the phrase. */
function spanOf(caption: string, { phrase, offsets }: CaptionItem): CaptionSpan | undefined {
  if (offsets === undefined || offsets[0] < 0 || offsets[1] <= offsets[0]) return undefined;
  const [start, end] = offsets.map((offset) => utf16Offset(caption, offset)) as [number, number];
  return sameWords(caption.slice(start, end), phrase) ? { start, end } : undefined;
}

function sameWords(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

/** Of an offset in code points; the same for texts without characters beyond the first 65,536. */
function utf16Offset(text: string, codePoints: number): number {
  let at = 0;
  for (let count = 0; count < codePoints && at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** The first place of a phrase as whole words that is free, in a text of the same case, from an offset on. */
export function findPhrase(
  text: string,
  phrase: string | undefined,
  taken: (span: CaptionSpan) => boolean = () => false,
  from = 0,
): CaptionSpan | undefined {
  const words = phrase?.trim() ?? '';
  if (words === '') return undefined;
  for (let at = text.indexOf(words, from); at >= 0; at = text.indexOf(words, at + 1)) {
    const span = { start: at, end: at + words.length };
    const isWord = !isLetter(text[at - 1]) && !isLetter(text[span.end]);
    if (isWord && !taken(span)) return span;
  }
  return undefined;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** "two books" shows `book-1` and `book-2`: GranD-f's own rule. */
function pluralOf(phrase: string): string | undefined {
  const match = /^(.*\p{L})-\d+$/u.exec(phrase.trim());
  return match === null ? undefined : `${match[1]!.toLowerCase()}s`;
}

/** A caption as it goes between tags: without the quotes around it that language models write. */
export function bareCaption(caption: string): string {
  return caption.replace(/^["\s]+|["\s]+$/g, '');
}

/** The caption without tags and `[SEG]` that a model left in it, which would count as masks. */
export function withoutTokens(caption: string): string {
  if (!caption.includes('[SEG]') && !caption.includes('p>')) return caption;
  return caption.replace(/ ?\[SEG\]|<p> ?| ?<\/p>/g, '');
}
