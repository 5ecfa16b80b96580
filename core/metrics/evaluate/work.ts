/** What the metrics are given: one reference with its prediction, whatever kind of file the two came from. */
import type { MaskExample } from '../masks/example.ts';
import type { GeneralisedExample } from '../masks/generalised.ts';
import type { PanopticExample } from '../masks/panoptic.ts';
import type { NamedCategory } from './categories.ts';

/** Where a record or an official entry stands: what a click in a report opens. */
export interface Place {
  /** The path as the user gave it, or as it was found below a given folder. */
  readonly file: string;
  /** From 0; of a file without records, 0. */
  readonly line: number;
}

/** The sets that are scored apart; each is a table of the report. */
export const SETS = [
  'gcg',
  'mgsc-root',
  'mgsc-subtree',
  'mgsc-all',
  'region',
  'referring',
  'semantic',
  'reasoning',
  'panoptic',
] as const;
export type SetName = (typeof SETS)[number];

/** A set that a caption is in itself; `mgsc-all` is made of the two others. */
export type CaptionSet = 'gcg' | 'mgsc-root' | 'mgsc-subtree' | 'mgsc-all' | 'region';
export type ReferringSet = 'referring' | 'semantic' | 'reasoning';

/** A grounded caption, or a plain one of a region. */
export interface CaptionWork {
  readonly kind: 'caption';
  readonly set: CaptionSet;
  /** Absent where the masks are not to be compared: a caption of a region grounds nothing. */
  readonly masks?: MaskExample;
  /** Absent where only masks are compared. */
  readonly texts?: CaptionTexts;
  /** The image counts for AP only: it is in the masks' file, but not in the captions'. */
  readonly apOnly?: boolean;
  /** The prediction is of a form that holds no words: what measures these has nothing to say. */
  readonly wordless?: boolean;
}

export interface CaptionTexts {
  readonly hypothesis: string;
  /** At least one. */
  readonly references: readonly string[];
}

/** The expressions of one record, each scored by itself. */
export interface ReferringWork {
  readonly kind: 'referring';
  readonly set: ReferringSet;
  readonly expressions: readonly GeneralisedExample[];
}

export interface PanopticWork {
  readonly kind: 'panoptic';
  readonly example: PanopticExample;
  /** At least those of its segments. */
  readonly categories: readonly NamedCategory[];
  /** Ids of the classes that the paper's own script tells apart, in its order; the same for all of a set. */
  readonly classes: readonly number[];
}

export type Work = CaptionWork | ReferringWork | PanopticWork;

/** Something about one record or file that could not be used. */
export interface Problem {
  /** `undefined` where it is about a whole file. */
  readonly id?: string;
  readonly place: Place;
  /** What is wrong, what became of it, and what to do. */
  readonly message: string;
}

/** A reference and its prediction, or why they are not scored. */
export interface Pair {
  readonly id: string;
  readonly reference: Place;
  readonly prediction?: Place;
  /** The image's path as the record has it. */
  readonly image?: string;
  /** Absent where it cannot be scored; `problems` says why. */
  readonly work?: Work;
  readonly problems: readonly Problem[];
}
