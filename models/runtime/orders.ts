import type { Draft, DraftRequest, EncodedImage, EncodeRequest, PromptedMask, SegmentRequest } from './draft.ts';
import type { FromWorker } from './protocol.ts';

/** What the process is asked for; `background` is a draft that nobody waits for. */
export type Order =
  | { readonly kind: 'segment'; readonly request: SegmentRequest }
  | { readonly kind: 'draft'; readonly request: DraftRequest }
  | { readonly kind: 'background'; readonly request: DraftRequest }
  | { readonly kind: 'encode'; readonly request: EncodeRequest };

export type Answer = Draft | PromptedMask | EncodedImage;

/** Whom a person waits for most comes first. */
const RANKS: Readonly<Record<Order['kind'], number>> = { segment: 0, draft: 1, background: 2, encode: 3 };

/** Whether an order that comes later is done earlier. */
export function goesBefore(later: Order, earlier: Order): boolean {
  return RANKS[later.kind] < RANKS[earlier.kind];
}

/** Whether an order needs what is being encoded ahead. */
export function isHelpedBy({ request }: Order, ahead: Order): boolean {
  return request.bundle === ahead.request.bundle && request.image === ahead.request.image;
}

/** What a message answers an order with, or `undefined` where it answers one of another kind. */
export function answerTo({ kind }: Order, message: FromWorker): Answer | undefined {
  if (message.kind === 'mask') return kind === 'segment' ? message.mask : undefined;
  if (message.kind === 'encoded') return kind === 'encode' ? message.encoded : undefined;
  if (message.kind === 'draft') return kind === 'draft' || kind === 'background' ? message.draft : undefined;
  return undefined;
}
