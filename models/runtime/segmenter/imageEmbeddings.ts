import type { Preprocess } from '../manifest.ts';
import type { SourceImage } from '../model.ts';
import { type Geometry, prepareImage } from '../preprocess.ts';
import { floatTensor } from '../sessions/floats.ts';
import { inputType, type Session, type Tensors } from '../sessions/session.ts';

/** What an image encoder made of a photograph, and where the photograph lay in its input. */
export interface ImageEmbeddings {
  readonly outputs: Tensors;
  readonly geometry: Geometry;
}

/** Photographs that are kept: SAM makes 8 MB of each, its larger kin 30. */
const KEPT = 3;

/** Encodes each photograph once, by its content, so that a second prompt costs a small decoder only. */
export class ImageEncoder {
  readonly #session: Session;
  readonly #settings: Preprocess;
  readonly #kept = new Map<string, ImageEmbeddings>();
  /** Spent encoding, in all; a caller takes the difference. */
  milliseconds = 0;

  constructor(session: Session, settings: Preprocess) {
    this.#session = session;
    this.#settings = settings;
  }

  async encode(image: SourceImage): Promise<ImageEmbeddings> {
    const found = this.#kept.get(image.key);
    // Back to the end: what was used last is dropped last.
    this.#kept.delete(image.key);
    const embeddings = found ?? (await this.#run(image));
    this.#kept.set(image.key, embeddings);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size > KEPT) this.#kept.delete(oldest);
    }
    return embeddings;
  }

  async #run(image: SourceImage): Promise<ImageEmbeddings> {
    const raster = await image.raster();
    const started = performance.now();
    const { data, shape, geometry } = prepareImage(raster, this.#settings);
    const pixels = floatTensor(inputType(this.#session, 'pixel_values'), data, shape);
    const outputs = await this.#session.run({ pixel_values: pixels });
    this.milliseconds += performance.now() - started;
    // The manifest's check lets no tiles in here: only of those there is no way back.
    return { outputs, geometry: geometry! };
  }
}
