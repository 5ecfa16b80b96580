import { BundleError } from '../errors.ts';
import type { CacheSettings } from '../manifest.ts';
import { asType } from '../sessions/floats.ts';
import { hasInput, inputType, type Session, type TensorValue, tensor } from '../sessions/session.ts';
import { AttentionMasks, onesFor } from './attention.ts';
import { type CacheNames, cacheNames, emptyCache } from './cacheNames.ts';
import type { DecoderDriver, DecoderPrompt, Decoding, Step } from './driver.ts';
import type { TokenEmbedding } from './embed.ts';
import { elementsOf, rowAt } from './rows.ts';

export interface LoopDriverOptions {
  /** `generate_loop`. */
  readonly loop: Session;
  /** Its file, for messages. */
  readonly file: string;
  readonly embedding: TokenEmbedding;
  readonly cache: CacheSettings;
  readonly eos: readonly number[];
  /** Most positions of prompt and answer. */
  readonly maxLength: number;
  /** Most tokens a run: as many pass before words are shown and a cancel is heard. */
  readonly tokensPerRun: number;
}

/**
 * Several tokens a run: the graph loops by itself, and its cache leaves the library only between runs. For the processor and
 * CUDA, where a cache that comes out of each run would cost more than the token.
 */
export class LoopDriver implements DecoderDriver {
  readonly #options: LoopDriverOptions;
  readonly #names: CacheNames;
  readonly #ones: BigInt64Array;
  readonly #wanted: readonly string[];

  constructor(options: LoopDriverOptions) {
    this.#options = options;
    this.#ones = onesFor(options.maxLength);
    this.#names = cacheNames(options.cache);
    this.#wanted = ['tokens', 'hidden_states', ...this.#names.present];
  }

  begin(prompt: DecoderPrompt): Decoding {
    return new LoopDecoding(this.#options, this.#names, this.#ones, this.#wanted, prompt);
  }
}

/** All that the last run of an answer is asked for. */
const WITHOUT_CACHE = ['tokens', 'hidden_states'];

class LoopDecoding implements Decoding {
  readonly #options: LoopDriverOptions;
  readonly #names: CacheNames;
  readonly #wanted: readonly string[];
  readonly #feeds: Record<string, TensorValue> = {};
  readonly #embedsType: string;
  /** For graphs that can be told what not to attend to. */
  readonly #masks: AttentionMasks | undefined;
  #next: TensorValue | number;
  #length: number;
  /** The first run makes one token, for a quick first word; the third as many as the bundle says. */
  #size = 1;
  readonly #growth: number;

  constructor(
    options: LoopDriverOptions,
    names: CacheNames,
    ones: BigInt64Array,
    wanted: readonly string[],
    prompt: DecoderPrompt,
  ) {
    this.#options = options;
    this.#names = names;
    this.#wanted = wanted;
    this.#growth = Math.ceil(Math.sqrt(options.tokensPerRun));
    this.#masks = hasInput(options.loop, 'attention_mask') ? new AttentionMasks(ones, prompt.unseen) : undefined;
    this.#next = prompt.embeds;
    this.#length = prompt.embeds.dims[1]!;
    this.#embedsType = inputType(options.loop, 'inputs_embeds');
    const empty = emptyCache(options.cache);
    for (const name of names.past) this.#feeds[name] = empty;
    this.#feeds['eos_token_ids'] = tensor('int64', BigInt64Array.from(options.eos, BigInt), [options.eos.length]);
  }

  async next(limit: number): Promise<readonly Step[]> {
    const { loop, file, embedding, tokensPerRun } = this.#options;
    const embeds = typeof this.#next === 'number' ? await embedding.one(this.#next) : this.#next;
    const size = Math.min(limit, this.#size);
    this.#size = Math.min(tokensPerRun, this.#size * this.#growth);
    this.#feeds['inputs_embeds'] = asType(embeds, this.#embedsType, file, 'inputs_embeds');
    this.#feeds['max_new_tokens'] = tensor('int64', BigInt64Array.of(BigInt(size)), []);
    if (this.#masks !== undefined) this.#feeds['attention_mask'] = this.#masks.upTo(this.#length);
    const isLast = size === limit;
    const outputs = await loop.run(this.#feeds, isLast ? WITHOUT_CACHE : this.#wanted);
    if (!isLast) this.#keep(outputs);
    const steps = stepsOf(outputs, size, file);
    this.#next = steps.at(-1)!.tokenId;
    this.#length += steps.length;
    return steps;
  }

  end(): void {
    for (const name of this.#names.past) delete this.#feeds[name];
  }

  #keep(outputs: Readonly<Record<string, TensorValue>>): void {
    const { past, present } = this.#names;
    for (let i = 0; i < past.length; i++) this.#feeds[past[i]!] = outputs[present[i]!]!;
  }
}

function stepsOf(outputs: Readonly<Record<string, TensorValue>>, size: number, file: string): readonly Step[] {
  const tokens = outputs['tokens']?.data;
  const states = elementsOf(outputs['hidden_states'], file, 'hidden_states');
  const count = tokens instanceof BigInt64Array ? tokens.length : 0;
  const width = states.length / count;
  if (!(tokens instanceof BigInt64Array) || count < 1 || count > size || !Number.isInteger(width)) {
    throw new BundleError(
      `${file} gave ${count} tokens and ${states.length} numbers of states, where 1 to ${size} tokens with a state each were asked for. Export the graph again.`,
      file,
    );
  }
  const steps: Step[] = [];
  for (let i = 0; i < count; i++) steps.push({ tokenId: Number(tokens[i]), state: rowAt(states, width, i) });
  return steps;
}
