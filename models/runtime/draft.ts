/** What a caller asks the model for, and what it gets back. A draft is a proposal: it stands in no file until it is accepted. */

export const DRAFT_TASKS = ['gcg', 'panoptic', 'referring', 'mgsc', 'reasoning'] as const;
export type DraftTask = (typeof DRAFT_TASKS)[number];

export const EXECUTION_DEVICES = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export type ExecutionDevice = (typeof EXECUTION_DEVICES)[number];
/** Where a draft was made: on a device of this machine, or by the server that the user named. */
export const DRAFT_PLACES = [...EXECUTION_DEVICES, 'server'] as const;
export type DraftPlace = (typeof DRAFT_PLACES)[number];

export interface DraftRequest {
  /** The bundle's folder. */
  readonly bundle: string;
  /** Path of the photograph, JPEG or PNG. */
  readonly image: string;
  readonly task: DraftTask;
  /**
   * For `referring`: a question that lists referents, or the referents alone ("the dog and the zebra"). For `mgsc`: the phrase
   * to describe in finer parts; without one the whole photograph is described. For `reasoning`: the question.
   */
  readonly prompt?: string;
  /** `auto` (the default) follows the bundle's own order. */
  readonly device?: 'auto' | ExecutionDevice;
  /**
   * Address of an inference server that runs the bundle's graphs. What is made from the photograph is sent there, so that it
   * must be the user's own word.
   */
  readonly server?: string;
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
  /**
   * 0 to 1: a detector's score, of a mask that joins several instances the best one's; a generator's own estimate of the mask's
   * overlap with the truth, and 1 where it makes none.
   */
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
  /** The detector, or the encoder of a generator, preprocessing included; 0 when the photograph was still encoded. */
  readonly encodeMs: number;
  /** Writing the words, token by token; 0 for a detector, whose sentences are templates. */
  readonly generateMs: number;
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
  readonly device: DraftPlace;
  /** Sentences: why this device, and why not those before it. */
  readonly deviceReasons: readonly string[];
  /** For a part of an `mgsc` answer: the phrase that it describes. */
  readonly target?: string;
  /** What the person who reviews the draft should know: words not judged, doubtful finds. */
  readonly notes: readonly string[];
  readonly timings: DraftTimings;
}

export const DRAFT_STAGES = ['load', 'decode', 'encode', 'detect', 'generate', 'masks', 'compose'] as const;
export type DraftStage = (typeof DRAFT_STAGES)[number];

export interface DraftProgress {
  /** The stage that begins, or goes on. */
  readonly stage: DraftStage;
  /** Share of the whole draft that is done, 0 to 1; while words are written a guess, since nobody knows how many will come. */
  readonly done: number;
  /** The words that were written so far, without tags; whole words only. */
  readonly text?: string;
  /** Since the worker took the draft up. */
  readonly elapsedMs: number;
}

/** What a caller asks a mask for: a thing shown by points, a box, or both, in pixels of the photograph. */
export interface SegmentRequest {
  /** The bundle's folder. */
  readonly bundle: string;
  /** Path of the photograph, JPEG or PNG. */
  readonly image: string;
  /** On the thing, or on what is not part of it. */
  readonly points?: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[];
  /** `[x, y, width, height]`. */
  readonly box?: readonly [number, number, number, number];
  /** `auto` (the default) follows the bundle's own order. */
  readonly device?: 'auto' | ExecutionDevice;
  /** As of a `DraftRequest`. */
  readonly server?: string;
}

/** A photograph that points and boxes are expected for: the model is loaded and the photograph encoded before they come. */
export type EncodeRequest = Pick<SegmentRequest, 'bundle' | 'image' | 'device' | 'server'>;

/** A photograph that prompts cost a small decoder on from now. */
export interface EncodedImage {
  /** Loading the model included; next to nothing where all was there already. */
  readonly totalMs: number;
}

/** A mask for points and boxes. The photograph is encoded for the first one; those after it cost milliseconds. */
export interface PromptedMask {
  /** `[height, width]` in pixels. */
  readonly size: readonly [number, number];
  /** Compressed COCO RLE. */
  readonly counts: string;
  /** 0 to 1: the model's own estimate of the mask's overlap with the truth. */
  readonly score: number;
  /** `[x, y, width, height]` in pixels. */
  readonly bbox: readonly [number, number, number, number];
  /** Pixels; 0 where the model finds nothing there. */
  readonly area: number;
  readonly device: DraftPlace;
  readonly totalMs: number;
}
