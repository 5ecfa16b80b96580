import { freemem, totalmem } from 'node:os';
import type { ExecutionDevice } from './draft.ts';
import { MemoryError } from './errors.ts';
import { mostTiles } from './manifest/imageChecks.ts';
import type { Preprocess } from './manifest/images.ts';
import { type BundleManifest, type GraphManifest, graphsOf } from './manifest.ts';
import { type MemoryAtHand, memoryAtHand } from './memory/available.ts';

/** Bytes that a bundle needs while it makes a draft, by what needs them. */
export interface MemoryNeed {
  readonly weightsBytes: number;
  /** Keys and values of the language model for its longest answer. */
  readonly cacheBytes: number;
  /** What graphs hold while they run. */
  readonly workingBytes: number;
}

export interface MemoryCheck {
  /** Which graphs are loaded, where not all are. */
  readonly graphs?: readonly string[];
  /** Bytes to reckon with instead of what the system says is free; `Infinity` for no check. */
  readonly limitBytes?: number | undefined;
}

/** The environment variable that overrides what the system says: `off`, or bytes as in `12GB`. */
export const MEMORY_VARIABLE = 'USCDF_MODEL_MEMORY';

const GIGABYTE = 2 ** 30;
/** The library itself, and what every run needs. */
const BASE_BYTES = 96 * 2 ** 20;
/** Below this nothing is refused: what is free changes by more from one moment to the next. */
const NEGLIGIBLE_BYTES = 256 * 2 ** 20;
/** Tokens of a question and of what stands around it. */
const PROMPT_TOKENS = 512;
/** Past, present, and the copy that the library makes for JavaScript. */
const CACHE_COPIES = 3;
/** An encoder's attention: a number for each pair of patches of 16 × 16 pixels and each of its heads. */
const PATCH_SIDE = 16;
const HEADS = 16;

/**
 * Estimates what a bundle needs on a device. Weights come from the sizes of the files and from how the library loads them,
 * which was measured (docs/bundles.md says how); the manifest's own `memory` goes before it.
 */
export function memoryNeed(manifest: BundleManifest, device: ExecutionDevice, graphs?: readonly string[]): MemoryNeed {
  const own = 'memory' in manifest ? manifest.memory : undefined;
  return {
    weightsBytes: own?.weightsBytes ?? weightsOf(manifest, device, graphs),
    cacheBytes: cacheOf(manifest),
    workingBytes: own?.workingBytes ?? BASE_BYTES + encoderOf(manifest),
  };
}

/**
 * Throws a `MemoryError` where this machine has not got the memory that a bundle needs, before anything is loaded. Of a
 * graphics card's own memory nothing is known, so that only what the device shares with the processor is checked.
 */
export function expectMemory(
  manifest: BundleManifest,
  device: ExecutionDevice,
  { graphs, limitBytes = limitFromEnvironment(process.env) }: MemoryCheck = {},
): void {
  if (!sharesMemory(device)) return;
  const need = memoryNeed(manifest, device, graphs);
  const bytes = need.weightsBytes + need.cacheBytes + need.workingBytes;
  if (bytes <= NEGLIGIBLE_BYTES) return;
  const atHand: MemoryAtHand =
    limitBytes === undefined
      ? memoryAtHand(freeBytes(), totalmem())
      : { availableBytes: limitBytes, totalBytes: limitBytes, of: 'what the limit allows' };
  if (bytes <= atHand.availableBytes) return;
  throw new MemoryError(refusal(manifest, need, bytes, atHand));
}

/** A Mac counts as used what it would give up when asked, so that its own number says little. */
function freeBytes(): number {
  return process.platform === 'darwin' ? Math.max(freemem(), 0.6 * totalmem()) : freemem();
}

/** Whether a device uses the memory that the operating system counts: the processor does, and every device of a Mac. */
function sharesMemory(device: ExecutionDevice): boolean {
  return device === 'cpu' || device === 'coreml' || process.platform === 'darwin';
}

