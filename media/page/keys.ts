/**
 * The keys of the page itself: arrows, Enter, Space, Escape. All others are the editor's commands and come back as actions; VS Code
 * hears every key that is not stopped here.
 */
import { moveInCaption, moveInRows } from './listKeys.ts';
import type { Skeleton } from './skeleton.ts';

export interface KeyActions {
  /** Selects the focused phrase or mask; on the picture, without a node, what the arrow keys went to. */
  choose(node: Element | undefined): void;
  step(by: 1 | -1): void;
  /** Escape: lets go of the mask in work, or of what is chosen. */
  leave(): void;
  /** The menu of a row, or on the picture of what is chosen. */
  menu(node: HTMLElement): void;
  /** The mask editor's own keys; whether it was one. */
  drawing(event: KeyboardEvent): boolean;
  /** Space is held down, or let go. */
  hold(held: boolean): void;
  /** Whether the picture was moved while Space was held. */
  panned(): boolean;
}

const steps: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function listenToKeys(nodes: Skeleton, signal: AbortSignal, actions: KeyActions): void {
  const { canvas, caption, masks } = nodes;
  let space: KeyboardEvent | undefined;
  const release = (): void => {
    space = undefined;
    actions.hold(false);
  };
  const listen = (node: HTMLElement, handle: (event: KeyboardEvent) => boolean): void =>
    node.addEventListener('keydown', (event) => handled(event, !isCommand(event) && handle(event)), { signal });
  listen(canvas, (event) => {
    if (event.key === ' ') {
      if (!event.repeat) {
        space = event;
        actions.hold(true);
      }
      return true;
    }
    return onPicture(canvas, event, actions);
  });
  canvas.addEventListener(
    'keyup',
    (event) => {
      const pressed = space;
      if (event.key !== ' ' || pressed === undefined) return;
      const moved = actions.panned();
      release();
      // Space that moved nothing means what Enter means.
      if (!moved && !actions.drawing(pressed)) actions.choose(undefined);
      handled(event, true);
    },
    { signal },
  );
  canvas.addEventListener('blur', release, { signal });
  listen(caption, (event) => onCaption(caption, event, actions));
  listen(masks, (event) => onRows(masks, event, actions));
}

/** With these keys it is a command of the editor's. */
function isCommand(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

function handled(event: KeyboardEvent, done: boolean): void {
  if (!done) return;
  event.preventDefault();
  event.stopPropagation();
}

function onPicture(canvas: HTMLElement, event: KeyboardEvent, actions: KeyActions): boolean {
  // Shift+Escape is a command: the mask in work is let go.
  if (event.key === 'Escape' && event.shiftKey) return false;
  if (actions.drawing(event)) return true;
  if (isMenuKey(event)) actions.menu(canvas);
  else if (event.key === 'Escape') actions.leave();
  else if (event.shiftKey) return false;
  else if (steps[event.key] !== undefined) actions.step(steps[event.key]!);
  else if (event.key === 'Enter') actions.choose(undefined);
  else return false;
  return true;
}

function onCaption(caption: HTMLElement, event: KeyboardEvent, actions: KeyActions): boolean {
  const place = caption.contains(document.activeElement) ? document.activeElement : null;
  if (!(place instanceof HTMLElement) || place.dataset.phrase === undefined) return false;
  if (isMenuKey(event)) actions.menu(place);
  else if (event.shiftKey) return false;
  else if (event.key === 'Enter' || event.key === ' ') actions.choose(place);
  else if (event.key === 'Escape') actions.leave();
  else return moveInCaption(caption, event.key);
  return true;
}

/** Enter and Space are clicks of the row's buttons. */
function onRows(masks: HTMLElement, event: KeyboardEvent, actions: KeyActions): boolean {
  const row = document.activeElement?.closest<HTMLElement>('li');
  if (row == null || !masks.contains(row)) return false;
  if (isMenuKey(event)) actions.menu(row);
  else if (event.shiftKey) return false;
  else if (event.key === 'Escape') actions.leave();
  else return moveInRows(masks, event.key);
  return true;
}

function isMenuKey(event: KeyboardEvent): boolean {
  return event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
}
