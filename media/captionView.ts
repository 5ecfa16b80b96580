/** The conversation beside the picture: phrases as buttons in their masks' colours, absent referents marked, words to be selected. */
import type { PreviewMask, PreviewRecord, PreviewTurn } from '../core/language/previewModel.ts';
import { element } from './element.ts';
import { splitAbsent, splitPlaceholder } from './plainText.ts';
import { swatch, tint } from './swatch.ts';
import { areaShare, type PhrasePart } from './wording.ts';

export interface CaptionOptions {
  /** Whose words an answer is, where two captions stand side by side. */
  readonly speaker?: string;
  /** Only to be read: phrases are no buttons. */
  readonly still?: boolean;
}

export function renderCaption(record: PreviewRecord, options: CaptionOptions = {}): HTMLElement[] {
  return record.turns.map((turn, index) => {
    const speaker = turn.speaker ?? (turn.role === 'human' ? 'User' : (options.speaker ?? 'Assistant'));
    return element(
      'div',
      { class: `turn is-${turn.role}` },
      element('h2', { class: 'speaker', text: speaker }),
      element('p', { class: 'words' }, ...turnNodes(record, turn, index, options.still === true)),
    );
  });
}

function turnNodes(record: PreviewRecord, turn: PreviewTurn, index: number, still: boolean): Node[] {
  return turn.parts.flatMap((part, place) => {
    if (part.kind === 'phrase') return [phraseNode(record, part, still)];
    if (turn.role === 'human') return questionNodes(part.text);
    return answerNodes(part.text, record.negatives, { turn: index, part: place });
  });
}

function questionNodes(text: string): Node[] {
  return splitPlaceholder(text).map((piece) =>
    piece.placeholder
      ? element('span', { class: 'placeholder', text: 'image', title: `${piece.text} stands for the photograph` })
      : document.createTextNode(piece.text),
  );
}

/** Words that can be selected carry their place: `data-turn`, `data-part`, and `data-from`, the offset in the part's text. */
function answerNodes(
  text: string,
  negatives: readonly string[],
  place: { readonly turn: number; readonly part: number },
): Node[] {
  let from = 0;
  return splitAbsent(text, negatives).map((piece) => {
    const start = from;
    from += piece.text.length;
    if (piece.absent) {
      return element(
        'span',
        { class: 'absent', title: 'Not in the image' },
        element('span', { class: 'visually-hidden', text: 'absent: ' }),
        piece.text,
      );
    }
    const places = { 'data-turn': String(place.turn), 'data-part': String(place.part), 'data-from': String(start) };
    return element('span', { text: piece.text, attributes: places });
  });
}

/** Keeps a phrase's number and its first word in one line. */
const wordJoiner = '\u2060';

/** A span and not a `button`, so that a long phrase breaks over lines like the words around it. */
function phraseNode(record: PreviewRecord, part: PhrasePart, still: boolean): HTMLElement {
  const mask = part.mask === undefined ? undefined : record.masks[part.mask];
  const problem = remarkOf(part, mask);
  const attributes = still
    ? undefined
    : { role: 'button', tabindex: '0', 'aria-pressed': 'false', 'data-phrase': String(part.phrase) };
  const node = element(
    'span',
    {
      class: mask === undefined ? 'phrase has-no-mask' : 'phrase',
      title: problem ?? `${areaShare(mask!)} of the image`,
      ...(attributes !== undefined && { attributes }),
    },
    swatch(mask === undefined ? undefined : { index: part.mask! }),
    wordJoiner,
    element('span', { class: 'phrase-text', text: part.text.trim() }),
    ...(problem === undefined ? [] : [' ', element('span', { class: 'remark', text: problem })]),
  );
  tint(node, mask === undefined ? undefined : { index: part.mask!, color: mask.color });
  return node;
}

function remarkOf(part: PhrasePart, mask: PreviewMask | undefined): string | undefined {
  if (part.lacks === 'seg') return 'no [SEG]';
  if (mask === undefined) return 'no mask';
  return mask.problem === undefined ? undefined : 'mask cannot be read';
}
