/** What the main thread and the workers of `uscdf evaluate` send each other. Everything here survives a structured clone. */

import type { RecordPairValues } from '../../core/metrics/evaluate/captionRecords.ts';
import type { NamedCategory } from '../../core/metrics/evaluate/categories.ts';
import type { Measured } from '../../core/metrics/evaluate/measure.ts';
import type { GcgFiles, GcgImage } from '../../core/metrics/evaluate/official/gcg.ts';
import type { PanopticAnnotation } from '../../core/metrics/evaluate/official/panoptic.ts';
import type { Expression } from '../../core/metrics/evaluate/official/referring.ts';
import type { Plan } from '../../core/metrics/evaluate/plan.ts';
import type { CaptionTexts, Place, Problem } from '../../core/metrics/evaluate/work.ts';
import type { ParaphraseData } from '../../core/metrics/text/meteor/paraphrases.ts';
import type { Statistics } from '../../core/metrics/text/meteor/statistics.ts';
import type { SimilarityChoice } from './similarity.ts';

/** What holds for all tasks. */
export interface Settings {
  readonly plan: Plan;
  readonly similarity: SimilarityChoice;
  /** METEOR waits for the user's paraphrases: captions are cut into tokens, and a {@link MeteorTask} scores them. */
  readonly meteorLater: boolean;
}

/** Where a record is. */
export interface RecordPlace {
  readonly path: string;
  /** Of a `.uscdf.jsonl` the byte its line begins at; of the other kinds the record's number, from 0. */
  readonly at: number;
  /** From 0. */
  readonly line: number;
}

/** Finds the ids of the records in a stretch of a `.uscdf.jsonl`, or in a whole file of the other kinds. */
export interface IndexTask {
  readonly kind: 'index';
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A reference with its prediction, both USCDF records. */
export interface RecordsTask {
  readonly kind: 'records';
  readonly pairs: readonly {
    readonly id: string;
    readonly order: number;
    readonly reference: RecordPlace;
    readonly prediction: RecordPlace | undefined;
  }[];
}

/** Images of the official files of grounded captions. */
export interface GcgTask {
  readonly kind: 'gcg';
  readonly files: GcgFiles;
  readonly images: readonly (GcgImage & { readonly prediction: GcgPlace | undefined })[];
}

/** An image's prediction: what a results list says of it, or a file of its own. */
export type GcgPlace =
  | { readonly path: string; readonly value: unknown }
  /** `isFile`: it is known that no pipe or device is there. */
  | { readonly path: string; readonly isFile: boolean };

export interface PanopticTask {
  readonly kind: 'panoptic';
  readonly categories: readonly NamedCategory[];
  readonly reference: MapFolder;
  readonly prediction: MapFolder;
  readonly images: readonly {
    readonly order: number;
    readonly reference: PanopticAnnotation;
    readonly prediction: PanopticAnnotation | undefined;
  }[];
}

/** A panoptic json and the folder of its maps. */
export interface MapFolder {
  readonly place: Place;
  readonly folder: string;
}

export interface ReferringTask {
  readonly kind: 'referring';
  readonly reference: Place;
  readonly prediction: Place;
  readonly expressions: readonly {
    readonly expression: Expression;
    readonly prediction: Readonly<Record<string, unknown>> | undefined;
  }[];
}

export type ScoreTask = RecordsTask | GcgTask | PanopticTask | ReferringTask;

/** Finds the phrases of a task that a similarity will be asked about, before it is scored. */
export interface PhrasesTask {
  readonly kind: 'phrases';
  readonly of: ScoreTask;
}

/** Makes two records of the one image of a task. */
export interface RecordsOfTask {
  readonly kind: 'as-records';
  readonly of: GcgTask;
}

/** Reads the user's table of paraphrases. */
export interface ParaphrasesTask {
  readonly kind: 'paraphrases';
  readonly path: string;
}

/** Scores captions, tokenised ones, by METEOR with the user's paraphrases. */
export interface MeteorTask {
  readonly kind: 'meteor';
  /** In memory that threads share; the same in all tasks. */
  readonly paraphrases: ParaphraseData;
  readonly captions: readonly CaptionTexts[];
}

export type Task = IndexTask | PhrasesTask | RecordsOfTask | ParaphrasesTask | MeteorTask | ScoreTask;

export interface IndexBlock {
  readonly ids: readonly string[];
  /** As in `RecordPlace`. */
  readonly at: Float64Array;
  /** Counted from the first line of the stretch. */
  readonly lines: Uint32Array;
  /** How many lines the stretch has. */
  readonly lineCount: number;
}

export interface TaskResult {
  readonly index?: IndexBlock;
  readonly measured?: readonly Measured[];
  /** Of an `as-records` task; undefined where the image cannot be shown. */
  readonly records?: RecordPairValues | undefined;
  /** Of a `phrases` task, each once. */
  readonly texts?: readonly string[];
  /** Of a `paraphrases` task, in memory that threads share. */
  readonly paraphrases?: ParaphraseData;
  /** Of a `meteor` task, one a caption. */
  readonly meteor?: readonly Statistics[];
  /** What could not be used; lines of an index count from the first of its stretch. */
  readonly problems?: readonly Problem[];
  /** Why a whole task came to nothing. */
  readonly failure?: string;
}
