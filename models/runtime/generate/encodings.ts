import type { GeneratorManifest, Preprocess } from '../manifest.ts';
import type { SourceImage } from '../model.ts';
import { type Geometry, prepareImage } from '../preprocess.ts';
import { floatsOf, floatTensor } from '../sessions/floats.ts';
import { inputType, type Session, type Tensors, type TensorValue, tensor } from '../sessions/session.ts';
import type { Rows } from './embed.ts';

/** What the language model sees of a photograph. */
export interface ImageFeatures extends Rows {
  /** Rows that it does not attend to, because they show padding. */
  readonly unseen: readonly number[];
}

/** What an encoder makes of a photograph. */
export interface Encoding {
  readonly outputs: Tensors;
  /** The way back from the encoder's input to the photograph; none for tiles. */
  readonly geometry: Geometry | undefined;
}

/** A photograph as the model keeps it, for further questions and prompts. */
interface Encoded {
  readonly width: number;
  readonly height: number;
  features?: ImageFeatures;
  image?: Encoding;
  pixels?: Encoding;
}

export interface EncoderSessions {
  readonly vision: Session;
  readonly pixels: Session | undefined;
}

/** Photographs that are kept: a large model makes some tens of megabytes of each. */
const KEPT = 3;

/** Encodes each photograph once, by its content. */
export class Encodings {
  readonly #manifest: GeneratorManifest;
  readonly #sessions: EncoderSessions;
  readonly #kept = new Map<string, Encoded>();
  /** Spent in encoders and preprocessing, in all; a caller takes the difference. */
  milliseconds = 0;

  constructor(manifest: GeneratorManifest, sessions: EncoderSessions) {
    this.#manifest = manifest;
    this.#sessions = sessions;
  }

  /** The photograph's size in pixels. */
  async size(image: SourceImage): Promise<{ readonly width: number; readonly height: number }> {
    const { width, height } = await this.#entry(image);
    return { width, height };
  }

  /** What the language model sees, `[N, H]`; the tiles of a photograph one after the other. */
  async features(image: SourceImage): Promise<ImageFeatures> {
    const entry = await this.#entry(image);
    if (entry.features === undefined) {
      const { outputs } = await this.image(image);
      const { file } = this.#manifest.graphs.vision_encoder;
      const value = outputs['image_features'];
      const data = floatsOf(value, file, 'image_features');
      entry.features = { data, width: value?.dims.at(-1) ?? 0, unseen: unseenIn(outputs['image_attention_mask']) };
    }
    return entry.features;
  }

  /** All that the vision encoder gives. */
  async image(image: SourceImage): Promise<Encoding> {
    const entry = await this.#entry(image);
    entry.image ??= await this.#encode(image, this.#sessions.vision, this.#manifest.image.preprocess);
    return entry.image;
  }

  /** All that the pixel encoder gives; nothing where the bundle has none. Only run when a mask is drawn. */
  async pixels(image: SourceImage): Promise<Encoding | undefined> {
    const { pixels } = this.#sessions;
    if (pixels === undefined || this.#manifest.pixels === undefined) return undefined;
    const entry = await this.#entry(image);
    entry.pixels ??= await this.#encode(image, pixels, this.#manifest.pixels.preprocess);
    return entry.pixels;
  }

  async #entry(image: SourceImage): Promise<Encoded> {
    const found = this.#kept.get(image.key);
    if (found !== undefined) {
      // Back to the end: what was used last is dropped last.
      this.#kept.delete(image.key);
      this.#kept.set(image.key, found);
      return found;
    }
    const { width, height } = await image.raster();
    const entry: Encoded = { width, height };
    this.#kept.set(image.key, entry);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size > KEPT) this.#kept.delete(oldest);
    }
    return entry;
  }

  async #encode(image: SourceImage, session: Session, settings: Preprocess): Promise<Encoding> {
    const raster = await image.raster();
    const started = performance.now();
    const { data, shape, geometry } = prepareImage(raster, settings);
    const pixels = floatTensor(inputType(session, 'pixel_values'), data, shape);
    const outputs = await session.run({ pixel_values: pixels, ...sizesFor(session, raster) });
    this.milliseconds += performance.now() - started;
    return { outputs, geometry };
  }
}

/** The photograph's own size, height and width in pixels, for an encoder that asks for it: a picture that was stretched does not tell it. */
function sizesFor(session: Session, { height, width }: { readonly height: number; readonly width: number }): Tensors {
  if (!session.inputs.some(({ name }) => name === 'original_sizes')) return {};
  return { original_sizes: tensor('int64', BigInt64Array.of(BigInt(height), BigInt(width)), [1, 2]) };
}

/** The rows that a mask of ones and zeros leaves out. */
function unseenIn(mask: TensorValue | undefined): readonly number[] {
  if (!(mask?.data instanceof BigInt64Array)) return [];
  return [...mask.data].flatMap((seen, row) => (seen === 0n ? [row] : []));
}
