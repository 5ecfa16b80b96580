/** Who follows whom: the cursor in the text and the phrase that is lit in the picture. */
import { type Range, sameRange } from '../../core/records/position.ts';

/** The setting `uscdf.preview.sync`. */
export type SyncMode = 'always' | 'onClick' | 'never';

/** What moved a cursor: the user by mouse or keys, the user's typing, or a command. */
export type Cause = 'user' | 'typing' | 'command';

/** The setting's value; anything unknown counts as the default. */
export function readSyncMode(value: unknown): SyncMode {
  return value === 'onClick' || value === 'never' ? value : 'always';
}

/** Whether the picture follows a cursor that moved. */
export function pictureFollows(mode: SyncMode, cause: Cause): boolean {
  return mode === 'always' || (mode === 'onClick' && cause === 'user');
}

/** Whether the text follows a click in the picture, or a step to another record. */
export function textFollows(mode: SyncMode): boolean {
  return mode !== 'never';
}

/** Whether the words of the mask under the pointer are marked in the text. */
export function textFollowsPointer(mode: SyncMode): boolean {
  return mode === 'always';
}

/** A cursor's move, as the editor tells of it. */
export interface Move {
  /** The document's address. */
  readonly uri: string;
  /** Of the document. */
  readonly version: number;
  readonly selection: Range;
  /** Moved by mouse or keys. The editor says so of typing too. */
  readonly byUser: boolean;
}

/** Tells what moved a cursor, and knows the moves that the preview made itself. */
export class CursorWatch {
  private readonly versions = new Map<string, number>();
  private expected: { readonly uri: string; readonly selection: Range } | undefined;

  /** The preview is about to select this. */
  expect(uri: string, selection: Range): void {
    this.expected = { uri, selection };
  }

  /** What moved the cursor; `undefined` for a move of the preview's own, which must not come back. */
  causeOf({ uri, version, selection, byUser }: Move): Cause | undefined {
    const before = this.versions.get(uri);
    this.versions.set(uri, version);
    if (this.expected?.uri === uri) {
      const { selection: own } = this.expected;
      this.expected = undefined;
      if (sameRange(own, selection)) return undefined;
    }
    if (before !== undefined && before !== version) return 'typing';
    return byUser ? 'user' : 'command';
  }

  /** The document was closed. */
  forget(uri: string): void {
    this.versions.delete(uri);
  }
}
