/** The page's keys. Accepting and rejecting a draft are commands of the editor and not among them. */
import type { Skeleton } from './skeleton.ts';

export interface KeyActions {
  /** Selects the focused phrase or mask; on the picture, without a node, what the arrow keys went to. */
  choose(node: Element | undefined): void;
  step(by: 1 | -1): void;
  clear(): void;
  zoom(factor: number): void;
  showWhole(): void;
}

const steps: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function listenToKeys(nodes: Skeleton, signal: AbortSignal, actions: KeyActions): void {
  nodes.canvas.addEventListener('keydown', (event) => handled(event, onPicture(event, actions)), { signal });
  for (const list of [nodes.caption, nodes.masks]) {
    list.addEventListener('keydown', (event) => handled(event, onList(list, event, actions)), { signal });
  }
}

function handled(event: KeyboardEvent, done: boolean): void {
  if (done) event.preventDefault();
}

function onPicture(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const step = steps[event.key];
  if (step !== undefined) actions.step(step);
  else if (event.key === 'Enter' || event.key === ' ') actions.choose(undefined);
  else if (event.key === 'Escape') actions.clear();
  else if (event.key === '+' || event.key === '=') actions.zoom(1.5);
  else if (event.key === '-') actions.zoom(1 / 1.5);
  else if (event.key === '0') actions.showWhole();
  else return false;
  return true;
}

function onList(list: HTMLElement, event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const places = [...list.querySelectorAll<HTMLElement>('[data-phrase], [data-mask]')];
  const at = places.findIndex((place) => place.matches(':focus'));
  const place = places[at];
  if (place === undefined) return false;
  const step = steps[event.key];
  if (step !== undefined) places[(at + step + places.length) % places.length]?.focus();
  else if (event.key === 'Home') places[0]?.focus();
  else if (event.key === 'End') places.at(-1)?.focus();
  else if (event.key === 'Enter' || event.key === ' ') actions.choose(place);
  else if (event.key === 'Escape') actions.clear();
  else return false;
  return true;
}
