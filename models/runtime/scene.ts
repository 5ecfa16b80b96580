import type { Raster } from '../../core/images/raster.ts';
import type { Box, RunLengthMask } from '../../core/masks/runLengthMask.ts';

/** One thing that the detector found, with its mask. */
export interface Instance {
  readonly classIndex: number;
  /** 0 to 1. */
  readonly score: number;
  readonly mask: RunLengthMask;
  /** Pixels; above zero. */
  readonly area: number;
  readonly box: Box;
}

/** What the model sees in a photograph: all that a text is made from. */
export interface Scene {
  readonly image: Raster;
  /** Best score first. */
  readonly instances: readonly Instance[];
  /** For each class the best score anywhere, finds below the threshold included; of several looks their mean. */
  readonly bestScores: Float32Array;
  /** Score from which a find counts. */
  readonly threshold: number;
  /** Score from which a find is called sure. */
  readonly sureFrom: number;
  /** Best score below which a class counts as absent. */
  readonly absentBelow: number;
}
