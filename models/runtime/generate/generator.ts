import type { Bundle } from '../bundle.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/dialectOf.ts';
import type { ExecutionDevice } from '../draft.ts';
import { BundleError } from '../errors.ts';
import type { GeneratorManifest, GraphManifest } from '../manifest.ts';
import { type GraphOptions, type OpenSessions, openSessions, sizeOf } from '../sessions/openSessions.ts';
import type { TextTokenizer } from '../tokenizer.ts';
import { cacheNames } from './cacheNames.ts';
import type { DecoderDriver } from './driver.ts';
import { TokenEmbedding } from './embed.ts';
import { Encodings } from './encodings.ts';
import { LoopDriver } from './loopDriver.ts';
import { StepDriver } from './stepDriver.ts';

/** A generator bundle that is loaded on one device. */
export interface Generator {
  readonly manifest: GeneratorManifest;
  readonly sessions: OpenSessions;
  readonly tokenizer: TextTokenizer;
  readonly embedding: TokenEmbedding;
  readonly driver: DecoderDriver;
  /** A sentence: which driver, and why. */
  readonly driverReason: string;
  readonly dialect: Dialect;
  readonly encodings: Encodings;
}

/** Where a loop inside the graph is run by the device itself; on others its cache would be copied at every token. */
const LOOPING: readonly ExecutionDevice[] = ['cpu', 'cuda'];

/** Opens all that a generator needs on one device. Throws a `BundleError`, or what the library throws. */
export async function openGenerator(
  bundle: Bundle<GeneratorManifest>,
  device: ExecutionDevice,
  loops = bundle.manifest.graphs.generate_loop !== undefined && LOOPING.includes(device),
): Promise<Generator> {
  const { manifest, tokenizer } = bundle;
  if (tokenizer === undefined) throw new BundleError(`${manifest.name} has no tokenizer. Get the bundle again.`);
  const sessions = await openSessions(bundle, device, graphsFor(manifest, loops));
  const embedding = new TokenEmbedding(sessions.get('embed_tokens')!, manifest.graphs.embed_tokens.file);
  return {
    manifest,
    sessions,
    tokenizer,
    embedding,
    driver: loops ? loopDriver(manifest, sessions, embedding) : stepDriver(manifest, sessions, embedding),
    driverReason: reasonFor(manifest, device, loops),
    dialect: dialectOf(manifest),
    encodings: new Encodings(manifest, {
      vision: sessions.get('vision_encoder')!,
      pixels: sessions.get('pixel_encoder'),
    }),
  };
}

function graphsFor(manifest: GeneratorManifest, loops: boolean): Readonly<Record<string, GraphOptions>> {
  return {
    vision_encoder: {},
    // A look-up: on a graphics card the table would only take room.
    embed_tokens: { device: 'cpu', oneThread: true },
    ...(loops
      ? { generate_loop: loopOptions(manifest) }
      : {
          decoder_model_merged: {
            ...languageOptions(manifest.graphs.decoder_model_merged),
            keepOnDevice: cacheNames(manifest.cache).present,
          },
        }),
    pixel_encoder: {},
    mask_decoder: {},
    prompt_encoder_mask_decoder: {},
  };
}

/** Below this size a token is done before a second thread is awake; measured, two threads made small models 2.5 times slower. */
const SMALL_MODEL = 64 * 2 ** 20;

/** A large cache would stay in the library's store after every answer. */
export function languageOptions(graph: GraphManifest): GraphOptions {
  return sizeOf(graph) < SMALL_MODEL ? { oneThread: true } : { withoutArena: true };
}

/**
 * What the loop multiplies at each token is one row, for which weights need no other layout: measured, small models lost a
 * tenth to it, and large ones held their weights twice while they were loaded. Quantised weights and halves do need it.
 */
export function loopOptions({ graphs, precision, cache }: GeneratorManifest): GraphOptions {
  const isFloat = cache.type === 'float32' && (precision === 'fp32' || precision === 'fp16');
  return { ...languageOptions(graphs.generate_loop!), unpacked: isFloat };
}

function loopDriver(manifest: GeneratorManifest, sessions: OpenSessions, embedding: TokenEmbedding): DecoderDriver {
  return new LoopDriver({
    loop: sessions.get('generate_loop')!,
    file: manifest.graphs.generate_loop!.file,
    embedding,
    cache: manifest.cache,
    eos: manifest.tokens.eos,
    maxLength: manifest.generation.maxLength,
    tokensPerRun: manifest.generation.loopTokens,
  });
}

function stepDriver(manifest: GeneratorManifest, sessions: OpenSessions, embedding: TokenEmbedding): DecoderDriver {
  return new StepDriver({
    decoder: sessions.get('decoder_model_merged')!,
    file: manifest.graphs.decoder_model_merged.file,
    embedding,
    cache: manifest.cache,
    maxLength: manifest.generation.maxLength,
  });
}

function reasonFor({ graphs, generation }: GeneratorManifest, device: ExecutionDevice, loops: boolean): string {
  if (loops) return `Words are written ${generation.loopTokens} tokens a run.`;
  const why = graphs.generate_loop === undefined ? 'the bundle has no loop graph' : `${device} runs no loops`;
  return `Words are written one token a run, because ${why}.`;
}
