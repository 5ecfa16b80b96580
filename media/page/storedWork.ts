/**
 * The mask in work as the page keeps it while it is closed: the editor loads a page anew when its tab was hidden, and nothing drawn
 * may be lost by that. The stored value is read as untrusted input: an older page may have written it.
 */
import type { DrawnMask } from '../../core/language/shaping/shapeEdit.ts';
import type { Purpose } from './purpose.ts';

export interface StoredWork {
  readonly record: { readonly id: string; readonly index: number; readonly image: string };
  /** Of the record, where the extension names it. */
  readonly file?: string;
  readonly purpose: Purpose;
  /** What the purpose spoke of when the work began, so that a change is seen. */
  readonly token: string;
  readonly drawn: DrawnMask;
}

/** Larger strings are no mask that the page drew. */
const longest = 16 * 1024 * 1024;

export function readStoredWork(stored: unknown): StoredWork | undefined {
  if (!isObject(stored) || !isObject(stored.record) || !isObject(stored.drawn)) return undefined;
  const { id, index, image } = stored.record;
  const { size, counts } = stored.drawn;
  const purpose = readPurpose(stored.purpose);
  if (typeof id !== 'string' || !isIndex(index) || typeof image !== 'string' || purpose === undefined) return undefined;
  if (typeof stored.token !== 'string' || typeof counts !== 'string' || counts.length > longest) return undefined;
  if (!Array.isArray(size) || size.length !== 2 || !isIndex(size[0]) || !isIndex(size[1])) return undefined;
  if (stored.file !== undefined && typeof stored.file !== 'string') return undefined;
  return {
    record: { id, index, image },
    purpose,
    token: stored.token,
    drawn: { size: [size[0], size[1]], counts },
    ...(stored.file !== undefined && { file: stored.file }),
  };
}

function readPurpose(stored: unknown): Purpose | undefined {
  if (!isObject(stored)) return undefined;
  const { kind, mask, phrase, words, text } = stored;
  if (kind === 'new') return { kind };
  if (kind === 'edit') return isIndex(mask) ? { kind, mask } : undefined;
  if (kind === 'phrase') return isIndex(phrase) ? { kind, phrase } : undefined;
  if (kind !== 'words' || !isObject(words) || typeof text !== 'string') return undefined;
  const { turn, part, start, end } = words;
  if (!isIndex(turn) || !isIndex(part) || !isIndex(start) || !isIndex(end)) return undefined;
  return { kind, words: { turn, part, start, end }, text };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
