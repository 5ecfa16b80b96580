/** What the page remembers while it is closed. The stored value is read as untrusted input: an older page may have written it. */
import { readStoredWork, type StoredWork } from './page/storedWork.ts';
import { type View, wholePicture } from './viewport.ts';

/** Switches of the view, each with what it is at first. */
export const initialSwitches = {
  outlines: true,
  numbers: true,
  labels: false,
  patterns: false,
  legend: false,
  hideOthers: false,
  split: false,
  /** Beside the bare picture the masks stand on a plain ground. */
  plainGround: false,
};

export type Switches = Readonly<Record<keyof typeof initialSwitches, boolean>>;

export interface PageState extends Switches {
  /** The record that `view` and `phrase` speak of. */
  readonly recordId: string;
  readonly view: View;
  readonly phrase: number | undefined;
  /** Of the masks' colour, 0 to 1. */
  readonly opacity: number;
  /** The mask in work, where it is not saved. */
  readonly work: StoredWork | undefined;
}

export const initialState: PageState = {
  recordId: '',
  view: wholePicture,
  phrase: undefined,
  opacity: 0.45,
  work: undefined,
  ...initialSwitches,
};

/** More than any picture's own limit, which the picture holds to. */
const maxZoom = 100_000;

export function readState(stored: unknown): PageState {
  if (!isObject(stored)) return initialState;
  const view = isObject(stored.view) ? stored.view : {};
  const names = Object.keys(initialSwitches) as (keyof Switches)[];
  const switches = Object.fromEntries(
    names.map((name) => [name, typeof stored[name] === 'boolean' ? stored[name] : initialSwitches[name]]),
  ) as Record<keyof Switches, boolean>;
  return {
    recordId: typeof stored.recordId === 'string' ? stored.recordId : initialState.recordId,
    view: {
      zoom: within(view.zoom, 1 / maxZoom, maxZoom, wholePicture.zoom),
      x: within(view.x, 0, 1, wholePicture.x),
      y: within(view.y, 0, 1, wholePicture.y),
    },
    phrase: Number.isSafeInteger(stored.phrase) ? (stored.phrase as number) : undefined,
    opacity: within(stored.opacity, 0, 1, initialState.opacity),
    work: readStoredWork(stored.work),
    ...switches,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function within(value: unknown, low: number, high: number, otherwise: number): number {
  return typeof value === 'number' && value >= low && value <= high ? value : otherwise;
}
