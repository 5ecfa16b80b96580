import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import { BundleError } from '../errors.ts';
import { TokenEmbedding } from '../generate/embed.ts';
import type { FlorenceManifest } from '../manifest.ts';
import type { SourceImage } from '../model.ts';
import { ImageEncoder } from '../segmenter/imageEmbeddings.ts';
import { asType, floatsOf, floatTensor } from '../sessions/floats.ts';
import { type OpenSessions, openSessions } from '../sessions/openSessions.ts';
import { inputType, type Session, type TensorValue, tensor } from '../sessions/session.ts';
import type { TextTokenizer, TokenReader } from '../tokenizer.ts';
import { FlorenceDecoder } from './decoder.ts';

/** A Florence-2 bundle that is loaded on one device. */
export interface Florence {
  readonly manifest: FlorenceManifest;
  readonly sessions: OpenSessions;
  readonly images: ImageEncoder;
  /** Of the SAM-type model; absent where the bundle has none. */
  readonly pixels: ImageEncoder | undefined;
  /** What the model answers to a sentence about a photograph, and whether it came to its end. */
  ask(image: SourceImage, sentence: string, onText: (text: string, tokens: number) => Promise<void>): Promise<Answer>;
}

export interface Answer {
  /** Tags and places spelt out. */
  readonly text: string;
  readonly finished: boolean;
}

/** Opens all that a Florence-2 bundle needs on one device. Throws a `BundleError`, or what the library throws. */
export async function openFlorence(bundle: Bundle<FlorenceManifest>, device: ExecutionDevice): Promise<Florence> {
  const { manifest, tokenizer } = bundle;
  if (tokenizer === undefined) throw new BundleError(`${manifest.name} has no tokenizer. Get the bundle again.`);
  const sessions = await openSessions(bundle, device, {
    vision_encoder: {},
    // A look-up: on a graphics card the table would only take room.
    embed_tokens: { device: 'cpu' },
    encoder_model: {},
    decoder_model_merged: {},
    sam_vision_encoder: {},
    prompt_encoder_mask_decoder: {},
  });
  const embedding = new TokenEmbedding(sessions.get('embed_tokens')!, manifest.graphs.embed_tokens.file);
  const decoder = new FlorenceDecoder(sessions.get('decoder_model_merged')!, embedding, manifest);
  const images = new ImageEncoder(sessions.get('vision_encoder')!, manifest.image.preprocess);
  const sam = sessions.get('sam_vision_encoder');
  const pixels = sam && manifest.pixels ? new ImageEncoder(sam, manifest.pixels.preprocess) : undefined;
  const encoder = sessions.get('encoder_model')!;
  return {
    manifest,
    sessions,
    images,
    pixels,
    async ask(image, sentence, onText) {
      const { outputs } = await images.encode(image);
      const given = await promptOf(sentence, outputs['image_features'], embedding, tokenizer, manifest);
      const encoded = await encode(encoder, given, manifest);
      const watching = new Watching(tokenizer.reader(), onText);
      const { ids, finished } = await decoder.write(encoded, (id) => watching.add(id));
      return { text: tokenizer.decode(ids), finished };
    },
  };
}

/** Between two looks at whether the work was cancelled, unless one run takes longer. */
const LOOK_EVERY_MS = 30;

/** Hands on what was written so far, from time to time. */
class Watching {
  readonly #reader: TokenReader;
  readonly #onText: (text: string, tokens: number) => Promise<void>;
  #text = '';
  #tokens = 0;
  #looked = performance.now();

  constructor(reader: TokenReader, onText: (text: string, tokens: number) => Promise<void>) {
    this.#reader = reader;
    this.#onText = onText;
  }

  async add(id: number): Promise<void> {
    this.#text += this.#reader.next(id);
    this.#tokens++;
    if (performance.now() - this.#looked < LOOK_EVERY_MS) return;
    await this.#onText(this.#text, this.#tokens);
    this.#looked = performance.now();
  }
}

/** The photograph, then the sentence between the tokens that begin and end it: `[1, N + T, H]`. */
async function promptOf(
  sentence: string,
  features: TensorValue | undefined,
  embedding: TokenEmbedding,
  tokenizer: TextTokenizer,
  { tokens, graphs }: FlorenceManifest,
): Promise<TensorValue> {
  const { file } = graphs.vision_encoder;
  const image = floatsOf(features, file, 'image_features');
  const bos = tokens.bos === undefined ? [] : [tokens.bos];
  const words = await embedding.rows([...bos, ...tokenizer.encode(sentence), ...tokens.eos.slice(0, 1)]);
  if (features?.dims.at(-1) !== words.width) {
    throw new BundleError(
      `${file} gives vectors of ${features?.dims.at(-1)} numbers where the language model takes ${words.width}. The graphs do not belong together.`,
      file,
    );
  }
  const data = new Float32Array(image.length + words.data.length);
  data.set(image);
  data.set(words.data, image.length);
  return tensor('float32', data, [1, data.length / words.width, words.width]);
}

async function encode(session: Session, given: TensorValue, { graphs }: FlorenceManifest): Promise<TensorValue> {
  const { file } = graphs.encoder_model;
  const length = given.dims[1]!;
  const outputs = await session.run({
    inputs_embeds: asType(given, inputType(session, 'inputs_embeds'), file, 'inputs_embeds'),
    attention_mask: tensor('int64', new BigInt64Array(length).fill(1n), [1, length]),
  });
  const encoded = outputs['last_hidden_state'];
  if (encoded === undefined) throw new BundleError(`${file} gave no "last_hidden_state". Get the bundle again.`, file);
  return floatTensor('float32', floatsOf(encoded, file, 'last_hidden_state'), encoded.dims);
}
