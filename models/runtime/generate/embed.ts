import { BundleError } from '../errors.ts';
import { floatsOf } from '../sessions/floats.ts';
import { type Session, type TensorValue, tensor } from '../sessions/session.ts';
import { lastRow } from './rows.ts';

/** Rows of floats, one after the other. */
export interface Rows {
  readonly data: Float32Array;
  readonly width: number;
}

/** `embed_tokens`: ids in, vectors out. */
export class TokenEmbedding {
  readonly #session: Session;
  readonly #file: string;

  constructor(session: Session, file: string) {
    this.#session = session;
    this.#file = file;
  }

  /** The vectors of ids, `[ids, H]`. */
  async rows(ids: readonly number[]): Promise<Rows> {
    const value = await this.#run(BigInt64Array.from(ids, BigInt));
    const data = floatsOf(value, this.#file, 'inputs_embeds');
    return { data, width: data.length / Math.max(1, ids.length) };
  }

  /** The vector of one id as the graph gives it, `[1, 1, H]`. */
  async one(id: number): Promise<TensorValue> {
    const value = await this.#run(BigInt64Array.of(BigInt(id)));
    lastRow(value, this.#file, 'inputs_embeds');
    return value!;
  }

  async #run(ids: BigInt64Array): Promise<TensorValue | undefined> {
    const outputs = await this.#session.run({ input_ids: tensor('int64', ids, [1, ids.length]) });
    return outputs['inputs_embeds'];
  }
}

/** Text, photograph, text, as the language model takes them: `[1, T, H]` in float32. */
export function spliced(before: Rows, image: Rows, after: Rows, file: string): TensorValue {
  const { width } = image;
  if (before.width !== width && after.width !== width) {
    throw new BundleError(
      `${file} gives vectors of ${width} numbers where the language model takes ${before.width || after.width}. The graphs do not belong together.`,
      file,
    );
  }
  const data = new Float32Array(before.data.length + image.data.length + after.data.length);
  data.set(before.data);
  data.set(image.data, before.data.length);
  data.set(after.data, before.data.length + image.data.length);
  return tensor('float32', data, [1, data.length / width, width]);
}
