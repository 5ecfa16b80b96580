/** Decoding a photograph takes longer than all else of a hover, and hovers follow each other on the same photograph. */
import type { Result } from '../result.ts';
import { decodeImage } from './decode.ts';
import type { Raster } from './raster.ts';

/** The photograph decoded last; decoded again only when its bytes are others. */
export class LastDecoded {
  private bytes: Uint8Array | undefined;
  private result: Result<Raster> | undefined;

  /** As `decodeImage`. The raster is shared: whoever paints on it takes a copy. */
  decode(bytes: Uint8Array): Result<Raster> {
    if (this.result === undefined || this.bytes === undefined || !areEqual(bytes, this.bytes)) {
      this.result = decodeImage(bytes);
      this.bytes = bytes;
    }
    return this.result;
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
