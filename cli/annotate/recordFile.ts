import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, parse, relative, resolve } from 'node:path';
import { PYTHON_STYLE, writeJson } from '../../core/records/jsonStyle.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { Roots } from './roots.ts';

const PIECE = 1 << 20;
/** A line longer than this is no record of a photograph. */
const MAX_LINE = 256 * 2 ** 20;

/**
 * A `.jsonl` that grows by one record at a time and survives a kill at any moment: each record is written and synced before
 * the next begins, and a last line that was torn is cut off when the file is opened again. It only ever appends, and stops
 * when another program writes to the file meanwhile.
 */
export class RecordFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #images: Map<string, readonly Asked[]>;
  readonly #isNew: boolean;
  readonly #ids: Set<string>;
  readonly #roots: Roots | undefined;
  #length: number;
  /** What opening the file brought to light, for the user. */
  readonly warnings: readonly string[];

  private constructor(path: string, descriptor: number, found: Existing, isNew: boolean) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#isNew = isNew;
    this.#images = found.images;
    this.#ids = found.ids;
    this.#roots = found.roots;
    this.#length = found.length;
    this.warnings = found.warnings;
  }

  /**
   * Opens the file, or makes it and its folder. Fails with one sentence where it cannot be written or is no list of records.
   * With `forParts` the phrases of its records are kept too, so that drafts can name what they are parts of.
   */
  static open(path: string, { forParts = false } = {}): Result<RecordFile> {
    if (!/\.jsonl$/i.test(path))
      return fail(`The output ${path} must end in .jsonl (best .uscdf.jsonl): one record a line.`);
    const isNew = !existsSync(path);
    let descriptor: number;
    try {
      mkdirSync(dirname(resolve(path)), { recursive: true });
      // Non-blocking, or a pipe would hold the command forever.
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);
      descriptor = openSync(path, flags, 0o666);
    } catch (error) {
      return fail(`The output ${path} cannot be written (${codeOf(error)}). Check the folder and its permissions.`);
    }
    let found: Result<Existing>;
    try {
      found = fstatSync(descriptor).isFile()
        ? readExisting(descriptor, path, forParts ? new Roots() : undefined)
        : fail(`The output ${path} is not a regular file. Choose another output.`);
    } catch (error) {
      found = fail(`The output ${path} cannot be read or mended (${codeOf(error)}). Check the disk.`);
    }
    if (!found.ok) {
      closeSync(descriptor);
      return found;
    }
    return ok(new RecordFile(path, descriptor, found.value, isNew));
  }

  /** Whether an image already has a record; `image` is absolute. */
  has(image: string): boolean {
    return this.#images.has(image);
  }

  /** Whether an image has records, but none that answers this: another task, or a question without the prompt. */
  hasOtherOnly(image: string, task: string, prompt: string | undefined): boolean {
    const asked = this.#images.get(image);
    if (asked === undefined) return false;
    return !asked.some((each) => each.task === task && (prompt === undefined || each.question.includes(prompt.trim())));
  }

  /** Whether a phrase of an image has been described in finer parts already. */
  hasPart(image: string, phrase: string): boolean {
    return this.#roots?.hasPart(image, phrase) === true;
  }

  /** The id of the record of an image that holds a phrase. */
  rootOf(image: string, phrase: string): string | undefined {
    return this.#roots?.idOf(image, phrase);
  }

  /** Whether a record has this id. */
  hasId(id: string): boolean {
    return this.#ids.has(id);
  }

  /** An id made from the image's name that no record has. */
  newId(image: string): string {
    const stem = parse(image).name;
    let id = stem;
    for (let n = 2; this.#ids.has(id); n++) id = `${stem}-${n}`;
    return id;
  }

  /** The image's path as the record names it: relative to this file, with forward slashes. */
  relativeImage(image: string): string {
    const path = relative(dirname(resolve(this.#path)), image);
    return isAbsolute(path) ? path : path.replaceAll('\\', '/');
  }

  /** Writes one record and waits until it is on the disk. Fails with one sentence; the file then ends with its last whole record. */
  append(image: string, record: { readonly id: string }): Result<void> {
    const line = Buffer.from(`${writeJson(record, PYTHON_STYLE)}\n`, 'utf8');
    let written = 0;
    try {
      if (!this.#isAsLeft())
        return fail(
          `Another program has changed ${this.#path} during this run, so the run ends here and leaves it as it is. Let one program at a time write it, and run the same command again to go on.`,
        );
      while (written < line.length) written += writeSync(this.#descriptor, line, written, line.length - written, null);
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#cutOff(written);
      return fail(
        `The output ${this.#path} cannot be written (${codeOf(error)}). The records before are safe; make room and run the same command again.`,
      );
    }
    this.#length += line.length;
    remember(this.#images, image, record);
    this.#roots?.add(image, record);
    this.#ids.add(record.id);
    return ok(undefined);
  }

  /** Closes the file; one that was made for nothing is taken away again. */
  close(): void {
    const empty = this.#isNew && this.#length === 0 && this.#isAsLeft();
    closeSync(this.#descriptor);
    if (empty) rmSync(this.#path, { force: true });
  }

  /** Whether the file still stands at its path with the length that this run gave it. */
  #isAsLeft(): boolean {
    const open = fstatSync(this.#descriptor, { bigint: true });
    const there = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return open.size === BigInt(this.#length) && there?.ino === open.ino && there.dev === open.dev;
  }

  /** Takes back the first bytes of a record whose rest could not be written, unless others have written behind them. */
  #cutOff(written: number): void {
    try {
      if (fstatSync(this.#descriptor).size === this.#length + written) truncateSync(this.#path, this.#length);
    } catch {
      // Then the torn line is cut off when the file is opened the next time.
    }
  }
}

/** What a record answers. */
interface Asked {
  readonly task: string | undefined;
  readonly question: string;
}

function remember(images: Map<string, readonly Asked[]>, image: string, record: object): void {
  const { task, conversations } = record as { readonly task?: unknown; readonly conversations?: unknown };
  const isReferring = task === 'referring';
  const first: unknown = isReferring && Array.isArray(conversations) ? conversations[0] : undefined;
  const value = (first as { readonly value?: unknown } | null | undefined)?.value;
  const asked = {
    task: typeof task === 'string' ? task : undefined,
    question: typeof value === 'string' ? value : '',
  };
  images.set(image, [...(images.get(image) ?? []), asked]);
}

interface Existing {
  readonly images: Map<string, readonly Asked[]>;
  readonly ids: Set<string>;
  readonly roots: Roots | undefined;
  readonly length: number;
  readonly warnings: readonly string[];
}

/** Reads the records that stand in the file, line by line, and cuts off or closes the last line. */
function readExisting(descriptor: number, path: string, roots: Roots | undefined): Result<Existing> {
  const images = new Map<string, readonly Asked[]>();
  const ids = new Set<string>();
  const warnings: string[] = [];
  const folder = dirname(resolve(path));
  let lineNumber = 0;
  const take = (text: string): boolean => {
    lineNumber++;
    if (text.trim() === '') return true;
    const record = objectOf(text);
    if (record === undefined) return false;
    if (typeof record['image'] === 'string') {
      const image = resolve(folder, record['image']);
      remember(images, image, record);
      roots?.add(image, record);
    }
    if (typeof record['id'] === 'string') ids.add(record['id']);
    return true;
  };
  const piece = Buffer.alloc(PIECE);
  let length = 0;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  for (;;) {
    const count = readSync(descriptor, piece, 0, PIECE, length);
    if (count === 0) break;
    length += count;
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0 && end < count; end = piece.indexOf(10, from)) {
      const line = Buffer.concat([...pending, piece.subarray(from, end)]).toString('utf8');
      pending = [];
      pendingLength = 0;
      from = end + 1;
      if (!take(line)) warnings.push(`${path}, line ${lineNumber}, is not a JSON object; it was left as it is.`);
    }
    if (from < count) {
      pending.push(Buffer.from(piece.subarray(from, count)));
      pendingLength += count - from;
      if (pendingLength > MAX_LINE)
        return fail(
          `${path}, line ${lineNumber + 1}, is longer than ${MAX_LINE} bytes: this is no file of records. Choose another output.`,
        );
    }
  }
  const tail = Buffer.concat(pending).toString('utf8');
  if (tail === '') return ok({ images, ids, roots, length, warnings });
  if (take(tail)) {
    // A whole record whose newline is missing; the next one begins on its own line.
    length += writeSync(descriptor, Buffer.from('\n'), 0, 1, null);
    return ok({ images, ids, roots, length, warnings });
  }
  if (!tail.startsWith('{'))
    return fail(`${path} is not a file of records (its last line does not begin with "{"). Choose another output.`);
  truncateSync(path, length - pendingLength);
  warnings.push(
    `${path} ended in a torn record, from a run that was killed; it was cut off and its image is drafted again.`,
  );
  return ok({ images, ids, roots, length: length - pendingLength, warnings });
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}
