import { describe, expect, it } from 'vitest';
import { BundleError } from '../errors.ts';
import type { CacheSettings } from '../manifest.ts';
import { type Session, type TensorInfo, type Tensors, type TensorValue, tensor } from '../sessions/session.ts';
import type { Decoding, Step } from './driver.ts';
import { TokenEmbedding } from './embed.ts';
import { LoopDriver } from './loopDriver.ts';
import { StepDriver } from './stepDriver.ts';

/**
 * A model whose answer is 10, 11, 12, … and whose cache is a list of what it was fed: both drivers must feed every token
 * once, in order, and keep the cache.
 */
const CACHE: CacheSettings = { layers: 1, kvHeads: 1, headDim: 1, type: 'float32' };
const EOS = 99;
const FIRST = 10;
const PROMPT = { embeds: tensor('float32', Float32Array.of(1, 2, 3), [1, 3, 1]), unseen: [] };

const info = (name: string, type = 'float32'): TensorInfo => ({ name, type, shape: [] });
const floats = (value: TensorValue | undefined) => [...(value!.data as Float32Array)];

function session(inputs: readonly TensorInfo[], run: Session['run']): Session {
  return { inputs, outputs: [], run, release: async () => undefined };
}

const embedding = new TokenEmbedding(
  session([info('input_ids', 'int64')], async ({ input_ids }) => {
    const ids = [...(input_ids!.data as BigInt64Array)].map(Number);
    return { inputs_embeds: tensor('float32', Float32Array.from(ids), [1, ids.length, 1]) };
  }),
  'embed.onnx',
);

interface Watched {
  readonly fed: Tensors[];
  readonly disposed: string[];
}

/** A tensor that lies on a device: its elements must not be asked for. */
function onDevice(values: readonly number[], watched: Watched, name: string): TensorValue {
  return {
    type: 'float32',
    dims: [1, 1, values.length, 1],
    location: 'gpu-buffer',
    get data(): unknown {
      throw new Error('this would end the process');
    },
    dispose: () => watched.disposed.push(name),
    ...{ values },
  };
}

const cacheOf = (value: TensorValue) => ('values' in value ? (value.values as readonly number[]) : floats(value));

function stepModel(watched: Watched, inputs: readonly TensorInfo[]): Session {
  return session(inputs, async (feeds) => {
    watched.fed.push({ ...feeds });
    const past = cacheOf(feeds['past_key_values.0.key']!);
    const all = [...past, ...floats(feeds['inputs_embeds'])];
    const count = all.length - past.length;
    const predicted = FIRST + all.length - PROMPT.embeds.dims[1]!;
    const logits = new Float32Array(2 * 100);
    logits[100 + predicted] = 1;
    return {
      logits: tensor('float32', logits, [1, 2, 100]),
      hidden_states: tensor(
        'float32',
        Float32Array.from({ length: count }, (_, i) => all[past.length + i]!),
        [1, count, 1],
      ),
      'present.0.key': onDevice(all, watched, `key ${all.length}`),
      'present.0.value': onDevice(all, watched, `value ${all.length}`),
    };
  });
}

function loopModel(watched: Watched, answer: (at: number) => number): Session {
  const inputs = ['inputs_embeds', 'past_key_values.0.key', 'past_key_values.0.value'].map((name) => info(name));
  return session(inputs, async (feeds, wanted) => {
    watched.fed.push({ ...feeds });
    let cache = [...floats(feeds['past_key_values.0.key']), ...floats(feeds['inputs_embeds'])];
    const most = Number((feeds['max_new_tokens']!.data as BigInt64Array)[0]);
    const stops = (feeds['eos_token_ids']!.data as BigInt64Array).map((id) => id);
    const tokens: bigint[] = [];
    const states: number[] = [];
    for (;;) {
      const token = BigInt(answer(cache.length - PROMPT.embeds.dims[1]!));
      states.push(cache.at(-1)!);
      tokens.push(token);
      if (tokens.length === most || stops.includes(token)) break;
      cache = [...cache, Number(token)];
    }
    const present = tensor('float32', Float32Array.from(cache), [1, 1, cache.length, 1]);
    const outputs: Tensors = {
      tokens: tensor('int64', BigInt64Array.from(tokens), [tokens.length]),
      hidden_states: tensor('float32', Float32Array.from(states), [states.length, 1]),
      'present.0.key': present,
      'present.0.value': present,
    };
    return Object.fromEntries(wanted!.map((name) => [name, outputs[name]!]));
  });
}

async function take(decoding: Decoding, count: number): Promise<readonly Step[]> {
  const steps: Step[] = [];
  while (steps.length < count && steps.at(-1)?.tokenId !== EOS)
    steps.push(...(await decoding.next(count - steps.length)));
  decoding.end();
  return steps;
}

const masks = ({ fed }: Watched) => fed.map((feeds) => [...(feeds['attention_mask']!.data as BigInt64Array)].join(''));
const ids = (steps: readonly Step[]) => steps.map(({ tokenId }) => tokenId);
const states = (steps: readonly Step[]) => steps.map(({ state }) => state[0]);

