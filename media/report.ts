/** The report page: its markup comes with it; here is what a click does, and where the page was when it is shown again. */
import type { FromReport } from './reportProtocol.ts';
import type { PageApi } from './vscodeApi.ts';

interface ReportState {
  /** Pixels from the top. */
  readonly top: number;
  /** The entry that was opened last, as `worst 3`. */
  readonly opened: string;
}

const SCROLL_MS = 100;

if (typeof acquireVsCodeApi === 'function') startReport(acquireVsCodeApi<FromReport>());

function startReport(api: PageApi<FromReport>): void {
  let state = readState(api.getState());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const remember = (change: Partial<ReportState>): void => {
    state = { ...state, ...change };
    api.setState(state);
  };
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button?.id === 'save') api.postMessage({ type: 'save' });
    const list = button?.dataset.list;
    if (button === null || (list !== 'worst' && list !== 'problems')) return;
    mark(button);
    remember({ opened: nameOf(button) });
    api.postMessage({ type: 'open', list, index: Number(button.dataset.index) });
  });
  window.addEventListener('scroll', () => {
    clearTimeout(timer);
    timer = setTimeout(() => remember({ top: window.scrollY }), SCROLL_MS);
  });
  for (const button of document.querySelectorAll<HTMLElement>('button[data-list]')) {
    if (nameOf(button) !== state.opened) continue;
    mark(button);
    // The keyboard goes on from there, but not before the user comes to this page.
    window.addEventListener('focus', () => button.focus({ preventScroll: true }), { once: true });
  }
  window.scrollTo({ top: state.top });
  document.body.dataset.ready = 'true';
}

/** Shows which entry was opened last. */
function mark(button: HTMLElement): void {
  for (const other of document.querySelectorAll('button[aria-current]')) other.removeAttribute('aria-current');
  button.setAttribute('aria-current', 'true');
}

function nameOf({ dataset }: HTMLElement): string {
  return `${dataset.list} ${dataset.index}`;
}

function readState(stored: unknown): ReportState {
  const { top, opened } = (stored ?? {}) as Partial<Record<keyof ReportState, unknown>>;
  return { top: typeof top === 'number' ? top : 0, opened: typeof opened === 'string' ? opened : '' };
}
