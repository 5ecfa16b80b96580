/** The compare view of a draft: its text beside the file's, and a table of its masks against the file's with their IoU. */
import { renderCaption } from '../captionView.ts';
import { type MaskPair, matchMasks } from '../compareDraft.ts';
import { element } from '../element.ts';
import type { MaskLayer } from '../maskLayer.ts';
import type { ShownDraft, ShownRecord } from '../protocol.ts';
import { swatch, tint } from '../swatch.ts';
import type { Skeleton } from './skeleton.ts';

/** Shows the comparison, or takes it away. */
export function showComparison(
  nodes: Skeleton,
  draft: ShownDraft | undefined,
  layers: readonly MaskLayer[],
  currentLayers: readonly MaskLayer[],
): void {
  const current = draft?.current;
  nodes.comparison.hidden = current === undefined;
  nodes.current.hidden = current === undefined;
  nodes.captions.classList.toggle('is-compared', current !== undefined);
  if (draft === undefined || current === undefined) return;
  const answers = { ...current, turns: current.turns.filter(({ role }) => role === 'gpt') };
  nodes.current.replaceChildren(...renderCaption(answers, { speaker: 'In the file', still: true }));
  const pairs = matchMasks(current, draft.record, runsOf(currentLayers), runsOf(layers));
  nodes.comparison.replaceChildren(
    element('h2', { class: 'speaker', text: 'Masks: file against draft' }),
    element('p', {
      class: 'comparison-key',
      text: 'In the picture the file’s outlines are solid, the draft’s are broken lines.',
    }),
    table(current, draft.record, pairs),
  );
}

function runsOf(layers: readonly MaskLayer[]) {
  return new Map(layers.map(({ mask }) => [mask.index, mask.runs]));
}

function table(current: ShownRecord, draft: ShownRecord, pairs: readonly MaskPair[]): HTMLElement {
  const heads = ['In the file', 'Draft', 'IoU'].map((text) => element('th', { text, attributes: { scope: 'col' } }));
  const rows = pairs.map((pair) =>
    element(
      'tr',
      {},
      cell(current, pair.current, 'added'),
      cell(draft, pair.draft, 'missing'),
      element('td', { class: 'figure', text: pair.iou === undefined ? '–' : pair.iou.toFixed(2) }),
    ),
  );
  return element(
    'table',
    { class: 'comparison-table' },
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  );
}

/** The mask's phrase, or the word for its absence. */
function cell(record: ShownRecord, index: number | undefined, absent: string): HTMLElement {
  const mask = index === undefined ? undefined : record.masks[index];
  if (index === undefined || mask === undefined)
    return element('td', {}, element('span', { class: 'remark', text: absent }));
  const node = element('td', {}, swatch({ index }), ' ', mask.label);
  tint(node, { index, color: mask.color });
  return node;
}
