import type { CacheSettings } from '../manifest.ts';
import { asType } from '../sessions/floats.ts';
import { hasInput, inputType, type Session, type TensorValue, tensor } from '../sessions/session.ts';
import { AttentionMasks, onesFor } from './attention.ts';
import { type CacheNames, cacheNames, emptyCache } from './cacheNames.ts';
import type { DecoderDriver, DecoderPrompt, Decoding, Step } from './driver.ts';
import type { TokenEmbedding } from './embed.ts';
import { argmax, lastRow } from './rows.ts';

export interface StepDriverOptions {
  /** `decoder_model_merged`. */
  readonly decoder: Session;
  /** Its file, for messages. */
  readonly file: string;
  readonly embedding: TokenEmbedding;
  readonly cache: CacheSettings;
  /** Most positions of prompt and answer. */
  readonly maxLength: number;
}

/**
 * One run of the decoder a token. Its cache comes out of a run and goes into the next: with WebGPU it stays on the device
 * meanwhile, on other devices it is copied out and in again, which is why they have the other driver.
 */
export class StepDriver implements DecoderDriver {
  readonly #options: StepDriverOptions;
  readonly #names: CacheNames;
  readonly #ones: BigInt64Array;
  readonly #wanted: readonly string[];

  constructor(options: StepDriverOptions) {
    this.#options = options;
    this.#names = cacheNames(options.cache);
    this.#ones = onesFor(options.maxLength);
    this.#wanted = ['logits', 'hidden_states', ...this.#names.present];
  }

  begin(prompt: DecoderPrompt): Decoding {
    return new StepDecoding(this.#options, this.#names, this.#ones, this.#wanted, prompt);
  }
}

class StepDecoding implements Decoding {
  readonly #options: StepDriverOptions;
  readonly #names: CacheNames;
  readonly #masks: AttentionMasks;
  readonly #wanted: readonly string[];
  readonly #embedsType: string;
  readonly #feeds: Record<string, TensorValue> = {};
  readonly #takesPositions: boolean;
  #next: TensorValue | number;
  #length = 0;

  constructor(
    options: StepDriverOptions,
    names: CacheNames,
    ones: BigInt64Array,
    wanted: readonly string[],
    prompt: DecoderPrompt,
  ) {
    this.#options = options;
    this.#names = names;
    this.#masks = new AttentionMasks(ones, prompt.unseen);
    this.#wanted = wanted;
    this.#embedsType = inputType(options.decoder, 'inputs_embeds');
    this.#takesPositions = hasInput(options.decoder, 'position_ids');
    this.#next = prompt.embeds;
    const empty = emptyCache(options.cache);
    for (const name of names.past) this.#feeds[name] = empty;
    if (hasInput(options.decoder, 'num_logits_to_keep')) {
      this.#feeds['num_logits_to_keep'] = tensor('int64', BigInt64Array.of(1n), []);
    }
  }

  async next(): Promise<readonly Step[]> {
    const { decoder, file, embedding } = this.#options;
    const embeds = typeof this.#next === 'number' ? await embedding.one(this.#next) : this.#next;
    const feeds = this.#feeds;
    const added = embeds.dims[1]!;
    const length = this.#length + added;
    feeds['inputs_embeds'] = asType(embeds, this.#embedsType, file, 'inputs_embeds');
    feeds['attention_mask'] = this.#masks.upTo(length);
    if (this.#takesPositions) feeds['position_ids'] = positions(this.#length, added);
    const outputs = await decoder.run(feeds, this.#wanted);
    this.#length = length;
    this.#keep(outputs);
    const tokenId = argmax(lastRow(outputs['logits'], file, 'logits'));
    this.#next = tokenId;
    return [{ tokenId, state: lastRow(outputs['hidden_states'], file, 'hidden_states') }];
  }

  end(): void {
    for (const name of this.#names.past) {
      release(this.#feeds[name]);
      delete this.#feeds[name];
    }
  }

  /** The new cache takes the place of the old one, whose memory on the device is given back. */
  #keep(outputs: Readonly<Record<string, TensorValue>>): void {
    const { past, present } = this.#names;
    for (let i = 0; i < past.length; i++) {
      const name = past[i]!;
      release(this.#feeds[name]);
      this.#feeds[name] = outputs[present[i]!]!;
    }
  }
}

function positions(from: number, count: number): TensorValue {
  const ids = new BigInt64Array(count);
  for (let i = 0; i < count; i++) ids[i] = BigInt(from + i);
  return tensor('int64', ids, [1, count]);
}

/** Tensors of the processor's are the collector's. */
function release(value: TensorValue | undefined): void {
  if (value?.location !== undefined && value.location !== 'cpu') value.dispose?.();
}
