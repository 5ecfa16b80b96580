/** Tells the extension which phrase the pointer or the keys rest on, so that its words are marked in the text. */
import type { FromPreview } from '../protocol.ts';

/** The pointer that only passes over a mask is not told of. */
const restMs = 50;

/** Returns what hears of each phrase; `send` is called where the one they rest on is another than before. */
export function reportHover(
  signal: AbortSignal,
  send: (message: Extract<FromPreview, { type: 'hover' }>) => void,
): (phrase: number | undefined) => void {
  let told: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer));
  return (phrase) => {
    clearTimeout(timer);
    if (phrase === told) return;
    timer = setTimeout(() => {
      told = phrase;
      send(phrase === undefined ? { type: 'hover' } : { type: 'hover', phrase });
    }, restMs);
  };
}
