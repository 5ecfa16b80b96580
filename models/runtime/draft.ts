/** What a caller asks the model for, and what it gets back. A draft is a proposal: it stands in no file until it is accepted. */

export const DRAFT_TASKS = ['gcg', 'panoptic', 'referring'] as const;
export type DraftTask = (typeof DRAFT_TASKS)[number];

export const EXECUTION_DEVICES = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export type ExecutionDevice = (typeof EXECUTION_DEVICES)[number];

export interface DraftRequest {
  /** The bundle's folder. */
  readonly bundle: string;
  /** Path of the photograph, JPEG or PNG. */
  readonly image: string;
  readonly task: DraftTask;
  /** For `referring`: a question that lists referents, or the referents alone ("the dog and the zebra"). */
  readonly prompt?: string;
  /** `auto` (the default) follows the bundle's own order. */
  readonly device?: 'auto' | ExecutionDevice;
  /** 0 to 1, instead of the bundle's own threshold. */
  readonly scoreThreshold?: number;
}

export interface DraftMask {
  /** `[height, width]` in pixels. */
  readonly size: readonly [number, number];
  /** Compressed COCO RLE. */
  readonly counts: string;
  /** The model's name for what it shows. */
  readonly label: string;
  /** 0 to 1; of a mask that joins several instances, the best one's. */
  readonly score: number;
  /** `[x, y, width, height]` in pixels. */
  readonly bbox: readonly [number, number, number, number];
  /** Pixels. */
  readonly area: number;
}

export interface DraftTimings {
  /** Reading and checking the bundle and building the sessions; 0 when they were still loaded. */
  readonly loadMs: number;
  readonly decodeMs: number;
  /** The detector, its preprocessing included. */
  readonly encodeMs: number;
  readonly masksMs: number;
  readonly totalMs: number;
}

export interface Draft {
  readonly task: DraftTask;
  readonly question: string;
  /** In canonical spacing; the k-th `[SEG]` owns `masks[k]`. */
  readonly answer: string;
  readonly width: number;
  readonly height: number;
  readonly masks: readonly DraftMask[];
  /** Referents asked for and absent, as the negative clause names them. */
  readonly negatives: readonly string[];
  readonly model: { readonly name: string; readonly version: string };
  readonly device: ExecutionDevice;
  /** What the person who reviews the draft should know: words not judged, doubtful finds. */
  readonly notes: readonly string[];
  readonly timings: DraftTimings;
}

export const DRAFT_STAGES = ['load', 'decode', 'detect', 'masks', 'compose'] as const;
export type DraftStage = (typeof DRAFT_STAGES)[number];

export interface DraftProgress {
  /** The stage that begins, or goes on. */
  readonly stage: DraftStage;
  /** Share of the whole draft that is done, 0 to 1. */
  readonly done: number;
  /** Since the worker took the draft up. */
  readonly elapsedMs: number;
}
