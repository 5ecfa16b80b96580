/** What belongs to the place of the cursor, within its record: a thing's other names, a tag's partner, a mask's phrase. */
import type { UscdfDocument } from '../records/document.ts';
import type { Position, Range, Span } from '../records/position.ts';
import type { Mention, RecordMentions } from './mentions.ts';
import { phraseOfMask, pointedAt, recordAt } from './pointedAt.ts';
import { pairOf } from './tagPairs.ts';

export interface Highlight {
  readonly range: Range;
  /** `write` where a thing gets its mask, `read` where it is only named, `text` for what surrounds it. */
  readonly kind: 'text' | 'read' | 'write';
}

interface Marked {
  readonly span: Span;
  readonly kind: Highlight['kind'];
}

export function highlights(document: UscdfDocument, position: Position): readonly Highlight[] {
  const at = recordAt(document, position);
  const pointed = at === undefined ? undefined : pointedAt(at);
  if (at === undefined || pointed === undefined) return [];
  const { cell, record } = at;
  const inRecord = ({ span, kind }: Marked): Highlight => ({ range: cell.rangeOf(span), kind });
  switch (pointed.kind) {
    case 'mention':
      return record.named(pointed.mention.key).map(markMention).map(inRecord);
    case 'seg':
    case 'mask':
      return maskParts(record, pointed.mask).map(inRecord);
    case 'token': {
      const pair = pairOf(pointed.turn.tree, pointed.token);
      if (pair === undefined) return [];
      const spanOf = (token: Span): Span => record.source.locateText(pointed.turn.index, token);
      return [pair.open, pair.close].map((token) => inRecord({ span: spanOf(token), kind: 'text' }));
    }
    default:
      return [];
  }
}

function markMention({ role, span }: Mention): Marked {
  return { span, kind: role === 'phrase' ? 'write' : role === 'label' ? 'text' : 'read' };
}

/** The phrase of a mask with its tags and `[SEG]`, and the mask's value. */
function maskParts(record: RecordMentions, mask: number): readonly Marked[] {
  const parts: Marked[] = [];
  const placed = record.model.segs[mask];
  if (placed !== undefined) {
    const { turn, seg } = placed;
    const phrase = phraseOfMask(record, mask)?.phrase;
    const add = (span: Span, kind: Highlight['kind']) =>
      parts.push({ span: record.source.locateText(turn.index, span), kind });
    if (phrase?.open !== undefined) add(phrase.open, 'text');
    if (phrase !== undefined && phrase.text !== '')
      add(wordsOf(turn.text, phrase.contentStart, phrase.contentEnd), 'read');
    if (phrase?.close !== undefined) add(phrase.close, 'text');
    add(seg.token, 'write');
  }
  const { masks } = record.model.data;
  if (Array.isArray(masks) && mask < masks.length)
    parts.push({ span: record.source.locate(['masks', mask]), kind: 'write' });
  return parts;
}

function wordsOf(text: string, start: number, end: number): Span {
  const content = text.slice(start, end);
  const from = start + (content.length - content.trimStart().length);
  return { start: from, end: from + content.trim().length };
}
