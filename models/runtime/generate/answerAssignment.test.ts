import { describe, expect, it } from 'vitest';
import { readAssignment } from '../assignment.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { BundleError, NothingKnownError, PromptError } from '../errors.ts';
import type { GeneratorManifest } from '../manifest.ts';
import { type Session, type Tensors, tensor } from '../sessions/session.ts';
import type { TextTokenizer } from '../tokenizer.ts';
import { answerAssignment } from './answerAssignment.ts';
import { TokenEmbedding } from './embed.ts';
import { Encodings } from './encodings.ts';
import type { Generator } from './generator.ts';

/** The pipeline around graphs that do as the test says. */
const EOS = 2;
const tokenizer: TextTokenizer = {
  encode: (text) => text.split(' ').map(() => 5),
  decode: () => '',
  reader: () => ({ next: () => 'word ', end: () => '' }),
  tokenOf: () => undefined,
  idOf: () => undefined,
};

const manifest = {
  name: 'small',
  graphs: { vision_encoder: { file: 'v.onnx', outputs: {} }, embed_tokens: { file: 'e.onnx' } },
  tokens: { eos: [EOS], seg: [] },
  prompt: { first: 'see {image} {question}', next: '{question}', addBos: false, pieces: 'separate' },
  tasks: { describe: 'Describe.' },
  dialect: { kind: 'phrases', open: '<p>', close: '</p>', seg: '[SEG]' },
  hiddenState: 'predicting',
  generation: { maxNewTokens: 10, maxLength: 20, loopTokens: 4 },
  image: {
    tokens: 2,
    preprocess: {
      size: [8, 8],
      fit: 'stretch',
      filter: 'bilinear',
      antialias: true,
      scale: 'unit',
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
      channels: 'rgb',
      pad: 'after',
    },
  },
} as unknown as GeneratorManifest;

const session = (run: (feeds: Tensors) => Tensors): Session => ({
  inputs: [],
  outputs: [],
  run: async (feeds) => run(feeds),
  release: async () => undefined,
});

interface Given {
  /** Columns of the photograph's vectors; the words' have 3. */
  readonly width?: number;
  readonly dialect?: Dialect;
  readonly maxLength?: number;
  /** The encoder asks for the photograph's own size. */
  readonly sizes?: boolean;
}

function generatorOf({ width = 3, dialect, maxLength = 20, sizes = false }: Given) {
  let encoded = 0;
  let fed: Tensors = {};
  const inputs = sizes ? [{ name: 'original_sizes', type: 'int64', shape: [1, 2] }] : [];
  const run = (feeds: Tensors) => {
    encoded++;
    fed = feeds;
    return { image_features: tensor('float32', new Float32Array(2 * width), [1, 2, width]) };
  };
  const vision = { ...session(run), inputs };
  const embed = session(({ input_ids }) => {
    const count = input_ids!.dims[1]!;
    return { inputs_embeds: tensor('float32', new Float32Array(3 * count), [1, count, 3]) };
  });
  const own = { ...manifest, generation: { ...manifest.generation, maxLength } };
  const generator: Generator = {
    manifest: own,
    sessions: { get: () => undefined, release: async () => undefined },
    tokenizer,
    embedding: new TokenEmbedding(embed, 'e.onnx'),
    driver: {
      begin: () => ({
        next: async () => [{ tokenId: EOS, state: new Float32Array(3) }],
        end: () => undefined,
      }),
    },
    driverReason: '',
    dialect: dialect ?? (() => ({ answer: 'A dog.', masks: [], negatives: [], notes: [] })),
    encodings: new Encodings(own, { vision, pixels: undefined }),
  };
  return { generator, encoded: () => encoded, fed: () => fed };
}

const image = (key: string) => ({
  path: 'p.png',
  key,
  raster: async () => ({ width: 4, height: 3, data: new Uint8Array(48) }),
});
const ask = (generator: Generator, key = 'a') =>
  answerAssignment(generator, readAssignment('gcg', undefined), image(key), async () => undefined);

describe('the pipeline', () => {
  it('tells the encoder the height and the width of the photograph where it asks for them', async () => {
    const asking = generatorOf({ sizes: true });
    await ask(asking.generator);
    expect(asking.fed()['original_sizes']).toEqual(tensor('int64', BigInt64Array.of(3n, 4n), [1, 2]));
    const other = generatorOf({});
    await ask(other.generator);
    expect(Object.keys(other.fed())).toEqual(['pixel_values']);
  });

  it('encodes each photograph once, by its content, and keeps the last few', async () => {
    const { generator, encoded } = generatorOf({});
    expect(await ask(generator)).toMatchObject({ answer: 'A dog.', width: 4, height: 3, question: 'Describe.' });
    await ask(generator);
    expect(encoded()).toBe(1);
    for (const key of ['b', 'c', 'a', 'd']) await ask(generator, key);
    expect(encoded()).toBe(4);
    await ask(generator, 'a');
    expect(encoded()).toBe(4);
    await ask(generator, 'b');
    expect(encoded()).toBe(5);
  });

  it('says which graphs do not belong together', async () => {
    await expect(ask(generatorOf({ width: 4 }).generator)).rejects.toThrow(BundleError);
    await expect(ask(generatorOf({ width: 4 }).generator)).rejects.toThrow(/v\.onnx gives vectors of 4 numbers/);
  });

  it('refuses what leaves no room for an answer', async () => {
    await expect(ask(generatorOf({ maxLength: 6 }).generator)).rejects.toThrow(PromptError);
  });

  it('draws nothing of an answer that lost the thread', async () => {
    const mask = { label: 'x', from: { kind: 'tokens' as const, steps: [0] } };
    const masks = Array.from({ length: 501 }, () => mask);
    const { generator } = generatorOf({ dialect: () => ({ answer: 'x', masks, negatives: [], notes: [] }) });
    await expect(ask(generator)).rejects.toThrow(NothingKnownError);
  });

  it('says so where masks are marked and no graph draws them', async () => {
    const masks = [{ label: 'x', from: { kind: 'tokens' as const, steps: [0] } }];
    const { generator } = generatorOf({ dialect: () => ({ answer: 'x', masks, negatives: [], notes: [] }) });
    await expect(ask(generator)).rejects.toThrow(/has no graph "mask_decoder"/);
  });
});
