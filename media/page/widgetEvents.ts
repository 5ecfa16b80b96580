/** Buttons, sliders and fields of the bars, and what they mean. */
import { type FromPreview, PAGE_ACTIONS, type PageAction } from '../protocol.ts';
import { radiusAt } from './drawingView.ts';
import type { Skeleton } from './skeleton.ts';

export interface WidgetActions {
  tell(message: FromPreview): void;
  act(action: PageAction): void;
  decide(type: 'acceptDraft' | 'rejectDraft' | 'editDraft'): void;
  opacity(opacity: number): void;
  ownOpacity(opacity: number): void;
  brush(radius: number): void;
  plainGround(): void;
  saveWaiting(): void;
  discardWaiting(): void;
  dismiss(): void;
  draftWays(button: HTMLElement): void;
}

export function listenToWidgets(nodes: Skeleton, signal: AbortSignal, actions: WidgetActions): void {
  const { header, draft, queue, notices, drawing, view } = nodes;
  const onClick = (node: HTMLElement, run: () => void): void => node.addEventListener('click', run, { signal });
  const tells = (node: HTMLElement, message: FromPreview): void => onClick(node, () => actions.tell(message));
  nodes.filled.addEventListener('click', (event) => onAction(event, actions), { signal });
  tells(header.previous, { type: 'step', by: -1 });
  tells(header.next, { type: 'step', by: 1 });
  tells(header.draft, { type: 'requestDraft' });
  onClick(header.more, () => actions.draftWays(header.more));
  onClick(header.help, () => actions.act('help'));
  header.number.addEventListener('change', () => goTo(nodes, actions), { signal });
  onClick(draft.accept, () => actions.decide('acceptDraft'));
  onClick(draft.edit, () => actions.decide('editDraft'));
  onClick(draft.reject, () => actions.decide('rejectDraft'));
  tells(draft.previous, { type: 'nextDraft', by: -1 });
  tells(draft.next, { type: 'nextDraft', by: 1 });
  tells(queue.review, { type: 'nextDraft', by: 1 });
  tells(queue.pause, { type: 'queue', to: 'pause' });
  tells(queue.resume, { type: 'queue', to: 'resume' });
  tells(queue.stop, { type: 'queue', to: 'stop' });
  onClick(notices.dismiss, () => actions.dismiss());
  onClick(notices.saveWaiting, () => actions.saveWaiting());
  onClick(notices.discardWaiting, () => actions.discardWaiting());
  onClick(nodes.drawWords, () => actions.act('phrase.draw'));
  onClick(view.ground, () => actions.plainGround());
  const onSlide = (slider: HTMLInputElement, run: (value: number) => void): void =>
    slider.addEventListener('input', () => run(slider.valueAsNumber), { signal });
  onSlide(view.opacity, (value) => actions.opacity(value / 100));
  onSlide(view.ownOpacity, (value) => actions.ownOpacity(value / 100));
  onSlide(drawing.brush, (value) => actions.brush(radiusAt(value)));
  // The selection must outlive the press on its own button.
  nodes.words.addEventListener('pointerdown', (event) => event.preventDefault(), { signal });
}

const known: ReadonlySet<string> = new Set(PAGE_ACTIONS);

/** A button that says which action it is. */
function onAction(event: MouseEvent, actions: WidgetActions): void {
  const node = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null;
  const action = node?.dataset.action;
  if (action !== undefined && known.has(action)) actions.act(action as PageAction);
}

function goTo({ header }: Skeleton, actions: WidgetActions): void {
  const record = Math.round(Number(header.number.value)) - 1;
  const last = Number(header.number.max) - 1;
  if (Number.isFinite(record)) actions.tell({ type: 'goTo', record: Math.max(0, Math.min(last, record)) });
}
