/** What the page remembers while it is closed. The stored value is read as untrusted input: an older page may have written it. */
import { maxZoom, type View, wholePicture } from './viewport.ts';

export interface PageState {
  /** The record that `view` and `phrase` speak of. */
  readonly recordId: string;
  readonly view: View;
  readonly phrase: number | undefined;
  /** Of the masks' colour, 0 to 1. */
  readonly opacity: number;
  readonly outlines: boolean;
  readonly numbers: boolean;
}

export const initialState: PageState = {
  recordId: '',
  view: wholePicture,
  phrase: undefined,
  opacity: 0.45,
  outlines: true,
  numbers: true,
};

export function readState(stored: unknown): PageState {
  if (!isObject(stored)) return initialState;
  const view = isObject(stored.view) ? stored.view : {};
  return {
    recordId: typeof stored.recordId === 'string' ? stored.recordId : initialState.recordId,
    view: {
      zoom: within(view.zoom, 1, maxZoom, wholePicture.zoom),
      x: within(view.x, 0, 1, wholePicture.x),
      y: within(view.y, 0, 1, wholePicture.y),
    },
    phrase: Number.isSafeInteger(stored.phrase) ? (stored.phrase as number) : undefined,
    opacity: within(stored.opacity, 0, 1, initialState.opacity),
    outlines: typeof stored.outlines === 'boolean' ? stored.outlines : initialState.outlines,
    numbers: typeof stored.numbers === 'boolean' ? stored.numbers : initialState.numbers,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function within(value: unknown, low: number, high: number, otherwise: number): number {
  return typeof value === 'number' && value >= low && value <= high ? value : otherwise;
}
