/**
 * What a converter is: a dataset's format as data, and two functions, one that reads it to records and one that writes
 * records to it. Converters stream: they hold one image's annotations at a time, and for files that are not in the order of
 * their images no more than an index of numbers.
 */
import type { Raster } from '../images/raster.ts';
import type { RunLengthMask } from '../masks/runLengthMask.ts';
import type { AnswerTree } from '../text/tree.ts';
import type { JsonEntry } from './json/jsonEntries.ts';

/** A record's value as it goes to a file (docs/format.md, section 2); keys in the order in which they are written. */
export interface NewRecord {
  readonly id: string;
  readonly image: string;
  readonly width?: number;
  readonly height?: number;
  readonly task?: string;
  readonly conversations: readonly { readonly from: 'human' | 'gpt'; readonly value: string }[];
  readonly masks: readonly unknown[];
  readonly negatives?: readonly string[];
  readonly target?: string;
  readonly parent?: string;
  readonly provenance?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** Where a thing stands in a dataset, for a report. */
export interface ItemPlace {
  /** The file, as it was given or found. */
  readonly file: string;
  /** What the file calls it: an id, a key, `annotations[17]`. */
  readonly item: string;
}

/** What a reader gives, in the order of the dataset. */
export type ReadEvent =
  | { readonly kind: 'record'; readonly record: NewRecord; readonly from: ItemPlace }
  /** An item that became no record, or lost a part on the way into one: why, and what to do. */
  | {
      readonly kind: 'rejected' | 'changed';
      readonly from: ItemPlace;
      /** A short word for the reason, in kebab-case: reports are counted by it. */
      readonly code: string;
      readonly message: string;
    };

/** The files of a dataset. Paths are with forward slashes, absolute or as the user gave them. */
export interface DatasetFiles {
  kind(path: string): Promise<'file' | 'folder' | undefined>;
  /** The names in a folder in alphabetical order, hidden ones left out; empty where there is no such folder. */
  list(folder: string): Promise<readonly { readonly name: string; readonly kind: 'file' | 'folder' }[]>;
  /** Throws a `DatasetError` where the file cannot be read or is larger than `limit`, by default 500 MB. */
  bytes(path: string, limit?: number): Promise<Uint8Array>;
  /** The whole file's JSON; for files of moderate size. Throws a `DatasetError`. */
  json(path: string): Promise<unknown>;
  /** UTF-8 without its byte-order mark; with `fallback` files that are no UTF-8 are read as cp1252. Throws a `DatasetError`. */
  text(path: string, options?: { readonly fallback?: 'cp1252' }): Promise<string>;
  /** The lines of a file of any size, without their endings; the last one may be without one. Throws a `DatasetError`. */
  lines(path: string): AsyncIterable<{ readonly text: string; readonly line: number }>;
  /** The entries of a JSON file of any size (`jsonEntries`). Throws a `DatasetError`. */
  entries(path: string): AsyncIterable<JsonEntry>;
  /** A stretch of a file. Throws a `DatasetError`. */
  slice(path: string, offset: number, length: number): Promise<Uint8Array>;
}

/** A photograph of a dataset, found or not. */
export interface FoundImage {
  /** As it goes into a record: relative to the output where the file was found, else as the dataset names it. */
  readonly image: string;
  /** The file; `undefined` where it was not found. */
  readonly path: string | undefined;
  /** Pixels, read from the file; `undefined` where it was not found or is no image. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** Finds photographs by the names that a dataset gives them. */
export interface ImageFinder {
  /**
   * Looks below the image folders for each name in turn: by its whole path, then by its end, then by its last part, then
   * by COCO's other spellings of it (`COCO_train2014_` and the bare number).
   */
  find(...names: readonly string[]): Promise<FoundImage>;
}

export type OptionValue = string | number | boolean;

/** An option of a format, set with `--set name=value`. */
export interface FormatOption {
  readonly name: string;
  readonly description: string;
  readonly default: OptionValue;
  /** The values that a text may have. */
  readonly choices?: readonly string[];
  /** The bounds of a number. */
  readonly range?: readonly [least: number, most: number];
}

export interface ReadInput {
  /** What the user named: files and folders that exist. */
  readonly paths: readonly string[];
  readonly files: DatasetFiles;
  readonly images: ImageFinder;
  /** A file's path as seen from where the records will lie. */
  relative(path: string): string;
  /** Every option of the format, checked, by its name. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Whatever is left to chance follows from it (`random.ts`). */
  readonly seed: number;
  /** Says how far a file is read, in bytes; for a progress bar. */
  progress(file: string, byte: number): void;
}

/** A record on its way out, with what most writers want to know of it. */
export interface ReadRecord {
  readonly value: Readonly<Record<string, unknown>>;
  readonly id: string;
  /** As the record says. */
  readonly image: string;
  /** The image's file; `undefined` for a URL, or where there is none. */
  readonly imagePath: string | undefined;
  /** Pixels, from the record, else from the image, else from its masks. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly task: string | undefined;
  /** The turns in order; user turns without the image placeholder. */
  readonly turns: readonly { readonly role: 'human' | 'gpt'; readonly text: string; readonly tree: AnswerTree }[];
  /** One for each `[SEG]` in reading order, with its phrase and its mask; what cannot be read has no mask. */
  readonly segments: readonly Segment[];
  /** Decoded pixels, for formats that hold pictures; `undefined` where the image cannot be read. */
  raster(): Promise<Raster | undefined>;
}

export interface Segment {
  /** The words of its phrase; empty for a `[SEG]` without one. */
  readonly phrase: string;
  /** Which turn it stands in, an index into `turns`. */
  readonly turn: number;
  readonly mask: RunLengthMask | undefined;
  /** The mask as the record holds it. */
  readonly value: unknown;
  readonly label: string | undefined;
  readonly score: number | undefined;
}

/** What a format could not hold of a record. */
export interface Loss {
  readonly code: string;
  readonly message: string;
  /** Nothing of the record is in the output. */
  readonly leftOut?: boolean;
}

export interface WriteOutput {
  /** The folder that the output lies in. */
  readonly folder: string;
  /**
   * A file of the output: `undefined` for the one that the user named, a name for one in the folder that the user named. It
   * appears when the whole conversion has ended well.
   */
  file(name?: string): OutputFile;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly seed: number;
  /** An image's path as seen from the output. */
  relative(path: string): string;
}

export interface OutputFile {
  /** Throws a `DatasetError` where the disk is full. */
  write(data: string | Uint8Array): void;
}

/** Takes records one by one. */
export interface RecordWriter {
  /** What of the record the format cannot hold. */
  add(record: ReadRecord): Promise<readonly Loss[]>;
  end(): Promise<void>;
}

/** A page of documentation: what it is, how it maps, what is lost. Markdown. */
export interface FormatPage {
  readonly about: string;
  readonly mapping: string;
  readonly lost: string;
  /** A command to copy, for each direction that there is. */
  readonly commands: readonly string[];
}

export interface DatasetFormat {
  /** As in `--from` and `--to`. */
  readonly kind: string;
  readonly title: string;
  readonly page: FormatPage;
  /** Options of reading, of writing, or of both. */
  readonly readOptions?: readonly FormatOption[];
  readonly writeOptions?: readonly FormatOption[];
  read?(input: ReadInput): AsyncIterable<ReadEvent>;
  write?(output: WriteOutput): RecordWriter;
  /** The output is a folder of files rather than one file. */
  readonly writesFolder?: boolean;
}

/** Something that ends a conversion: a file that cannot be read, is of another kind, or cannot be written. The message says what to do. */
export class DatasetError extends Error {}
