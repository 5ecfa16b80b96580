import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BundleManifest, bundleManifest, graphsOf } from './manifest.ts';
import { embedderManifest, florenceManifest, generatorManifest, segmenterManifest } from './testing/manifests.ts';
import { COCO80 } from './testing/scene.ts';

/** Every problem as `path: message`. */
function problemsOf(manifest: unknown): readonly string[] {
  const parsed = bundleManifest.safeParse(manifest);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** Breaks one thing of a sound manifest and expects exactly one problem. */
function expectProblem<Manifest>(manifest: Manifest, breakIt: (manifest: Manifest) => void, problem: RegExp): void {
  breakIt(manifest);
  const found = problemsOf(manifest);
  expect(found.join('\n')).toMatch(problem);
  expect(found.length).toBe(1);
}

const all: readonly (readonly [string, () => BundleManifest])[] = [
  ['detector', () => structuredClone(COCO80)],
  ['generator', generatorManifest],
  ['florence', florenceManifest],
  ['segmenter', segmenterManifest],
  ['embedder', embedderManifest],
];

describe.each(all)('a manifest of the driver %s', (driver, make) => {
  it('is read', () => {
    expect(problemsOf(make())).toEqual([]);
    expect(bundleManifest.parse({ $schema: 'https://example.org/x', ...make() }).driver).toBe(driver);
  });

  it('may be served, and may forbid uses', () => {
    const served = { url: 'https://models.example.org:8000/', models: { detector: 'x' } };
    const licence = { ...make().licence, forbids: ['commercial-use'], terms: 'Only for research.' };
    expect(problemsOf({ ...make(), served, licence })).toEqual([]);
    expect(problemsOf({ ...make(), served: { ...served, url: 'file:///etc' } }).join()).toContain('served.url');
  });

  it('has no keys that nobody reads', () => {
    expect(problemsOf({ ...make(), surprise: 1 }).join()).toContain('surprise');
  });

  it('answers with a value or with problems, whatever replaces one of its parts', () => {
    const keys = Object.keys(make());
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        const changed = { ...make(), [key]: value };
        const parsed = bundleManifest.safeParse(changed);
        if (!parsed.success) expect(parsed.error.issues.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the tensors of a generator', () => {
  it.each([
    ['vision_encoder', 'inputs', 'pixel_values'],
    ['vision_encoder', 'outputs', 'image_features'],
    ['embed_tokens', 'inputs', 'input_ids'],
    ['decoder_model_merged', 'inputs', 'attention_mask'],
    ['decoder_model_merged', 'outputs', 'logits'],
    ['decoder_model_merged', 'outputs', 'hidden_states'],
    ['decoder_model_merged', 'outputs', 'present.1.value'],
    ['generate_loop', 'inputs', 'past_key_values.0.key'],
    ['generate_loop', 'outputs', 'tokens'],
    ['mask_decoder', 'inputs', 'seg_hidden_states'],
    ['mask_decoder', 'outputs', 'pred_masks'],
  ] as const)('must have %s.%s.%s', (graph, list, tensor) => {
    const use = list === 'inputs' ? 'fills' : 'reads';
    expectProblem(
      generatorManifest(),
      ({ graphs }) => delete graphs[graph]![list][tensor],
      new RegExp(`^graphs\\.${graph}\\.${list}: lacks the tensor "${tensor}", which this driver ${use}`),
    );
  });

  it('must have consistent shapes', () => {
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.vision_encoder.outputs['image_features']!.shape = [1, 9, 8]),
      /image_features: must be float32 or float16, 1 × 4 × 8, and is float32, 1 × 9 × 8$/,
    );
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.mask_decoder!.inputs['seg_hidden_states']!.shape = ['n', 6]),
      /seg_hidden_states: must be float32 or float16, masks × 8/,
    );
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.pixel_encoder!.outputs['image_embeddings']!.shape = [1, 4, 3, 3]),
      /mask_decoder\.inputs\.image_embeddings: must be .* 1 × 4 × 3 × 3/,
    );
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.decoder_model_merged.inputs['past_key_values.0.key']!.type = 'float16'),
      /past_key_values\.0\.key: must be float32,/,
    );
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.mask_decoder!.outputs['pred_masks']!.shape = ['n', 1, 16, 16]),
      /pred_masks: must be .*masks × 1 × 8 × 8/,
    );
  });

  it('may leave sizes to the run', () => {
    const manifest = generatorManifest();
    manifest.graphs.vision_encoder.inputs['pixel_values']!.shape = ['batch', 'channels', 'height', 'width'];
    manifest.graphs.embed_tokens.outputs['inputs_embeds']!.shape = ['batch', 'tokens', 'hidden'];
    expect(problemsOf(manifest)).toEqual([]);
  });

  it('may tell the vision encoder the size of the photograph', () => {
    const manifest = generatorManifest();
    manifest.graphs.vision_encoder.inputs['original_sizes'] = { type: 'int64', shape: [1, 2] };
    expect(problemsOf(manifest)).toEqual([]);
    expectProblem(
      manifest,
      ({ graphs }) => (graphs.vision_encoder.inputs['original_sizes']!.type = 'float32'),
      /original_sizes: must be int64, 1 × 2, and is float32, 1 × 2/,
    );
  });

  it('must be all that the graphs take', () => {
    const extra = { type: 'int64' as const, shape: [1] };
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.vision_encoder.inputs['image_grid_thw'] = extra),
      /image_grid_thw: is an input that this driver does not fill/,
    );
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.mask_decoder!.inputs['image_pe'] = extra),
      /image_pe: is no output of a graph that runs before/,
    );
    const more = generatorManifest();
    more.cache.layers = 1;
    expect(problemsOf(more)[0]).toMatch(/past_key_values\.1\.key: is an input that this driver does not fill/);
  });

  it('must take any number of tokens and masks', () => {
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.mask_decoder!.inputs['seg_hidden_states']!.shape = [2, 8]),
      /seg_hidden_states: takes 2 masks only, where each run has another number\. Export the graph with this side dynamic/,
    );
    expectProblem(
      generatorManifest(),
      ({ graphs }) => (graphs.embed_tokens.inputs['input_ids']!.shape = [1, 64]),
      /input_ids: takes 64 tokens only/,
    );
  });

  it('may hand features of either encoder to the mask decoder', () => {
    const manifest = generatorManifest();
    const features = { type: 'float16' as const, shape: [1, 32, 8, 8] };
    manifest.graphs.vision_encoder.outputs['fine_features'] = features;
    manifest.graphs.mask_decoder!.inputs['fine_features'] = { ...features, type: 'float32' };
    expect(problemsOf(manifest)).toEqual([]);
  });
});

