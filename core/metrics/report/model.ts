/** What an evaluation says, as plain data: the JSON report is this object, and the other forms and the editor draw it. */
import type { MetricName } from '../evaluate/plan.ts';
import type { Place, Problem, SetName } from '../evaluate/work.ts';
import type { Protocol } from '../masks/example.ts';

export interface EvaluationReport {
  readonly version: 1;
  readonly protocol: Protocol;
  /** The name of the text similarity that gates mask recall. */
  readonly similarity: string;
  /** What METEOR was computed with; null where it was not asked for. */
  readonly meteor: string | null;
  /** Where CIDEr's document frequencies come from; null where it was not asked for. */
  readonly documentFrequencies: string | null;
  /** The paths that were compared, as they were given. */
  readonly references: readonly string[];
  readonly predictions: readonly string[];
  readonly counts: Counts;
  /** Whether every reference is in the numbers and all files and records could be read. */
  readonly complete: boolean;
  readonly tables: readonly ScoreTable[];
  /** What the data is like where it makes a number differ from what it seems. */
  readonly notes: readonly ReportNote[];
  /** The first of what was skipped; `counts.skipped` says how many there were. */
  readonly problems: readonly Problem[];
  /** The records that score least, the worst first. */
  readonly worst: readonly WorstRecord[];
}

export interface Counts {
  /** References that were scored. */
  readonly images: number;
  /** References without a prediction. */
  readonly unanswered: number;
  /** References that are not in any number: those that could not be scored and, in `paper`, unanswered ones. */
  readonly skipped: number;
  /** Predictions without a reference. */
  readonly unasked: number;
}

/** The scores of one set. */
export interface ScoreTable {
  readonly set: SetName;
  readonly title: string;
  /** What was averaged: images, or expressions. */
  readonly examples: number;
  readonly unit: 'images' | 'expressions';
  readonly scores: readonly Score[];
  /** Rows of the paper's table of the same scores; empty where it has none. */
  readonly published: readonly PublishedRow[];
  readonly plots: readonly Plot[];
}

export interface Score {
  readonly metric: MetricName;
  /** Its name in the tables, such as `AP50` or `Pr@0.7`. */
  readonly name: string;
  /** From 0 to 1, CIDEr from 0 to 10; the tables print all times 100. Null where there is nothing to divide by. */
  readonly value: number | null;
}

/** A row of a published table: its figures by the names of scores, times 100 as printed. */
export interface PublishedRow {
  readonly model: string;
  /** What of the data set, such as `validation`; empty where the table has one only. */
  readonly split: string;
  readonly figures: Readonly<Record<string, number>>;
}

export interface ReportNote {
  readonly set: SetName;
  /** The number it is about. */
  readonly metric: string;
  /** Examples it is about; 0 where it is about the set. */
  readonly count: number;
  /** Ids of the first of them. */
  readonly examples: readonly (string | number)[];
  readonly message: string;
}

export type Plot = BarPlot | CurvePlot;

/** Bars side by side. */
export interface BarPlot {
  readonly kind: 'bars';
  readonly title: string;
  /** `count`: how many; `share`: from 0 to 1 of `of`. */
  readonly measure: 'count' | 'share';
  readonly xLabel: string;
  readonly yLabel: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly of?: number }[];
}

/** A line through points, both coordinates from 0 to 1. */
export interface CurvePlot {
  readonly kind: 'curve';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface WorstRecord {
  readonly id: string;
  readonly set: SetName;
  /** The overlap of its masks, those without a partner counted as 0, from 0 to 1. */
  readonly score: number;
  /** What is wrong with it, in a few words: `3 of 5 masks found`. */
  readonly why: string;
  readonly reference: Place;
  readonly prediction?: Place;
  readonly image?: string;
}
