import { join } from 'node:path';
import { type Bundle, isFor, loadBundle } from '../../models/runtime/bundle.ts';
import { EXECUTION_DEVICES, type ExecutionDevice } from '../../models/runtime/draft.ts';
import { openGenerator } from '../../models/runtime/generate/generator.ts';
import type { GeneratorManifest } from '../../models/runtime/manifest.ts';
import { tensor } from '../../models/runtime/sessions/session.ts';
import { shapeOf, weightsOf } from './deviceGraph.ts';
import { type AnswerLength, bytesOfToken, limitOf } from './deviceLimit.ts';
import { type AnswerSeconds, type ReferencePlace, startReference } from './deviceReference.ts';
import { lowerQuartile, verdict } from './typical.ts';

const LENGTH: AnswerLength = { prompt: 256, tokens: Number(process.env['USCDF_BENCH_TOKENS'] ?? 128) };
const ANSWERS = Number(process.env['USCDF_BENCH_ANSWERS'] ?? 8);
/** The smallest that ships: enough to see on any machine that the measurement works. */
const BUNDLE = process.env['USCDF_BENCH_BUNDLE'] ?? join(__dirname, '../../models/bundles/mglmm-mini');
/** For cards that cannot hold both models: one after the other, instead of in turns. */
const APART = process.env['USCDF_BENCH_APART'] !== undefined;

/** How many times the tokens a second of `transformers` there are to be, and the share of what the memory allows. */
const RATIO_BAR = 1;
const SHARE_BAR = 0.5;

/** A program that writes answers, loaded. */
interface Side {
  readonly name: string;
  answer(): Promise<AnswerSeconds>;
  end(): Promise<void>;
}

/** What a side took, in seconds. */
interface Measured {
  /** A token after the first. */
  readonly token: number;
  readonly whole: number;
}

/**
 * A bundle's language model on a device (`USCDF_BENCH_DEVICE`, else the processor), as the runtime itself opens and drives it
 * there, against `generate` of `transformers` on a model of the same shape and the same device, and against the device's memory:
 * no program writes a token without reading the weights once. No token ends an answer.
 */
export async function run(): Promise<void> {
  const device = EXECUTION_DEVICES.find((name) => name === (process.env['USCDF_BENCH_DEVICE'] ?? 'cpu'));
  if (device === undefined) throw new Error(`USCDF_BENCH_DEVICE is one of ${EXECUTION_DEVICES.join(', ')}.`);
  const bundle = await endless(BUNDLE);
  const { manifest } = bundle;
  const weights = weightsOf(bundle.graphs['decoder_model_merged']!);
  const shape = shapeOf(manifest, weights);
  console.log(
    `${manifest.name} (${manifest.precision}) on ${device}: ${LENGTH.tokens} tokens after a prompt of ${LENGTH.prompt}, ${ANSWERS} answers each, ${APART ? 'one side after the other' : 'in turns'}, lower quartiles`,
  );
  let place: ReferencePlace | undefined;
  const own = () => openOwn(bundle, device, shape.hidden);
  const reference = async (): Promise<Side | undefined> => {
    const started = await startReference({ device, shape, length: LENGTH });
    place = started?.place;
    return started && { ...started, name: 'transformers' };
  };
  // The reference first: of a card's memory it takes a little more while it measures copies.
  const measured = APART
    ? new Map([...(await measure([own])), ...(await measure([reference]))])
    : await measure([reference, own]);
  if (place !== undefined) {
    const versions = Object.entries(place.versions).map((version) => version.join(' '));
    const threads = device === 'cpu' ? `, threads: ${place.threads}` : '';
    console.log(`transformers: ${place.dtype} on ${place.place}${threads}; ${versions.join(', ')}`);
  }
  for (const [name, each] of measured) printRow(name, each);
  const ours = measured.get('uscdf')!;
  const theirs = measured.get('transformers');
  if (theirs !== undefined) {
    const ratio = theirs.token / ours.token;
    console.log(
      `${ratio.toFixed(2)} times the tokens a second of transformers; bar ${RATIO_BAR}, held? ${verdict(ratio > RATIO_BAR)}`,
    );
  }
  printLimit(bytesOfToken(weights, manifest.cache, LENGTH), bandwidthOf(place), 1 / ours.token);
}

