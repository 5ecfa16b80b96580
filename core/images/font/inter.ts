import { type Font, loadFont } from '../text.ts';
import bytes from './inter-latin-500-normal.woff';

let inter: Font | undefined;

/** The bundled font, Inter medium (Latin), parsed at the first call. */
export function interFont(): Font {
  inter ??= loadFont(bytes);
  return inter;
}
