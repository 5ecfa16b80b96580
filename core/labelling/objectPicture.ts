/** The picture that a model is shown of one object (paper, supplement B.1). */
import { encodeJpeg } from '../images/encode.ts';
import { cropToMask, paintMask } from '../images/paint.ts';
import type { Raster } from '../images/raster.ts';
import { boundingBox, type RunLengthMask } from '../masks/runLengthMask.ts';
import type { ChatImage } from './chat.ts';

const RED = [230, 25, 25] as const;
/** Light, so that the object's own colours can still be told. */
const TINT = 0.15;
/** Room round the object as a share of its longer side: a model names a part better that sees what it is a part of. */
const PADDING = 0.4;
const QUALITY = 85;
/** The longer side of the picture, in pixels: four tiles for providers that count tiles of 512. */
export const PICTURE_SIDE = 768;

/** The part of a photograph round an object, with the object tinted and outlined. */
export function objectPicture(photo: Raster, mask: RunLengthMask): ChatImage {
  const part = cropToMask(photo, mask, { padding: PADDING, maxSide: PICTURE_SIDE });
  paintMask(part.raster, part.mask, RED, TINT, { outline: true });
  const { width, height } = part.raster;
  return { jpeg: encodeJpeg(part.raster, QUALITY), width, height };
}

/** The box of a mask as shares of the image's sides: `[0.11, 0.69, 0.74, 0.12]`. */
export function normalisedBox(mask: RunLengthMask): string {
  const [x, y, width, height] = boundingBox(mask);
  const shares = [x / mask.width, y / mask.height, width / mask.width, height / mask.height];
  return `[${shares.map((share) => share.toFixed(2)).join(', ')}]`;
}
