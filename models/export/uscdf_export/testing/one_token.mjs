// Runs the language model of a bundle in onnxruntime-node: a prompt of made-up embeddings, then a few tokens.
// node one_token.mjs BUNDLE REPOSITORY [tokens]: REPOSITORY is where node_modules holds onnxruntime-node.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder, repository, tokens = '4'] = process.argv.slice(2);
const { InferenceSession, Tensor } = createRequire(join(resolve(repository), 'package.json'))('onnxruntime-node');
const manifest = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
const gigabytes = () => `${(process.memoryUsage().rss / 1e9).toFixed(1)} GB`;
const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

const graph = manifest.graphs.generate_loop;
let from = performance.now();
const session = await InferenceSession.create(join(folder, graph.file), {
  executionProviders: ['cpu'],
  enableCpuMemArena: false,
  intraOpNumThreads: Number(process.env.THREADS ?? 2),
});
console.log(`load: ${seconds(from)}, ${gigabytes()}`);

const { cache } = manifest;
const half = cache.type === 'float16';
const floats = (values, dims) => new Tensor(cache.type, half ? new Uint16Array(values.length) : values, dims);
const hidden = graph.inputs.inputs_embeds.shape[2];
const feeds = {
  inputs_embeds: floats(
    Float32Array.from({ length: 64 * hidden }, (_, i) => Math.sin(i) * 0.02),
    [1, 64, hidden],
  ),
};
for (const name of Object.keys(graph.inputs).filter((key) => key.startsWith('past_key_values.'))) {
  feeds[name] = floats(new Float32Array(0), [1, cache.kvHeads, 0, cache.headDim]);
}
feeds.eos_token_ids = new Tensor('int64', BigInt64Array.from(manifest.tokens.eos, BigInt), [
  manifest.tokens.eos.length,
]);
for (const count of [1, Number(tokens)]) {
  from = performance.now();
  const given = await session.run({
    ...feeds,
    max_new_tokens: new Tensor('int64', BigInt64Array.of(BigInt(count)), []),
  });
  console.log(
    `prompt of 64 and ${count} of ${[...given.tokens.data].length} tokens: ${seconds(from)}, ${gigabytes()}, ids ${[...given.tokens.data].join(' ')}`,
  );
}