describe('the step driver', () => {
  const inputs = ['inputs_embeds', 'attention_mask', 'past_key_values.0.key', 'past_key_values.0.value'];

  it('feeds every token once, with a mask and positions of the right length, and frees the old cache', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const all = [...inputs, 'position_ids', 'num_logits_to_keep'].map((name) => info(name));
    const decoder = stepModel(watched, all);
    const driver = new StepDriver({ decoder, file: 'd.onnx', embedding, cache: CACHE, maxLength: 60 });
    const steps = await take(driver.begin(PROMPT), 3);
    expect(ids(steps)).toEqual([10, 11, 12]);
    expect(states(steps)).toEqual([3, 10, 11]);
    expect(watched.fed.map((feeds) => floats(feeds['inputs_embeds']))).toEqual([[1, 2, 3], [10], [11]]);
    expect(watched.fed.map((feeds) => feeds['attention_mask']!.dims)).toEqual([
      [1, 3],
      [1, 4],
      [1, 5],
    ]);
    expect(watched.fed.map((feeds) => [...(feeds['position_ids']!.data as BigInt64Array)])).toEqual([
      [0n, 1n, 2n],
      [3n],
      [4n],
    ]);
    expect(watched.fed.every((feeds) => (feeds['num_logits_to_keep']!.data as BigInt64Array)[0] === 1n)).toBe(true);
    expect(watched.disposed).toEqual(['key 3', 'value 3', 'key 4', 'value 4', 'key 5', 'value 5']);
  });

  it('gives a graph nothing that it does not take', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const decoder = stepModel(
      watched,
      inputs.map((name) => info(name)),
    );
    const driver = new StepDriver({ decoder, file: 'd.onnx', embedding, cache: CACHE, maxLength: 60 });
    await take(driver.begin(PROMPT), 2);
    expect(Object.keys(watched.fed[1]!).sort()).toEqual([...inputs].sort());
  });

  it('does not attend to padding', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const decoder = stepModel(
      watched,
      inputs.map((name) => info(name)),
    );
    const driver = new StepDriver({ decoder, file: 'd.onnx', embedding, cache: CACHE, maxLength: 60 });
    await take(driver.begin({ ...PROMPT, unseen: [1] }), 2);
    await take(driver.begin(PROMPT), 1);
    expect(masks(watched)).toEqual(['101', '1011', '111']);
  });

  it('begins anew with each answer', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const decoder = stepModel(
      watched,
      inputs.map((name) => info(name)),
    );
    const driver = new StepDriver({ decoder, file: 'd.onnx', embedding, cache: CACHE, maxLength: 60 });
    expect(ids(await take(driver.begin(PROMPT), 3))).toEqual(ids(await take(driver.begin(PROMPT), 3)));
  });
});

describe('the loop driver', () => {
  const driverOf = (watched: Watched, answer: (at: number) => number, tokensPerRun = 16) =>
    new LoopDriver({
      loop: loopModel(watched, answer),
      file: 'l.onnx',
      embedding,
      cache: CACHE,
      eos: [EOS],
      maxLength: 60,
      tokensPerRun,
    });

  it('makes one token first and then more a run, and feeds every token once', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const steps = await take(driverOf(watched, (at) => FIRST + at).begin(PROMPT), 30);
    expect(ids(steps)).toEqual(Array.from({ length: 30 }, (_, i) => FIRST + i));
    expect(states(steps)).toEqual([3, ...Array.from({ length: 29 }, (_, i) => FIRST + i)]);
    expect(watched.fed.map((feeds) => (feeds['max_new_tokens']!.data as BigInt64Array)[0])).toEqual([1n, 4n, 16n, 9n]);
    expect(watched.fed.map((feeds) => floats(feeds['inputs_embeds']))).toEqual([[1, 2, 3], [10], [14], [30]]);
  });

  it('ends with the end token', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const steps = await take(driverOf(watched, (at) => (at === 7 ? EOS : FIRST + at)).begin(PROMPT), 100);
    expect(ids(steps)).toEqual([10, 11, 12, 13, 14, 15, 16, EOS]);
  });

  it('tells a graph that asks what not to attend to', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    const loop = loopModel(watched, (at) => FIRST + at);
    const asking = { ...loop, inputs: [...loop.inputs, info('attention_mask', 'int64')] };
    const options = { file: 'l.onnx', embedding, cache: CACHE, eos: [EOS], maxLength: 60, tokensPerRun: 2 };
    await take(new LoopDriver({ ...options, loop: asking }).begin({ ...PROMPT, unseen: [0, 2] }), 5);
    expect(masks(watched)).toEqual(['010', '0101', '010111']);
    await take(new LoopDriver({ ...options, loop }).begin(PROMPT), 1);
    expect(watched.fed.at(-1)!['attention_mask']).toBeUndefined();
  });

  it('makes no more tokens a run than the bundle says', async () => {
    const watched: Watched = { fed: [], disposed: [] };
    await take(driverOf(watched, (at) => FIRST + at, 2).begin(PROMPT), 7);
    expect(watched.fed.map((feeds) => Number((feeds['max_new_tokens']!.data as BigInt64Array)[0]))).toEqual([
      1, 2, 2, 2,
    ]);
  });

  it.each([
    ['no tokens', { tokens: tensor('int64', new BigInt64Array(0), [0]) }],
    ['too many tokens', { tokens: tensor('int64', new BigInt64Array(9), [9]) }],
    ['tokens of another type', { tokens: tensor('int32', new Int32Array(1), [1]) }],
  ])('refuses a graph that gives %s', async (_, outputs) => {
    const states = tensor('float32', new Float32Array(9), [9, 1]);
    const loop = session([], async () => ({ hidden_states: states, ...outputs }));
    const driver = new LoopDriver({
      loop,
      file: 'l.onnx',
      embedding,
      cache: CACHE,
      eos: [EOS],
      maxLength: 60,
      tokensPerRun: 4,
    });
    await expect(driver.begin(PROMPT).next(4)).rejects.toThrow(BundleError);
  });
});
