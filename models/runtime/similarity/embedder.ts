import type { Bundle } from '../bundle.ts';
import { BundleError } from '../errors.ts';
import type { EmbedderManifest } from '../manifest.ts';
import { onFirstDevice } from '../sessions/devices.ts';
import { floatsOf } from '../sessions/floats.ts';
import { type OpenSessions, openSessions } from '../sessions/openSessions.ts';
import { hasInput, type Session, type Tensors, tensor } from '../sessions/session.ts';
import type { TextTokenizer } from '../tokenizer.ts';

/** A model that turns texts into vectors. */
export interface Embedder {
  /** Numbers of a vector. */
  readonly width: number;
  /**
   * A vector a text, of length 1, so that a product of two is their cosine; one behind the other. Texts that are as good as
   * equal in length run together.
   */
  embed(texts: readonly string[], progress?: (texts: number) => Promise<void> | void): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Tokens of one run, padding included: enough to keep the processor busy, few enough to fit anywhere. */
const TOKENS_A_RUN = 1024;
const GRAPH = 'model';

/** Loads a bundle of the driver `embedder`. Throws a `DraftError` where it cannot be, in words for the user. */
export async function loadEmbedder(bundle: Bundle<EmbedderManifest>): Promise<Embedder> {
  const { value } = await onFirstDevice(bundle.manifest, 'auto', (device) =>
    openSessions(bundle, device, { [GRAPH]: {} }),
  );
  return new SessionEmbedder(bundle, value);
}

/** Tokens of a text, with the special ones around it. */
interface Tokens {
  readonly text: number;
  readonly ids: readonly number[];
}

class SessionEmbedder implements Embedder {
  readonly width: number;
  readonly #sessions: OpenSessions;
  readonly #session: Session;
  readonly #manifest: EmbedderManifest;
  readonly #tokenizer: TextTokenizer;
  readonly #file: string;
  readonly #output: string;

  constructor({ manifest, tokenizer }: Bundle<EmbedderManifest>, sessions: OpenSessions) {
    this.#sessions = sessions;
    this.#session = sessions.get(GRAPH)!;
    this.#manifest = manifest;
    this.#tokenizer = tokenizer!;
    this.#file = manifest.graphs.model.file;
    this.#output = manifest.pooling === 'none' ? 'sentence_embedding' : 'last_hidden_state';
    const width = manifest.graphs.model.outputs[this.#output]?.shape.at(-1);
    if (typeof width !== 'number')
      throw new BundleError(
        `${this.#file}: the manifest does not say how many numbers "${this.#output}" has. Write the last size as a number.`,
        this.#file,
      );
    this.width = width;
  }

  async embed(texts: readonly string[], progress: (texts: number) => Promise<void> | void = () => undefined) {
    const vectors = new Float32Array(texts.length * this.width);
    const tokens = texts.map((text, i): Tokens => ({ text: i, ids: this.#idsOf(text) }));
    tokens.sort((a, b) => a.ids.length - b.ids.length);
    let done = 0;
    for (const batch of batchesOf(tokens)) {
      await this.#embedBatch(batch, vectors);
      done += batch.length;
      await progress(done);
    }
    return vectors;
  }

  release(): Promise<void> {
    return this.#sessions.release();
  }

  /** What is too long loses the end of its words, and not the tokens behind them. */
  #idsOf(text: string): readonly number[] {
    const most = this.#manifest.maxLength;
    // The tokenizer makes nothing of nothing; a blank becomes the special tokens alone.
    const ids = this.#tokenizer.encode(text === '' ? ' ' : text, true);
    if (ids.length <= most) return ids;
    const behind = this.#specialBehind();
    return [...ids.slice(0, most - behind), ...ids.slice(ids.length - behind)];
  }

  /** How many special tokens stand behind a text. */
  #specialBehind(): number {
    const bare = this.#tokenizer.encode('a');
    const whole = this.#tokenizer.encode('a', true);
    const at = whole.findIndex((id, i) => id === bare[0] && bare.every((other, k) => whole[i + k] === other));
    return at < 0 ? 0 : whole.length - at - bare.length;
  }

  async #embedBatch(batch: readonly Tokens[], into: Float32Array): Promise<void> {
    const length = Math.max(1, ...batch.map(({ ids }) => ids.length));
    const dims = [batch.length, length];
    const ids = new BigInt64Array(batch.length * length);
    const mask = new BigInt64Array(batch.length * length);
    batch.forEach((tokens, row) => {
      tokens.ids.forEach((id, k) => {
        ids[row * length + k] = BigInt(id);
        mask[row * length + k] = 1n;
      });
    });
    const feeds: Record<string, Tensors[string]> = {
      input_ids: tensor('int64', ids, dims),
      attention_mask: tensor('int64', mask, dims),
    };
    if (hasInput(this.#session, 'token_type_ids'))
      feeds['token_type_ids'] = tensor('int64', new BigInt64Array(ids.length), dims);
    const outputs = await this.#session.run(feeds, [this.#output]);
    const states = floatsOf(outputs[this.#output], this.#file, this.#output);
    const rows = this.#manifest.pooling === 'none' ? 1 : length;
    if (states.length !== batch.length * rows * this.width)
      throw new BundleError(
        `${this.#file} gave a result of another shape than its manifest says. Get the bundle again.`,
        this.#file,
      );
    batch.forEach((tokens, row) => {
      const own = states.subarray(row * rows * this.width, (row + 1) * rows * this.width);
      const counted = this.#manifest.pooling === 'mean' ? Math.max(1, tokens.ids.length) : 1;
      into.set(unitVector(own, counted, this.width), tokens.text * this.width);
    });
  }
}

/** Neighbours in a list that is sorted by length. */
function* batchesOf(tokens: readonly Tokens[]): Generator<readonly Tokens[]> {
  for (let start = 0; start < tokens.length; ) {
    let end = start + 1;
    while (end < tokens.length && (end + 1 - start) * tokens[end]!.ids.length <= TOKENS_A_RUN) end++;
    yield tokens.slice(start, end);
    start = end;
  }
}

/** The mean of the first states, at length 1; zeros where it has none. */
function unitVector(states: Float32Array, count: number, width: number): Float32Array {
  const sums = new Float64Array(width);
  for (let k = 0; k < count; k++) for (let i = 0; i < width; i++) sums[i]! += states[k * width + i]!;
  let square = 0;
  for (const sum of sums) square += sum * sum;
  const divisor = Math.sqrt(square);
  return Float32Array.from(sums, (sum) => (divisor > 0 ? sum / divisor : 0));
}
