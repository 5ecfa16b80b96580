import { BundleError } from '../errors.ts';
import type { TokenEmbedding } from '../generate/embed.ts';
import type { FlorenceManifest } from '../manifest.ts';
import { asType, floatsOf, floatTensor } from '../sessions/floats.ts';
import { inputType, type Session, type Tensors, type TensorValue, tensor } from '../sessions/session.ts';
import { repeatingTokens } from './noRepeats.ts';

export interface WrittenAnswer {
  /** Without the tokens that begin and end it. */
  readonly ids: readonly number[];
  /** Whether the model ended its answer itself. */
  readonly finished: boolean;
}

/**
 * Greedy decoding with `decoder_model_merged` of an encoder-decoder model: the first run makes the keys and values of what
 * was encoded, the others reuse them (`use_cache_branch`). The reference searches with three beams; here the most probable token is
 * taken, which is three times as fast and mostly says the same.
 */
export class FlorenceDecoder {
  readonly #session: Session;
  readonly #embedding: TokenEmbedding;
  readonly #manifest: FlorenceManifest;
  readonly #caches: readonly string[];

  constructor(session: Session, embedding: TokenEmbedding, manifest: FlorenceManifest) {
    this.#session = session;
    this.#embedding = embedding;
    this.#manifest = manifest;
    this.#caches = session.inputs.map(({ name }) => name).filter((name) => name.startsWith('past_key_values.'));
  }

  /**
   * Writes an answer to what was encoded.
   *
   * @param encoded `last_hidden_state`, `[1, prompt, H]`.
   * @param onToken Awaited after each token of the answer; throws where the work was cancelled.
   */
  async write(encoded: TensorValue, onToken: (id: number) => Promise<void>): Promise<WrittenAnswer> {
    const { tokens, generation } = this.#manifest;
    const most = Math.min(generation.maxNewTokens, generation.maxLength - 1);
    const ids: number[] = [tokens.decoderStart];
    let cache: Tensors = this.#emptyCache();
    for (let step = 0; step < most; step++) {
      const outputs = await this.#step(ids.at(-1)!, encoded, cache, step > 0);
      const id = step === 0 && tokens.first !== undefined ? tokens.first : this.#choose(outputs, ids);
      cache = this.#nextCache(outputs, cache, step > 0);
      if (tokens.eos.includes(id)) return { ids: withoutStart(ids, tokens.first), finished: true };
      ids.push(id);
      await onToken(id);
    }
    return { ids: withoutStart(ids, tokens.first), finished: false };
  }

  async #step(id: number, encoded: TensorValue, cache: Tensors, goesOn: boolean): Promise<Tensors> {
    const session = this.#session;
    const { file } = this.#manifest.graphs.decoder_model_merged;
    const length = encoded.dims[1]!;
    const type = (name: string) => inputType(session, name);
    return session.run({
      ...cache,
      inputs_embeds: asType(await this.#embedding.one(id), type('inputs_embeds'), file, 'inputs_embeds'),
      encoder_hidden_states: asType(encoded, type('encoder_hidden_states'), file, 'encoder_hidden_states'),
      encoder_attention_mask: tensor('int64', new BigInt64Array(length).fill(1n), [1, length]),
      use_cache_branch: tensor('bool', Uint8Array.of(goesOn ? 1 : 0), [1]),
    });
  }

  /** The most probable token that repeats no run of tokens. */
  #choose(outputs: Tensors, ids: readonly number[]): number {
    const { file } = this.#manifest.graphs.decoder_model_merged;
    const logits = floatsOf(outputs['logits'], file, 'logits');
    const width = outputs['logits']?.dims.at(-1) ?? 0;
    if (width === 0 || logits.length < width) {
      throw new BundleError(`${file} gave no scores of tokens. Get the bundle again.`, file);
    }
    const { noRepeatNgram } = this.#manifest.generation;
    const banned = noRepeatNgram === undefined ? NONE : repeatingTokens(ids, noRepeatNgram);
    const row = logits.subarray(logits.length - width);
    let best = -1;
    for (let id = 0; id < width; id++) {
      if ((best < 0 || row[id]! > row[best]!) && !banned.has(id)) best = id;
    }
    return Math.max(best, 0);
  }

  #emptyCache(): Tensors {
    const { kvHeads, headDim } = this.#manifest.cache;
    return Object.fromEntries(
      this.#caches.map((name) => [
        name,
        floatTensor(inputType(this.#session, name), new Float32Array(0), [1, kvHeads, 0, headDim]),
      ]),
    );
  }

  /** Keys and values of the encoder are made by the first run; later runs give empty tensors in their place. */
  #nextCache(outputs: Tensors, before: Tensors, goesOn: boolean): Tensors {
    const { file } = this.#manifest.graphs.decoder_model_merged;
    const next: Record<string, TensorValue> = {};
    for (const name of this.#caches) {
      if (goesOn && name.includes('.encoder.')) {
        next[name] = before[name]!;
        continue;
      }
      const present = name.replace('past_key_values.', 'present.');
      const value = outputs[present];
      if (value === undefined) throw new BundleError(`${file} gave no "${present}". Get the bundle again.`, file);
      next[name] = value;
    }
    return next;
  }
}

const NONE: ReadonlySet<number> = new Set();

function withoutStart(ids: readonly number[], first: number | undefined): readonly number[] {
  return ids.slice(first !== undefined && ids[1] === first ? 2 : 1);
}