function refusal(manifest: BundleManifest, need: MemoryNeed, bytes: number, atHand: MemoryAtHand): string {
  const parts = [
    `weights ${gigabytes(need.weightsBytes)}`,
    ...(need.cacheBytes > 0 ? [`context of the answer ${gigabytes(need.cacheBytes)}`] : []),
    `work ${gigabytes(need.workingBytes)}`,
  ];
  const advice =
    bytes > atHand.totalBytes
      ? 'Choose a smaller model, or the same one with fewer bits (int4)'
      : 'Close other programs, or choose a smaller model or the same one with fewer bits (int4)';
  return `${manifest.name} needs about ${gigabytes(bytes)} of memory (${parts.join(', ')}), and ${gigabytes(atHand.availableBytes)} are free of ${gigabytes(atHand.totalBytes)}, ${atHand.of}: loading it could make the machine stall. ${advice}; to load it all the same, set the environment variable ${MEMORY_VARIABLE} to "off".`;
}

/** The limit that a user has set, in bytes; `undefined` where there is none, or none that can be read. */
export function limitFromEnvironment(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const value = environment[MEMORY_VARIABLE]?.trim().toLowerCase();
  if (value === 'off') return Number.POSITIVE_INFINITY;
  const parts = /^(\d{1,6}(?:\.\d{1,3})?) ?(gb|mb)$/.exec(value ?? '');
  return parts === null ? undefined : Number(parts[1]) * (parts[2] === 'gb' ? GIGABYTE : 2 ** 20);
}

function weightsOf(manifest: BundleManifest, device: ExecutionDevice, wanted?: readonly string[]): number {
  const graphs = [...graphsOf(manifest)].filter(([key]) => wanted?.includes(key) ?? isLoaded(manifest, key, device));
  return graphs.reduce((sum, [, graph]) => sum + weightOf(graph, manifest, device), 0);
}

/** The loop and the step graph hold the same weights; a device loads one of them. */
function isLoaded(manifest: BundleManifest, key: string, device: ExecutionDevice): boolean {
  if (manifest.served !== undefined && Object.hasOwn(manifest.served.models, key)) return false;
  if (manifest.driver !== 'generator' || manifest.graphs.generate_loop === undefined) return true;
  return key !== (device === 'webgpu' ? 'generate_loop' : 'decoder_model_merged');
}

/**
 * Measured with onnxruntime-node 1.30 on the processor, bytes resident for each byte of the file: external data 1.0, halves
 * 2.5, since the processor computes with floats; a graph with its weights inside 1.6 to 2.2, halves 3.3, since it is parsed
 * first; and one more where it was read into memory before. A loop has halves as floats once for the prompt and once for
 * the tokens: 4.8.
 */
function weightOf(graph: GraphManifest, manifest: BundleManifest, device: ExecutionDevice): number {
  const { bytes, external = [] } = graph;
  const isHalf = device === 'cpu' && hasHalves(graph, manifest);
  const outside = external.reduce((sum, file) => sum + file.bytes, 0);
  const loops = Object.hasOwn(graph.inputs, 'max_new_tokens');
  if (outside > 0) return bytes + outside * (isHalf ? (loops ? 4.8 : 2.5) : 1.05);
  return bytes * (isHalf ? (loops ? 5.8 : 4.3) : 3);
}

function hasHalves({ inputs, outputs }: GraphManifest, manifest: BundleManifest): boolean {
  if ('precision' in manifest && manifest.precision === 'fp16') return true;
  return [...Object.values(inputs), ...Object.values(outputs)].some(({ type }) => type === 'float16');
}

function cacheOf(manifest: BundleManifest): number {
  if (manifest.driver !== 'generator' && manifest.driver !== 'florence') return 0;
  const { cache, generation, image } = manifest;
  const prompt = image.tokens * mostTiles(image.preprocess) + PROMPT_TOKENS;
  const tokens = Math.min(generation.maxLength, prompt + generation.maxNewTokens);
  const width = cache.type === 'float16' ? 2 : 4;
  return 2 * cache.layers * cache.kvHeads * cache.headDim * tokens * width * CACHE_COPIES;
}

/** The largest encoder's attention; encoders that look at windows need less. */
function encoderOf(manifest: BundleManifest): number {
  const seen: Preprocess[] = [];
  if ('image' in manifest) seen.push(manifest.image.preprocess);
  if ('pixels' in manifest && manifest.pixels !== undefined) seen.push(manifest.pixels.preprocess);
  const bytes = seen.map((preprocess) => {
    const patches = (preprocess.size[0] * preprocess.size[1]) / PATCH_SIDE ** 2;
    return mostTiles(preprocess) * (patches ** 2 * HEADS * 4 + preprocess.size[0] * preprocess.size[1] * 12);
  });
  return Math.max(0, ...bytes);
}

function gigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