describe('the settings of a generator', () => {
  it('must belong to its graphs', () => {
    const without = (key: 'pixels' | 'mask') => {
      const manifest = generatorManifest();
      delete manifest[key];
      return problemsOf(manifest).join('\n');
    };
    expect(without('pixels')).toContain('pixels: must say how photographs are prepared for graphs.pixel_encoder');
    expect(without('mask')).toContain('mask: must say what the mask decoder gives');
  });

  it.each([
    ['prompt.first', 'no place for it', /prompt\.first: must hold {image} once, and holds it 0 times/],
    ['prompt.next', '{question} {question}', /prompt\.next: must hold {question} once, and holds it 2 times/],
    ['tasks.refer', 'Segment it.', /tasks\.refer: must hold {referents} once/],
    ['tasks.describePart', 'Describe.', /tasks\.describePart: must hold {phrase} once/],
    ['tasks.reason', 'Why?', /tasks\.reason: must hold {question} once/],
  ])('must have placeholders: %s', (path, value, problem) => {
    const [part, key] = path.split('.') as ['prompt' | 'tasks', string];
    const manifest = generatorManifest();
    Object.assign(manifest[part], { [key]: value });
    expect(problemsOf(manifest).join('\n')).toMatch(problem);
  });

  it('must ask the model something', () => {
    expectProblem(generatorManifest(), (manifest) => (manifest.tasks = {}), /^tasks: must hold one task at least/);
  });

  it('must name an image token for a prompt in one piece', () => {
    expectProblem(
      generatorManifest(),
      ({ prompt }) => (prompt.pieces = 'joined'),
      /prompt\.imageToken: must be there where "pieces" is "joined"/,
    );
  });

  it('must have room for the photograph and the answer', () => {
    expectProblem(
      generatorManifest(),
      ({ generation }) => Object.assign(generation, { maxLength: 5, maxNewTokens: 2 }),
      /generation\.maxLength: must be above the 4 embeddings/,
    );
    expectProblem(
      generatorManifest(),
      ({ generation }) => (generation.maxNewTokens = 128),
      /generation\.maxNewTokens: must be below maxLength/,
    );
  });

  it('must name tokens that the model can write', () => {
    expectProblem(
      generatorManifest(),
      ({ tokens }) => (tokens.seg = [[32_004]]),
      /^tokens: names the token 32004, which a model of 40 tokens cannot write/,
    );
  });

  it('must mark masks as the dialect says', () => {
    expectProblem(
      generatorManifest(),
      ({ tokens }) => (tokens.seg = []),
      /^tokens\.seg: must name the tokens that mark a mask/,
    );
    expectProblem(
      generatorManifest(),
      ({ tokens }) => (tokens.seg = [[10, 11]]),
      /^tokens\.seg: must have 1 ids a mask, as many as dialect\.seg has tags/,
    );
    const maskless = generatorManifest();
    delete maskless.graphs.mask_decoder;
    expect(problemsOf(maskless)).toEqual(["graphs: lacks mask_decoder, which turns the dialect's masks into pixels"]);
  });

  it('may mark a mask by several tokens, whose states come together', () => {
    const manifest = generatorManifest();
    manifest.dialect = { kind: 'groups', seg: ['[SEG0]', '[SEG1]', '[SEG2]'] };
    manifest.tokens.seg = [[10, 11, 12]];
    manifest.graphs.mask_decoder!.inputs['seg_hidden_states']!.shape = ['masks', 3, 8];
    expect(problemsOf(manifest)).toEqual([]);
  });

  it('may mark things by boxes, without a mask decoder', () => {
    const manifest = generatorManifest();
    manifest.dialect = {
      kind: 'boxes',
      phraseOpen: '<phrase>',
      phraseClose: '</phrase>',
      objectOpen: '<object>',
      objectClose: '</object>',
      separator: '</delimiter_of_multi_objects/>',
      patch: '<patch_index_{4 digits}>',
      grid: 32,
    };
    manifest.tokens.seg = [];
    delete manifest.graphs.mask_decoder;
    delete manifest.graphs.pixel_encoder;
    delete manifest.pixels;
    delete manifest.mask;
    expect(problemsOf(manifest)).toEqual([]);
    manifest.dialect.patch = '<patch>';
    expect(problemsOf(manifest)).toEqual(['dialect.patch: must hold {4 digits}']);
  });
});

