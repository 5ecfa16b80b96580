/**
 * A turn's text cut into the parts that the preview shows, each with its way back: the stretches of the turn's text that its
 * letters come from.
 */
import type { Span } from '../records/position.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import type { PreviewPart } from './previewModel.ts';
import type { RecordView, ViewedPhrase } from './recordView.ts';

export interface PlacedPart {
  readonly part: PreviewPart;
  /**
   * Offsets into the turn's text. Of a text part they are joined its `text`; of a phrase it is the one stretch from `<p>` to
   * its last `[SEG]`.
   */
  readonly spans: readonly Span[];
}

/** The parts of a turn in the order of reading: what stands between phrases without its tokens, and the phrases. */
export function placedParts(view: RecordView, turn: SourceTurn): readonly PlacedPart[] {
  const parts: PlacedPart[] = [];
  let from = 0;
  for (const placed of view.phrasesOf(turn.index)) {
    const { phrase } = placed;
    if (phrase.start < from) continue;
    addText(parts, turn.text, from, phrase.start);
    parts.push({ part: phrasePart(placed), spans: [{ start: phrase.start, end: phrase.segEnd }] });
    from = phrase.segEnd;
  }
  addText(parts, turn.text, from, turn.text.length);
  return parts;
}

const TOKENS = /<image>\s?|<\/?p>|\[SEG\]/gi;

function addText(parts: PlacedPart[], text: string, start: number, end: number): void {
  const spans: Span[] = [];
  let shown = '';
  let from = start;
  const keep = (to: number) => {
    if (to <= from) return;
    spans.push({ start: from, end: to });
    shown += text.slice(from, to);
  };
  for (const token of text.slice(start, end).matchAll(TOKENS)) {
    keep(start + token.index);
    from = start + token.index + token[0].length;
  }
  keep(end);
  if (shown !== '') parts.push({ part: { kind: 'text', text: shown }, spans });
}

function phrasePart({ phrase, index, masks }: ViewedPhrase): PreviewPart {
  const missing = masks.length < phrase.segs.length ? 'mask' : undefined;
  const lacks = phrase.segs.length === 0 ? 'seg' : missing;
  return {
    kind: 'phrase',
    text: phrase.text,
    phrase: index,
    ...(masks[0] !== undefined && { mask: masks[0] }),
    ...(masks.length > 1 && { masks }),
    ...(lacks !== undefined && { lacks }),
  };
}
