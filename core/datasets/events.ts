/** What readers tell besides records. */
import type { ItemPlace, ReadEvent } from './format.ts';

/** An item that became no record. */
export function rejected(from: ItemPlace, code: string, message: string): ReadEvent {
  return { kind: 'rejected', from, code, message };
}

/** An item that lost a part on the way, or became something else than it was. */
export function changed(from: ItemPlace, code: string, message: string): ReadEvent {
  return { kind: 'changed', from, code, message };
}
