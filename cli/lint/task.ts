/** What the main thread and the workers of `uscdf lint` send each other. Everything here survives a structured clone. */
import type { Position, Range, TextEdit } from '../../core/records/position.ts';
import type { Severity } from '../../core/records/recordModel.ts';
import type { Severities } from '../../core/rules/checkRecord.ts';
import type { FixKind, Scope } from '../../core/rules/rule.ts';

/** What `--fix` takes: everything that a rule can mend. Accepting a draft is a person's word. */
export const TAKEN: readonly FixKind[] = ['safe', 'suggested'];

export interface CheckSettings {
  /** Empty where only the ids of the records are wanted. */
  readonly scopes: readonly Scope[];
  readonly severities: Severities;
  /** Whether image files are looked at. */
  readonly images: boolean;
  /** Whether the report shows what `--fix` would write. */
  readonly withEdits: boolean;
}

/** The lines of a `.uscdf.jsonl` that begin in a stretch of its bytes: to be checked, or to be mended. */
export interface LinesTask extends CheckSettings {
  readonly kind: 'lines' | 'mend';
  readonly path: string;
  /** The name that says where images and sidecars are looked for; `path` itself but for standard input. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A file that is read whole. */
export interface WholeTask extends CheckSettings {
  readonly kind: 'whole';
  readonly path: string;
  /** Mends it first. */
  readonly fix: boolean;
}

export type Task = LinesTask | WholeTask;

export interface RelatedPlace {
  readonly range: Range;
  readonly message: string;
}

/** What `--fix` would write. */
export interface ReportedFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** A finding without its file; its lines count from the first line that the task read. */
export interface TaskFinding {
  readonly record: string | null;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly fixable: boolean;
  readonly related: readonly RelatedPlace[];
  readonly fix?: ReportedFix;
}

/** The ids of records, in order: what finds duplicates and parents without holding the records. */
export interface IdBlock {
  /** A hash of each id, two words a record. */
  readonly hashes: Uint32Array;
  /** Where each record's line begins in the file, in bytes. */
  readonly offsets: Float64Array;
  /** Each record's line, counted as in the findings. */
  readonly lines: Uint32Array;
  /** 1 where the record names another one. */
  readonly links: Uint8Array;
}

export interface TaskResult {
  readonly records: number;
  /** How many lines the task read; 0 for a whole file. */
  readonly lines: number;
  /** Where the first bytes stand that are no UTF-8. */
  readonly invalidAt?: Position;
  readonly ids?: IdBlock;
  /** With `ids`: how many records do not parse, so that nobody knows their ids. */
  readonly unparsed?: number;
  /** For `mend`: what the lines become, where anything changes. */
  readonly mended?: Uint8Array;
  /** For `mend`: the bytes that were read. */
  readonly stretch?: { readonly start: number; readonly end: number };
  /** Why the file could not be read or written, a sentence. */
  readonly failure?: string;
}

/** Takes findings in their order; resolves when there is room for more. */
export type Emit = (findings: readonly TaskFinding[]) => Promise<void>;
