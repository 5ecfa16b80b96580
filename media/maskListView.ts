/** Every mask of the record, and every phrase without one, as a list that can be gone through without the picture. */
import type { PreviewMask, PreviewRecord } from '../core/language/previewModel.ts';
import { element } from './element.ts';
import { swatch, tint } from './swatch.ts';
import { areaShare, type PhrasePart, phrasesOf } from './wording.ts';

export interface ListOptions {
  /** By mask index: why a mask cannot be painted. */
  readonly problems: ReadonlyMap<number, string>;
  readonly hidden: ReadonlySet<number>;
  /** Phrases can be moved, and dragged. */
  readonly editable: boolean;
}

/**
 * One row a mask (`data-mask` is its index) in the order of the phrases, one for a phrase without a mask (`data-phrase`), then the
 * masks left over. Each row has its main button, an eye where there is a mask, and a menu: a list of buttons, because a listbox's
 * options may hold none.
 */
export function renderMaskList(record: PreviewRecord, options: ListOptions): HTMLElement[] {
  const rows: HTMLElement[] = [];
  const shown = new Set<number>();
  for (const part of phrasesOf(record)) {
    const own = [...record.masks.keys()].filter((index) => record.masks[index]?.phrase === part.phrase);
    for (const index of own) {
      rows.push(maskRow(record, index, part, options));
      shown.add(index);
    }
    if (own.length === 0) rows.push(emptyRow(part, options));
  }
  for (const index of record.masks.keys()) if (!shown.has(index)) rows.push(maskRow(record, index, undefined, options));
  return rows;
}

function maskRow(
  record: PreviewRecord,
  index: number,
  part: PhrasePart | undefined,
  options: ListOptions,
): HTMLElement {
  const mask = record.masks[index]!;
  const problem = options.problems.get(index);
  const isHidden = options.hidden.has(index);
  const name = part?.text.trim() ?? mask.label;
  const remarks = [mask.side, part === undefined ? 'no phrase' : undefined].filter((each) => each !== undefined);
  const spoken = [
    ...[String(index + 1), name, ...remarks],
    problem ?? `${areaShare(mask)} of the image`,
    ...(mask.score === undefined ? [] : [`score ${mask.score.toFixed(2)}`]),
    ...(isHidden ? ['hidden'] : []),
  ].join(', ');
  const row = element(
    'li',
    {
      class: ['mask', problem === undefined ? '' : 'has-problem', isHidden ? 'is-hidden' : '']
        .filter(Boolean)
        .join(' '),
      attributes: { 'data-mask': String(index), ...(options.editable && part !== undefined && { draggable: 'true' }) },
    },
    mainButton(spoken, swatch({ index }), nameOf(name, remarks, problem), ...figures(mask, problem)),
    rowButton('eye', isHidden ? 'codicon-eye-closed' : 'codicon-eye', eyeTip(index, isHidden)),
    rowButton('row-menu', 'codicon-ellipsis', `More for mask ${index + 1}`),
  );
  tint(row, { index, color: mask.color });
  return row;
}

function emptyRow(part: PhrasePart, { editable }: ListOptions): HTMLElement {
  const remark = part.lacks === 'seg' ? 'no [SEG] and no mask' : 'no mask';
  const name = part.text.trim();
  return element(
    'li',
    {
      class: 'mask is-missing',
      attributes: { 'data-phrase': String(part.phrase), ...(editable && { draggable: 'true' }) },
    },
    mainButton(`${name}, ${remark}`, swatch(undefined), nameOf(name, [remark], undefined)),
    rowButton('row-menu', 'codicon-ellipsis', `More for ${name}`),
  );
}

function nameOf(name: string, remarks: readonly string[], problem: string | undefined): HTMLElement {
  return element(
    'span',
    { class: 'mask-name' },
    element('span', { class: 'mask-label', text: name }),
    ...remarks.flatMap((remark) => [' ', element('span', { class: 'remark', text: remark })]),
    problem === undefined ? undefined : element('span', { class: 'mask-problem', text: problem }),
  );
}

/** What is heard is one sentence, such as `2, the red cup, 12 % of the image, hidden`; eyes have the layout. */
function mainButton(spoken: string, ...seen: readonly Node[]): HTMLElement {
  return element(
    'button',
    { class: 'row-main', attributes: { type: 'button', tabindex: '-1', 'aria-pressed': 'false' } },
    element('span', { class: 'visually-hidden', text: spoken }),
    element('span', { class: 'row-sight', attributes: { 'aria-hidden': 'true' } }, ...seen),
  );
}

/** Plain buttons with the font's icon: hundreds of rows of components would make a long record slow to show. */
function rowButton(kind: string, iconClass: string, tip: string): HTMLElement {
  return element('button', {
    class: `row-button codicon ${iconClass}`,
    title: tip,
    attributes: { type: 'button', tabindex: '-1', 'aria-label': tip, 'data-button': kind },
  });
}

function eyeTip(index: number, isHidden: boolean): string {
  return `${isHidden ? 'Show' : 'Hide'} mask ${index + 1} (with Alt only this one)`;
}

function figures(mask: PreviewMask, problem: string | undefined): HTMLElement[] {
  if (problem !== undefined) return [];
  const score =
    mask.score === undefined ? undefined : element('span', { class: 'figure', text: `score ${mask.score.toFixed(2)}` });
  const share = element('span', { class: 'figure share', text: areaShare(mask), title: `${mask.area} pixels` });
  return score === undefined ? [share] : [score, share];
}
