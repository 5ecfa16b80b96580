/** Turns records into what the stage shows, and keeps decoded masks while a record is being typed in. */
import { maskColor } from '../core/masks/palette.ts';
import { type MaskLayer, makeMaskLayer } from './maskLayer.ts';
import type { ShownRecord } from './protocol.ts';
import { type ReadableMask, readPreviewMask } from './readableMask.ts';
import type { Size } from './viewport.ts';

export interface StageMasks {
  readonly layers: readonly MaskLayer[];
  /** By mask index: why it is not painted. */
  readonly problems: ReadonlyMap<number, string>;
  /** The masks' own size, for a stage without a photograph. */
  readonly size: Size;
}

export class MaskLayers {
  #kept = new Map<string, MaskLayer>();

  /** The record's masks. What the last record had and this one has not is let go. */
  read(record: ShownRecord): StageMasks {
    const kept = new Map<string, MaskLayer>();
    const problems = new Map<number, string>();
    const layers: MaskLayer[] = [];
    for (const [index, mask] of record.masks.entries()) {
      const key = `${mask.size.join('×')} ${mask.color} ${mask.problem ?? ''} ${mask.counts}`;
      const known = kept.get(key) ?? this.#kept.get(key);
      const reading = known === undefined ? readPreviewMask(mask, index) : { mask: atIndex(known.mask, index) };
      if ('problem' in reading) {
        problems.set(index, reading.problem);
        continue;
      }
      const layer =
        known === undefined ? makeMaskLayer(reading.mask, maskColor(mask.color)) : { ...known, mask: reading.mask };
      kept.set(key, layer);
      layers.push(layer);
    }
    this.#kept = kept;
    const first = layers[0]?.mask.runs;
    return { layers, problems, size: { width: first?.width ?? 4, height: first?.height ?? 3 } };
  }
}

function atIndex(mask: ReadableMask, index: number): ReadableMask {
  return mask.index === index ? mask : { ...mask, index };
}

export interface Photograph {
  readonly picture: HTMLImageElement;
  readonly size: Size;
  /** The same picture once more, to stand beside it; always the same one. */
  copy(): HTMLImageElement;
}

/** The last photograph, so that a record that is being typed in does not load its own again. */
export class PhotographHolder {
  readonly #holder: HTMLElement;
  #last: { readonly source: string; readonly loaded: Promise<Photograph | undefined> } | undefined;

  constructor(holder: HTMLElement) {
    this.#holder = holder;
  }

  mustLoad(source: string | undefined): boolean {
    return source !== undefined && this.#last?.source !== source;
  }

  /** The photograph of this address; `failedNow` is said once of an address that does not load. */
  async take(source: string | undefined): Promise<{ photograph: Photograph | undefined; failedNow: boolean }> {
    if (source === undefined) return { photograph: undefined, failedNow: false };
    const isNew = this.mustLoad(source);
    if (isNew) this.#last = { source, loaded: loadPhotograph(this.#holder, source) };
    const photograph = await this.#last?.loaded;
    return { photograph, failedNow: isNew && photograph === undefined };
  }
}

/**
 * The decoded photograph, put into `holder` out of sight, or `undefined` where it does not load. It is shown as an element under the
 * canvas and never drawn on it: masks are drawn in the file's own orientation, which only an element can be told to keep.
 */
async function loadPhotograph(holder: HTMLElement, source: string): Promise<Photograph | undefined> {
  // Asked for as shared first: browsers turn a picture of another origin by its EXIF data whatever the style says.
  for (const crossOrigin of ['anonymous', null]) {
    const picture = new Image();
    picture.crossOrigin = crossOrigin;
    picture.alt = '';
    picture.className = 'is-loading';
    picture.src = source;
    holder.append(picture);
    try {
      await picture.decode();
      // Not `naturalWidth`, which speaks of the picture as its EXIF data would turn it.
      const size = { width: picture.offsetWidth, height: picture.offsetHeight };
      if (size.width > 0 && size.height > 0) return photographOf(picture, size);
    } catch {
      // The next way of asking, or the page's words about a photograph that did not load.
    }
    picture.remove();
  }
  return undefined;
}

function photographOf(picture: HTMLImageElement, size: Size): Photograph {
  let other: HTMLImageElement | undefined;
  const copy = (): HTMLImageElement => (other ??= picture.cloneNode() as HTMLImageElement);
  return { picture, size, copy };
}

/** Shows this photograph alone. */
export function showPhotograph(holder: HTMLElement, photograph: HTMLImageElement | undefined): void {
  photograph?.classList.remove('is-loading');
  if (photograph === undefined) holder.replaceChildren();
  else if (holder.childElementCount !== 1 || holder.firstElementChild !== photograph)
    holder.replaceChildren(photograph);
}
