/** A mask or phrase that a person shaped in the page, on its way into the file. */
import type { Shaped, ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import type { FromPreview } from '../../media/protocol.ts';
import type { ShapeRequest } from '../../server/protocol.ts';
import type { Showing } from './showings.ts';

export type ShapeMessage = Extract<FromPreview, { readonly type: 'shape' }>;

/** A document as long as it is open. */
interface Versioned {
  readonly version: number;
}

/** What shaping wants of the editor and of the server. */
export interface ShapeDesk<Document extends Versioned> {
  /** The showing that a message names, if it is remembered. */
  showing(stamp: number, record: number): Showing | undefined;
  /** The document that the page shows, if it is the one at this address. */
  document(uri: string): Document | undefined;
  /** Whether the document is still the text that was shown. */
  isUnchanged(document: Document, showing: Showing): boolean;
  /** Where the record of a showing is now, from 0; `undefined` where it is gone or looks otherwise than it did. */
  recordNow(document: Document, showing: Showing): Promise<number | undefined>;
  ask(document: Document, record: number, edit: ShapeEdit): Promise<ShapeRequest.Answer>;
  /** Makes the edits as one change. Resolves with why it could not be made. */
  write(document: Document, shaped: Shaped): Promise<string | undefined>;
}

export type ShapeResult =
  | { readonly ok: true; readonly record: number; readonly phrase?: number }
  | { readonly ok: false; readonly message: string; readonly isStale: boolean };

const STALE =
  'The text of this record changed meanwhile, so that nothing was saved. What you drew is kept: look at the record as it is now, and save again.';
const ELSEWHERE =
  'This was drawn for a record of another file than the one that is shown, so that nothing was saved. What you drew is kept: show that file, and save again.';

/**
 * Asks for the edits of a shape and makes them. They are made only on the record that the page showed, as it showed it: in the same
 * version of the document, or in a later one that left this record alone.
 */
export async function shape<Document extends Versioned>(
  { version: stamp, record: shown, edit }: ShapeMessage,
  desk: ShapeDesk<Document>,
): Promise<ShapeResult> {
  const showing = desk.showing(stamp, shown);
  if (showing === undefined) return refused(STALE, true);
  const document = desk.document(showing.uri);
  if (document === undefined) return refused(ELSEWHERE);
  // A text that changes while the server works it out is asked for once more.
  for (let attempt = 0; attempt < 2; attempt++) {
    const { version } = document;
    const record = desk.isUnchanged(document, showing) ? shown : await desk.recordNow(document, showing);
    if (record === undefined) return refused(STALE, true);
    const answer = await desk.ask(document, record, edit);
    if ('message' in answer) return refused(answer.message);
    if (document.version !== version) continue;
    const hindrance = await desk.write(document, answer);
    if (hindrance !== undefined) return refused(hindrance);
    return { ok: true, record, ...(answer.phrase !== undefined && { phrase: answer.phrase }) };
  }
  return refused(STALE, true);
}

function refused(message: string, isStale = false): ShapeResult {
  return { ok: false, message, isStale };
}
