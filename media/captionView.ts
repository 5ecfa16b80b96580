/** The conversation under the picture: phrases as buttons in their masks' colours, absent referents marked. */
import type { PreviewRecord, PreviewTurn } from '../core/language/previewModel.ts';
import { element } from './element.ts';
import { splitAbsent, splitPlaceholder } from './plainText.ts';
import { swatch, tint } from './swatch.ts';
import { areaShare, type PhrasePart } from './wording.ts';

export function renderCaption(record: PreviewRecord): HTMLElement[] {
  return record.turns.map((turn) => {
    const speaker = turn.speaker ?? (turn.role === 'human' ? 'User' : 'Assistant');
    return element(
      'div',
      { class: `turn is-${turn.role}` },
      element('h2', { class: 'speaker', text: speaker }),
      element('p', { class: 'words' }, ...turnNodes(record, turn)),
    );
  });
}

function turnNodes(record: PreviewRecord, turn: PreviewTurn): Node[] {
  return turn.parts.flatMap((part) => {
    if (part.kind === 'phrase') return [phraseButton(record, part)];
    return turn.role === 'human' ? questionNodes(part.text) : answerNodes(part.text, record.negatives);
  });
}

function questionNodes(text: string): Node[] {
  return splitPlaceholder(text).map((piece) =>
    piece.placeholder
      ? element('span', { class: 'placeholder', text: 'image', title: `${piece.text} stands for the photograph` })
      : document.createTextNode(piece.text),
  );
}

function answerNodes(text: string, negatives: readonly string[]): Node[] {
  return splitAbsent(text, negatives).map((piece) =>
    piece.absent
      ? element(
          'span',
          { class: 'absent', title: 'Not in the image' },
          element('span', { class: 'visually-hidden', text: 'absent: ' }),
          piece.text,
        )
      : document.createTextNode(piece.text),
  );
}

/** Keeps a phrase's number and its first word in one line. */
const wordJoiner = '\u2060';

/** A span and not a `button`, so that a long phrase breaks over lines like the words around it. */
function phraseButton(record: PreviewRecord, part: PhrasePart): HTMLElement {
  const mask = part.mask === undefined ? undefined : record.masks[part.mask];
  const problem = mask === undefined ? 'no mask' : mask.problem === undefined ? undefined : 'mask cannot be read';
  const button = element(
    'span',
    {
      class: mask === undefined ? 'phrase has-no-mask' : 'phrase',
      title: problem ?? `${areaShare(mask!)} of the image`,
      attributes: { role: 'button', tabindex: '0', 'aria-pressed': 'false', 'data-phrase': String(part.phrase) },
    },
    swatch(mask === undefined ? undefined : { index: part.mask!, color: mask.color }),
    wordJoiner,
    element('span', { class: 'phrase-text', text: part.text.trim() }),
    ...(problem === undefined ? [] : [' ', element('span', { class: 'remark', text: problem })]),
  );
  tint(button, mask?.color);
  return button;
}