describe('preprocessing', () => {
  it.each([
    [{ size: [16, 8] }, /image\.preprocess\.size: must have two equal sides where "fit" is "shortest-crop"/],
    [{ filter: 'lanczos', antialias: false }, /antialias: must be true where "filter" is "lanczos"/],
    [{ fit: 'tiles' }, /tiles: must be there where "fit" is "tiles"/],
    [{ tiles: { min: 1, max: 2, thumbnail: true } }, /tiles: must be there where "fit" is "tiles", and only there/],
    [{ fit: 'tiles', tiles: { min: 3, max: 2, thumbnail: true } }, /tiles\.min: must not be above max/],
    [
      { fit: 'tiles', size: [4096, 4096], tiles: { min: 1, max: 64, thumbnail: true } },
      /size: asks for more than 67108864 numbers/,
    ],
    [{ deviation: [1, 0, 1] }, /deviation: must be above zero/],
  ])('is refused with %j', (change, problem) => {
    const manifest = generatorManifest();
    Object.assign(manifest.image.preprocess, change);
    expect(problemsOf(manifest).join('\n')).toMatch(problem);
  });

  it('must be one that masks can come back from', () => {
    const fine = generatorManifest();
    fine.mask!.size = [64, 64];
    expect(problemsOf(fine)[0]).toContain('mask.size: must not be larger than the photograph that the graph sees');
    const tiled = generatorManifest();
    tiled.mask!.space = 'image';
    tiled.image.preprocess.fit = 'tiles';
    tiled.image.preprocess.tiles = { min: 1, max: 4, thumbnail: true };
    expect(problemsOf(tiled).join('\n')).toContain('mask.space: must not be the photograph in tiles');
  });
});

