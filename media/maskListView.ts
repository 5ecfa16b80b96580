/** Every mask of the record as a list that can be gone through without the picture. */
import type { PreviewMask, PreviewRecord } from '../core/language/previewModel.ts';
import { element } from './element.ts';
import { swatch, tint } from './swatch.ts';
import { areaShare, phrasesOf } from './wording.ts';

/** One option a mask (`data-mask` is its index); `problems` are the sentences of masks that cannot be painted. */
export function renderMaskList(record: PreviewRecord, problems: ReadonlyMap<number, string>): HTMLElement[] {
  const phrases = new Map(phrasesOf(record).map((part) => [part.phrase, part.text.trim()]));
  return record.masks.map((mask, index) => {
    const phrase = mask.phrase === undefined ? undefined : phrases.get(mask.phrase);
    const problem = problems.get(index);
    const option = element(
      'li',
      {
        class: problem === undefined ? 'mask' : 'mask has-problem',
        attributes: { role: 'option', tabindex: '-1', 'aria-selected': 'false', 'data-mask': String(index) },
      },
      swatch({ index, color: mask.color }),
      element(
        'span',
        { class: 'mask-name' },
        element('span', { class: 'mask-label', text: phrase ?? mask.label }),
        ...(mask.side === undefined ? [] : [' ', element('span', { class: 'remark', text: mask.side })]),
        ...(mask.phrase === undefined ? [' ', element('span', { class: 'remark', text: 'no phrase' })] : []),
        problem === undefined ? undefined : element('span', { class: 'mask-problem', text: problem }),
      ),
      ...figures(mask, problem),
    );
    tint(option, mask.color);
    return option;
  });
}

function figures(mask: PreviewMask, problem: string | undefined): HTMLElement[] {
  if (problem !== undefined) return [];
  const score =
    mask.score === undefined ? undefined : element('span', { class: 'figure', text: `score ${mask.score.toFixed(2)}` });
  const share = element('span', { class: 'figure share', text: areaShare(mask), title: `${mask.area} pixels` });
  return score === undefined ? [share] : [score, share];
}
