import { join } from 'node:path';
import { type Bundle, isFor, loadBundle } from '../../models/runtime/bundle.ts';
import type { DecoderDriver, DecoderPrompt, Step } from '../../models/runtime/generate/driver.ts';
import { TokenEmbedding } from '../../models/runtime/generate/embed.ts';
import { languageOptions, loopOptions } from '../../models/runtime/generate/generator.ts';
import { LoopDriver } from '../../models/runtime/generate/loopDriver.ts';
import { StepDriver } from '../../models/runtime/generate/stepDriver.ts';
import type { GeneratorManifest } from '../../models/runtime/manifest.ts';
import { openSessions } from '../../models/runtime/sessions/openSessions.ts';
import { type Session, tensor } from '../../models/runtime/sessions/session.ts';
import { lowerQuartile, verdict } from './typical.ts';

/** Tokens of an answer, and of the prompt before it. */
const TOKENS = 96;
const PROMPT = 256;
const ROUNDS = 30;

/** Most that a driver may add to the time of the graphs' own runs, as a share of it. */
const OVERHEAD_BAR = 0.05;
/** How many times faster a token the loop is to be than single steps, on the processor. */
const LOOP_BAR = 3;

/** The small MGLMM of the tests, and the one that ships. */
const BUNDLES = ['test/fixtures/bundles/mglmm', 'models/bundles/mglmm-mini'];

/** What a driver took for one answer. */
interface Measured {
  /** Microseconds a token, over all runs of the answer but the one that reads the prompt: on the clock. */
  readonly token: number;
  /** The same in time of the processor, of all threads: the library's, the collector's, and what the system does for them. */
  readonly work: number;
  /** The share of the whole that was not inside the library's runs, over that which was. */
  readonly overhead: number;
  readonly tokens: readonly number[];
}

/**
 * Both decoding drivers on a bundle, on the processor: what they add to the library's runs, and a token of the loop against a
 * token of single steps. The answer runs to its full length whatever the model says. `USCDF_BENCH_BUNDLE` names another
 * bundle than the two here.
 */
export async function run(): Promise<void> {
  const other = process.env.USCDF_BENCH_BUNDLE;
  const folders = other === undefined ? BUNDLES.map((folder) => join(__dirname, '../..', folder)) : [other];
  for (const folder of folders) await compare(await generatorAt(folder));
}

async function compare(bundle: Bundle<GeneratorManifest>): Promise<void> {
  const stepping = await open(bundle, 'decoder_model_merged');
  const looping = await open(bundle, 'generate_loop');
  const prompt = promptFor(bundle.manifest, stepping.width);
  // Answers alternate, so that a busy moment of the machine meets both.
  const step: Measured[] = [];
  const loop: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    step.push(await measure(stepping, prompt));
    loop.push(await measure(looping, prompt));
  }
  if (String(step[0]!.tokens) !== String(loop[0]!.tokens)) throw new Error('The drivers wrote different tokens.');
  console.log(
    `${bundle.manifest.name}: ${TOKENS} tokens after a prompt of ${PROMPT}, ${ROUNDS} answers each, lower quartiles`,
  );
  const single = report('single steps', step);
  const looped = report('loop', loop);
  const ratio = single.token / looped.token;
  console.log(
    `a token of the loop is ${ratio.toFixed(1)} times faster; bar ${LOOP_BAR}, held? ${verdict(ratio >= LOOP_BAR)}; and takes ${(single.work / looped.work).toFixed(1)} times less work`,
  );
  await stepping.release();
  await looping.release();
}

async function generatorAt(folder: string): Promise<Bundle<GeneratorManifest>> {
  const loaded = await loadBundle(folder);
  if (!loaded.ok) throw loaded.error;
  if (!isFor(loaded.value, 'generator') || loaded.value.manifest.graphs.generate_loop === undefined) {
    throw new Error(`${folder} is no generator with a loop graph.`);
  }
  return loaded.value;
}

interface Watched {
  readonly driver: DecoderDriver;
  /** Milliseconds inside the library's runs since the start. */
  readonly inside: () => number;
  /** H, the language model's width. */
  readonly width: number;
  release(): Promise<void>;
}

async function open(
  bundle: Bundle<GeneratorManifest>,
  key: 'decoder_model_merged' | 'generate_loop',
): Promise<Watched> {
  const { manifest } = bundle;
  const sessions = await openSessions(bundle, 'cpu', {
    embed_tokens: { oneThread: true },
    [key]: key === 'generate_loop' ? loopOptions(manifest) : languageOptions(manifest.graphs[key]!),
  });
  let inside = 0;
  const timed = (session: Session): Session => ({
    ...session,
    run: async (feeds, wanted) => {
      const started = performance.now();
      const outputs = await session.run(feeds, wanted);
      inside += performance.now() - started;
      return outputs;
    },
  });
  const embedding = new TokenEmbedding(timed(sessions.get('embed_tokens')!), manifest.graphs.embed_tokens.file);
  const session = timed(sessions.get(key)!);
  const common = { file: key, embedding, cache: manifest.cache, maxLength: PROMPT + TOKENS };
  const driver =
    key === 'generate_loop'
      ? // No token ends the answer: a negative id is none.
        new LoopDriver({ ...common, loop: session, eos: [-1], tokensPerRun: manifest.generation.loopTokens })
      : new StepDriver({ ...common, decoder: session });
  const { width } = await embedding.rows([0]);
  return { driver, inside: () => inside, width, release: () => sessions.release() };
}

/** Vectors that are as good as any: what is measured does not depend on them. */
function promptFor({ cache }: GeneratorManifest, width: number): DecoderPrompt {
  const data = Float32Array.from({ length: PROMPT * width }, (_, i) => Math.sin(i * cache.headDim));
  return { embeds: tensor('float32', data, [1, PROMPT, width]), unseen: [] };
}

async function measure({ driver, inside }: Watched, prompt: DecoderPrompt): Promise<Measured> {
  const decoding = driver.begin(prompt);
  // The first run reads the prompt, which is the same work for both.
  const steps: Step[] = [...(await decoding.next(TOKENS))];
  const before = inside();
  const read = steps.length;
  const started = performance.now();
  const used = process.cpuUsage();
  while (steps.length < TOKENS) steps.push(...(await decoding.next(TOKENS - steps.length)));
  const { user, system } = process.cpuUsage(used);
  const took = performance.now() - started;
  decoding.end();
  const within = inside() - before;
  return {
    token: (1000 * took) / (steps.length - read),
    work: (user + system) / (steps.length - read),
    overhead: (took - within) / within,
    tokens: steps.map(({ tokenId }) => tokenId),
  };
}

/** Prints a row; returns what is typical. */
function report(name: string, answers: readonly Measured[]): Measured {
  const typical = (of: 'token' | 'work' | 'overhead') => lowerQuartile(answers.map((answer) => answer[of]));
  const [token, work, overhead] = [typical('token'), typical('work'), typical('overhead')];
  console.log(
    `${name.padEnd(14)}${token.toFixed(0).padStart(6)} µs a token, ${work.toFixed(0)} µs of work; overhead ${(100 * overhead).toFixed(1)} %; bar ${100 * OVERHEAD_BAR} %, held? ${verdict(overhead < OVERHEAD_BAR)}`,
  );
  return { ...answers[0]!, token, work, overhead };
}