describe('the other drivers', () => {
  it('must have their tensors', () => {
    expectProblem(
      segmenterManifest(),
      ({ graphs }) => delete graphs.prompt_encoder_mask_decoder.outputs['iou_scores'],
      /prompt_encoder_mask_decoder\.outputs: lacks the tensor "iou_scores"/,
    );
    const mute = segmenterManifest();
    delete mute.graphs.prompt_encoder_mask_decoder.inputs['input_points'];
    expect(problemsOf(mute).join('\n')).toContain('has neither "input_points" nor "input_boxes"');
    expectProblem(
      florenceManifest(),
      ({ graphs }) => delete graphs.decoder_model_merged.inputs['use_cache_branch'],
      /decoder_model_merged\.inputs: lacks the tensor "use_cache_branch"/,
    );
    expectProblem(
      florenceManifest(),
      ({ graphs }) => delete graphs.sam_vision_encoder,
      /^graphs: must have both sam_vision_encoder and prompt_encoder_mask_decoder, or neither/,
    );
    expectProblem(
      embedderManifest(),
      (manifest) => (manifest.pooling = 'none'),
      /model\.outputs: lacks the tensor "sentence_embedding"/,
    );
  });
});

describe('absurd sizes', () => {
  it.each([
    [[2 ** 24, 2 ** 24], /must have at most 67108864 elements/],
    [[2 ** 30], /Too big/],
    [[0], /Too small/],
    [[-1], /Too small/],
    [[1.5], /shape\.0: Invalid input/],
    [[Number.POSITIVE_INFINITY], /Invalid input/],
    [Array(9).fill(1), /Too big/],
  ])('in a shape are refused: %j', (shape, problem) => {
    const manifest = generatorManifest();
    manifest.graphs.embed_tokens.outputs['inputs_embeds']!.shape = shape;
    expect(problemsOf(manifest).join('\n')).toMatch(problem);
  });

  it('of lists and numbers are refused', () => {
    const manifest = generatorManifest();
    manifest.cache.layers = 1e9;
    manifest.generation.maxLength = 1e12;
    manifest.image.tokens = 1e9;
    manifest.tokens.eos = Array.from({ length: 1000 }, (_, i) => i);
    const paths = problemsOf(manifest).map((problem) => problem.split(':')[0]);
    expect(paths).toEqual(
      expect.arrayContaining(['cache.layers', 'generation.maxLength', 'image.tokens', 'tokens.eos']),
    );
  });
});

describe('graphsOf', () => {
  it('lists the graphs that are there', () => {
    const manifest = generatorManifest();
    delete manifest.graphs.generate_loop;
    expect([...graphsOf(manifest).keys()]).not.toContain('generate_loop');
    expect([...graphsOf(manifest).keys()].length).toBe(5);
  });
});
