import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, readStoredDraft, type StoredDraft } from './storedDraft.ts';

/** So many drafts wait at most: nobody reviews more, and each is some ten kilobytes. */
export const MOST_DRAFTS = 1_000;
const ENDING = '.json';

/** What is known of a draft without reading it again. */
export interface DraftSummary extends Pick<StoredDraft, 'document' | 'asked' | 'created'> {
  readonly key: string;
  /** The record's position in its file when the draft was asked for, from 0. */
  readonly record: number;
}

/**
 * The drafts that nobody has decided on, on disk, so that they outlive the window: one JSON file each, which is there whole or not
 * at all. What cannot be read is left where it is, and counts for nothing.
 */
export class DraftStore {
  readonly #folder: string;
  readonly #log: (line: string) => void;
  readonly #drafts = new Map<string, DraftSummary>();
  /** Those that the disk did not take. */
  readonly #unsaved = new Map<string, StoredDraft>();
  #reading: Promise<void> | undefined;

  constructor(folder: string, log: (line: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Resolves when the drafts of earlier windows are known. Never rejects. */
  ready(): Promise<void> {
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  get summaries(): readonly DraftSummary[] {
    return [...this.#drafts.values()];
  }

  get count(): number {
    return this.#drafts.size;
  }

  get isFull(): boolean {
    return this.#drafts.size >= MOST_DRAFTS;
  }

  has(key: string): boolean {
    return this.#drafts.has(key);
  }

  /** Whether a draft that is there outlives the window: the disk took it. */
  isKept(key: string): boolean {
    return this.#drafts.has(key) && !this.#unsaved.has(key);
  }

  /** Keeps a draft, in place of one that was asked for alike, and returns its key. Where the disk refuses, it lasts as long as the window. */
  async put(draft: StoredDraft): Promise<string> {
    const key = keyOf(draft);
    this.#drafts.set(key, summaryOf(key, draft));
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeWhole(this.#path(key), JSON.stringify(draft));
      this.#unsaved.delete(key);
    } catch (error) {
      this.#unsaved.set(key, draft);
      this.#log(`A draft could not be kept on disk, and is lost when the window closes: ${String(error)}`);
    }
    return key;
  }

  /** The draft, or `undefined` where it is gone. */
  async read(key: string): Promise<StoredDraft | undefined> {
    await this.ready();
    const unsaved = this.#unsaved.get(key);
    if (unsaved !== undefined) return unsaved;
    const draft = this.#drafts.has(key) ? await this.#readFile(this.#path(key)) : undefined;
    if (draft === undefined) this.#drafts.delete(key);
    return draft;
  }

  /**
   * Lets the drafts of a document, or of the documents in a folder, follow when it is moved; both are addresses. Resolves with
   * their keys, the new ones by the old.
   */
  async move(from: string, to: string): Promise<ReadonlyMap<string, string>> {
    await this.ready();
    const keys = new Map<string, string>();
    for (const { key, document } of this.summaries) {
      const moved = movedAddress(document, from, to);
      const draft = moved === undefined ? undefined : await this.read(key);
      if (draft === undefined || moved === undefined) continue;
      keys.set(key, await this.put({ ...draft, document: moved }));
      await this.remove(key);
    }
    return keys;
  }

  async remove(key: string): Promise<void> {
    this.#drafts.delete(key);
    this.#unsaved.delete(key);
    await rm(this.#path(key), { force: true }).catch((error: unknown) => this.#log(String(error)));
  }

  async #readAll(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(ENDING)).slice(0, MOST_DRAFTS)) {
      const key = name.slice(0, -ENDING.length);
      const draft = await this.#readFile(this.#path(key));
      // A draft of another key would be written to another file, and this one stay for ever.
      if (draft !== undefined && keyOf(draft) === key && !this.#drafts.has(key))
        this.#drafts.set(key, summaryOf(key, draft));
    }
  }

  async #readFile(path: string): Promise<StoredDraft | undefined> {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    const draft = text === undefined ? undefined : readStoredDraft(text);
    if (text !== undefined && draft === undefined)
      this.#log(`${path} is no draft that this version can read; it was left where it is.`);
    return draft;
  }

  #path(key: string): string {
    return join(this.#folder, `${key}${ENDING}`);
  }
}

/** The new address of a document when a file or a folder is moved, or `undefined` where it stays; all are addresses. */
export function movedAddress(document: string, from: string, to: string): string | undefined {
  return document === from || document.startsWith(`${from}/`) ? to + document.slice(from.length) : undefined;
}

/** The file is there whole, or as it was before. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function summaryOf(key: string, { document, record, asked, created }: StoredDraft): DraftSummary {
  return { key, document, record: record?.record ?? 0, asked, created };
}
