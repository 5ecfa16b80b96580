import type { Preprocess } from '../manifest.ts';
import type { SourceImage } from '../model.ts';
import { type Geometry, prepareImage } from '../preprocess.ts';
import { Recent } from '../recent.ts';
import { floatTensor } from '../sessions/floats.ts';
import { inputType, type Session, type Tensors } from '../sessions/session.ts';

/** What an image encoder made of a photograph, and where the photograph lay in its input. */
export interface ImageEmbeddings {
  readonly outputs: Tensors;
  readonly geometry: Geometry;
}

/** Encodes each photograph once, by its content, so that a second prompt costs a small decoder only. */
export class ImageEncoder {
  readonly #session: Session;
  readonly #settings: Preprocess;
  /** SAM makes 4 MB of a photograph, its larger kin 30. */
  readonly #kept = new Recent<ImageEmbeddings>(bytesOf);
  /** Spent encoding, in all; a caller takes the difference. */
  milliseconds = 0;

  constructor(session: Session, settings: Preprocess) {
    this.#session = session;
    this.#settings = settings;
  }

  encode(image: SourceImage): Promise<ImageEmbeddings> {
    return this.#kept.take(image.key, () => this.#run(image));
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

/** About: halves take less. */
function bytesOf({ outputs }: ImageEmbeddings): number {
  const numbers = Object.values(outputs).reduce(
    (sum, { dims }) => sum + dims.reduce((product, side) => product * side, 1),
    0,
  );
  return 4 * numbers;
}