/** A bundle whose answers no token ends, and whose context takes any length. */
async function endless(folder: string): Promise<Bundle<GeneratorManifest>> {
  const loaded = await loadBundle(folder);
  if (!loaded.ok) throw loaded.error;
  if (!isFor(loaded.value, 'generator')) throw new Error(`${folder} is no generator.`);
  const { tokens, generation, ...rest } = loaded.value.manifest;
  const maxLength = Math.max(generation.maxLength, LENGTH.prompt + LENGTH.tokens);
  // A negative id is no token's.
  const manifest = { ...rest, tokens: { ...tokens, eos: [-1] }, generation: { ...generation, maxLength } };
  return { ...loaded.value, manifest };
}

async function openOwn(bundle: Bundle<GeneratorManifest>, device: ExecutionDevice, width: number): Promise<Side> {
  const { driver, driverReason, sessions } = await openGenerator(bundle, device);
  console.log(driverReason);
  // Vectors that are as good as any: what is measured does not depend on them.
  const data = Float32Array.from({ length: LENGTH.prompt * width }, (_, i) => Math.sin(i) * 0.02);
  const prompt = { embeds: tensor('float32', data, [1, LENGTH.prompt, width]), unseen: [] };
  return {
    name: 'uscdf',
    async answer() {
      const started = performance.now();
      const decoding = driver.begin(prompt);
      let written = (await decoding.next(LENGTH.tokens)).length;
      // Else the rest would be divided by too many tokens.
      if (written !== 1) throw new Error(`The first run wrote ${written} tokens.`);
      const first = (performance.now() - started) / 1000;
      while (written < LENGTH.tokens) written += (await decoding.next(LENGTH.tokens - written)).length;
      const whole = (performance.now() - started) / 1000;
      decoding.end();
      return { first, whole };
    },
    end: () => sessions.release(),
  };
}

/** Opens sides, those that can be, and has them answer in turns, so that a busy moment of the machine meets all of them. */
async function measure(
  openers: readonly (() => Promise<Side | undefined>)[],
): Promise<ReadonlyMap<Side['name'], Measured>> {
  const sides: Side[] = [];
  try {
    for (const open of openers) {
      const side = await open();
      if (side !== undefined) sides.push(side);
    }
    const answers = new Map<string, AnswerSeconds[]>(sides.map(({ name }) => [name, []]));
    // The first answer compiles kernels and takes memory.
    for (const side of sides) await side.answer();
    for (let round = 0; round < ANSWERS; round++) {
      for (const side of sides) answers.get(side.name)!.push(await side.answer());
    }
    return new Map([...answers].map(([name, each]) => [name, typical(each)]));
  } finally {
    for (const side of sides) await side.end();
  }
}

function typical(answers: readonly AnswerSeconds[]): Measured {
  return {
    token: lowerQuartile(answers.map(({ first, whole }) => (whole - first) / (LENGTH.tokens - 1))),
    whole: lowerQuartile(answers.map(({ whole }) => whole)),
  };
}

function printRow(name: string, { token, whole }: Measured): void {
  console.log(
    `${name.padEnd(14)}${(1 / token).toFixed(1).padStart(9)} tokens/s, ${(1000 * token).toFixed(3)} ms each; with its prompt an answer takes ${whole.toFixed(3)} s`,
  );
}

/** Bytes a second: as measured, or as `USCDF_BENCH_BANDWIDTH` (GB/s) says for a card that torch does not reach. */
function bandwidthOf(place: ReferencePlace | undefined): number | undefined {
  const named = process.env['USCDF_BENCH_BANDWIDTH'];
  return named === undefined ? place?.bandwidth : 1e9 * Number(named);
}

function printLimit(read: ReturnType<typeof bytesOfToken>, bandwidth: number | undefined, own: number): void {
  const parts = `${megabytes(read.weights)} of weights and ${megabytes(read.cache)} of cache a token`;
  if (bandwidth === undefined) {
    console.log(`SKIPPED: the limit. ${parts}, but how fast the memory is was not measured.`);
    return;
  }
  const limit = limitOf(read, bandwidth);
  const share = own / limit;
  console.log(
    `the memory allows ${limit.toFixed(1)} tokens/s: ${parts}, ${(bandwidth / 1e9).toFixed(1)} GB/s; this is ${(100 * share).toFixed(0)} % of it; bar ${100 * SHARE_BAR} %, held? ${verdict(share >= SHARE_BAR)}`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 2 : 0)} MB`;
}
