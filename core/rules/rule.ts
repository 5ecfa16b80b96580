/** The shape of a rule: data from which the documentation is made, and a check that reports findings. */
import type { FileRecords, PlacedRecord } from '../records/fileRecords.ts';
import type { Span } from '../records/position.ts';
import type { RecordModel, Resources, Severity } from '../records/recordModel.ts';
import type { Part, Path, RecordEdit, SourceTurn } from '../records/sourceRecord.ts';

/**
 * What a rule looks at, and with it when it runs: `turn` and `record` on every change; `file` (the record beside the
 * others of its file) and `pixels` (masks decoded, files opened) after an idle moment. A rule of scope `file` may find
 * something only in a record that names a `parent` or `target`, or whose id an earlier record has: the others are not
 * even shown to it (`fileKeysOf`).
 */
export type Scope = 'turn' | 'record' | 'file' | 'pixels';

/**
 * `safe` never loses or guesses anything and runs on save; `suggested` is a guess to look at; `manual` is a person's
 * decision, which no command takes for them.
 */
export type FixKind = 'safe' | 'suggested' | 'manual' | 'none';

export interface RuleInfo {
  readonly code: string;
  readonly severity: Severity;
  readonly fix: FixKind;
  /** One line for lists. */
  readonly summary: string;
  /** Why the mistake matters. */
  readonly why: string;
  /**
   * Examples; each is an answer, or whole records in JSON (each on lines of its own), or a whole `.uscdf` text. A bad
   * one gives this finding and no other, a good one gives none.
   */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** A file that a fix needs beside the document. */
export interface NewFile {
  /** Relative to the document, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  /** What this fix is where it is not what the rule promises: `manual` for one that loses or guesses too much. */
  readonly kind?: FixKind;
  /** Written before the edits are made, and never over a file that is there; such a fix is `manual`. */
  readonly files?: readonly NewFile[];
  readonly edits: readonly RecordEdit[];
}

/** Where a finding is: a stretch of a turn's text, or a key or value of the record. */
export type Target = ({ readonly turn: number } & Span) | { readonly path: Path; readonly part?: Part };

export interface Extra {
  /** The first fix whose kind is wanted is the one that a command takes. Made when somebody asks. */
  readonly fixes?: () => readonly Fix[];
  readonly related?: readonly Related[];
}

/** Another place that explains a finding: in the same record, or elsewhere in the file. */
export interface Related {
  readonly target: Target;
  readonly message: string;
  readonly elsewhere?: PlacedRecord;
}

export interface RecordContext {
  readonly record: RecordModel;
  readonly resources: Resources | undefined;
  report(target: Target, message: string, extra?: Extra): void;
}

export interface FileContext extends RecordContext {
  readonly file: FileRecords;
}

export interface TurnContext {
  readonly record: RecordModel;
  readonly turn: SourceTurn;
  report(span: Span, message: string, extra?: Extra): void;
}

/**
 * What a rule needs to find anything: a text whose tags are not all in order (`AnswerTree.canonical`), or a clause that denies
 * something. A turn without it, or a record none of whose turns has it, is not shown to the rule.
 */
export type Need = 'flaw' | 'denial';

interface Spared {
  readonly needs?: Need;
}

export type Rule = RuleInfo &
  Spared &
  (
    | { readonly scope: 'turn'; check(context: TurnContext): void }
    | { readonly scope: 'record' | 'pixels'; check(context: RecordContext): void }
    | { readonly scope: 'file'; check(context: FileContext): void }
  );

export function defineRule<const R extends Rule>(rule: R): R {
  return rule;
}

/** A fix that changes one turn's text. */
export function textFix(title: string, turn: SourceTurn, ...edits: readonly (Span & { newText: string })[]): Fix {
  return {
    title,
    edits: edits.map(({ start, end, newText }) => ({ kind: 'text', turn: turn.index, start, end, newText })),
  };
}
