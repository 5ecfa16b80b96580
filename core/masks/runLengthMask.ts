/** The door to run-length masks: the type, the COCO string, bitmaps, and geometry computed on runs. */
export { fromBitmap, toBitmap } from './bitmap.ts';
export { decodeCounts, encodeCounts } from './counts.ts';
export type { RunLengthMask } from './foreground.ts';
export {
  area,
  type Box,
  boundingBox,
  boxIou,
  intersectionArea,
  iou,
} from './geometry.ts';
export { intersection, union } from './merge.ts';
