import type { Raster } from '../../core/images/raster.ts';
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { Assignment } from './assignment.ts';
import type { DraftMask, DraftPlace, DraftStage } from './draft.ts';

/** A bundle whose graphs are loaded on one device: what every driver gives. */
export interface Model {
  readonly name: string;
  readonly version: string;
  readonly device: DraftPlace;
  /** Sentences: why this device, and why not those before it. */
  readonly deviceReasons: readonly string[];
  /** What its licence forbids, for everyone who reviews a draft of it. */
  readonly licenceNote?: string;
  /** Absent where the driver writes no text. Throws a `DraftError` for everything a user can cause. */
  readonly draft?: (assignment: Assignment, image: SourceImage, options: DraftingOptions) => Promise<ModelDraft>;
  /** Makes and keeps what `segment` needs of a photograph; there where `segment` is. */
  readonly encode?: (image: SourceImage, checkpoint: Checkpoint) => Promise<void>;
  /** Absent where the bundle has no graph for point and box prompts. */
  readonly segment?: (
    prompt: MaskPrompt,
    image: SourceImage,
    checkpoint: Checkpoint,
  ) => Promise<{ readonly mask: RunLengthMask; readonly score: number }>;
  release(): Promise<void>;
}

/** A photograph whose bytes were read. What a model makes of it can be kept under `key`. */
export interface SourceImage {
  readonly path: string;
  /** The same for the same bytes, another for others. */
  readonly key: string;
  /** Decodes it, once. Throws an `ImageError`. */
  raster(): Promise<Raster>;
}

/**
 * Awaited between pieces of work: reports, lets messages in, and throws where the work was cancelled. `share` is how far the
 * stage is, 0 to 1; `text` the words that were written so far.
 */
export type Checkpoint = (stage: DraftStage, share?: number, text?: string) => Promise<void>;

export interface DraftingOptions {
  /** 0 to 1, instead of the bundle's own threshold. Only detectors have one. */
  readonly scoreThreshold?: number;
  readonly checkpoint: Checkpoint;
}

/** What a model says of a photograph. */
export interface ModelDraft {
  /** As it stands in the record. */
  readonly question: string;
  /** Canonical USCDF; the k-th `[SEG]` owns `masks[k]`. */
  readonly answer: string;
  readonly width: number;
  readonly height: number;
  readonly masks: readonly DraftMask[];
  readonly negatives: readonly string[];
  readonly notes: readonly string[];
  readonly encodeMs: number;
  /** Writing the words; 0 for a model whose sentences are templates. */
  readonly generateMs: number;
  readonly masksMs: number;
}

/** Where a thing lies, shown by points, a box, or both; pixels of the photograph, from its top left corner. */
export interface MaskPrompt {
  readonly points: readonly MaskPoint[];
  /** Left, top, width, height. */
  readonly box?: readonly [number, number, number, number];
}

export interface MaskPoint {
  readonly x: number;
  readonly y: number;
  /** Whether the point lies on the thing; else on what is not part of it. */
  readonly positive: boolean;
}
