/** What a thread of the browsing process is asked to do with some records of one file, and what it answers. */
import type { FactBlock } from '../../core/browsing/facts.ts';
import type { FileKind } from '../../core/records/fileKind.ts';
import type { Severities } from '../../core/rules/checkRecord.ts';

interface Records {
  readonly path: string;
  readonly fileKind: FileKind;
  /** In a `.uscdf.jsonl` the bytes of the records' lines; other files are read whole. */
  readonly start: number;
  readonly end: number;
}

export interface FactsTask extends Records {
  readonly kind: 'facts';
  /** How many records there were; the answer has facts of as many, whatever became of the file. */
  readonly count: number;
  readonly severities: Severities;
}

export interface SearchTask extends Records {
  readonly kind: 'search';
  readonly text: string;
}

export type Task = FactsTask | SearchTask;

export type TaskAnswer =
  | { readonly kind: 'facts'; readonly block: FactBlock }
  /** Where the records begin in which the text stands; their indices in files whose records are no lines. */
  | { readonly kind: 'search'; readonly offsets: Float64Array };
