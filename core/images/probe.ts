import { imageSize } from 'image-size';
import { fail, ok, type Result } from '../result.ts';
import { isJpeg } from './decode.ts';
import { hasPngEnd, isPng } from './png.ts';

export type ImageType = 'jpg' | 'png' | 'webp' | 'gif' | 'bmp' | 'tiff';

export interface ImageProbe {
  /** Pixels as stored: an orientation noted in EXIF is not applied. */
  readonly width: number;
  readonly height: number;
  readonly type: ImageType;
  /**
   * False where the file was cut off: a JPEG without its end marker, a PNG without its end chunk. Other types are not
   * checked.
   */
  readonly complete: boolean;
}

/** How far before the end of a JPEG its end marker is looked for; some writers pad the file. */
const TAIL_BYTES = 4096;

/** An image's size and type from its header, without decoding it. Takes any bytes and never throws. */
export function probeImage(bytes: Uint8Array): Result<ImageProbe> {
  const type = typeOf(bytes);
  if (type === undefined) {
    if (bytes.length === 0) return fail('The image file is empty. Copy it again.');
    return fail('The file is not a JPEG, PNG, WebP, GIF, BMP or TIFF image. Convert it, or name another file.');
  }
  try {
    const { width, height } = imageSize(bytes);
    if (isSide(width) && isSide(height)) return ok({ width, height, type, complete: isComplete(bytes, type) });
  } catch {
    // What the library throws names its own internals; the sentence below says what the reader can use.
  }
  return fail(
    `The file begins like a ${NAMES[type]} but its header gives no size: it was cut off or is damaged. Copy it again.`,
  );
}

const NAMES: Readonly<Record<ImageType, string>> = {
  jpg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  bmp: 'BMP',
  tiff: 'TIFF',
};

/** By signature, so that the library's readers of other formats never see untrusted bytes. */
function typeOf(bytes: Uint8Array): ImageType | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (isJpeg(bytes)) return 'jpg';
  if (isPng(bytes)) return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 15) === 'WEBPVP8') return 'webp';
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'gif';
  if (text(0, 2) === 'BM') return 'bmp';
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4)) ? 'tiff' : undefined;
}

function isComplete(bytes: Uint8Array, type: ImageType): boolean {
  if (type === 'png') return hasPngEnd(bytes);
  if (type !== 'jpg') return true;
  const first = Math.max(2, bytes.length - TAIL_BYTES);
  for (let i = bytes.length - 2; i >= first; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
  return false;
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
