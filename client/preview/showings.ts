import { createHash } from 'node:crypto';
import type { PreviewRecord } from '../../core/language/previewModel.ts';

/** A record as it was shown once. */
export interface Showing {
  /** Names the showing; no other has it, of whatever document. */
  readonly stamp: number;
  /** The document's address. */
  readonly uri: string;
  /** The record's position in its file, from 0. */
  readonly record: number;
  /** Of the document. */
  readonly version: number;
  /** Equal where the record looks the same. */
  readonly fingerprint: string;
}

/** Showings that are remembered: a mask may wait in the page while the user looks at other records. */
const REMEMBERED = 64;

/**
 * The last records that a page was shown. A mask names the showing it was drawn on by its stamp, so that it never gets into another
 * record, document or state of the text than the one its person saw.
 */
export class Showings {
  private readonly last: Showing[] = [];
  /** A page that outlived the extension must not name a showing of its next life. */
  private next = Date.now();

  /** Remembers a showing. Shown again unchanged, a record keeps its stamp. */
  add(shown: Omit<Showing, 'stamp'>): Showing {
    const newest = this.last.at(-1);
    if (newest !== undefined && isSame(newest, shown)) return newest;
    const showing = { ...shown, stamp: this.next++ };
    this.last.push(showing);
    if (this.last.length > REMEMBERED) this.last.shift();
    return showing;
  }

  find(stamp: number, record: number): Showing | undefined {
    return this.last.find((showing) => showing.stamp === stamp && showing.record === record);
  }
}

/** Equal for records that look the same, wherever they stand in their file. */
export function fingerprintOf(record: PreviewRecord): string {
  return createHash('sha1')
    .update(JSON.stringify({ ...record, index: 0, errors: 0, warnings: 0 }))
    .digest('base64');
}

function isSame(a: Showing, b: Omit<Showing, 'stamp'>): boolean {
  return a.uri === b.uri && a.record === b.record && a.version === b.version && a.fingerprint === b.fingerprint;
}
