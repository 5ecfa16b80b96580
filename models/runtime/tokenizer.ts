import { Tokenizer } from '@huggingface/tokenizers';
import * as z from 'zod';
import { BundleError } from './errors.ts';

/** A Hugging Face `tokenizer.json` as this project uses it: text to ids, ids to text, special tokens spelt out both ways. */
export interface TextTokenizer {
  /**
   * Ids of a text. Special tokens written in it become their ids. Those that the tokenizer itself would put around a text
   * (`<s>`, `[CLS]`) are added only where asked for.
   */
  encode(text: string, addSpecialTokens?: boolean): number[];
  /** The text of ids, special tokens spelt out and spaces as the tokens have them. Ids that are none add nothing. */
  decode(ids: readonly number[]): string;
  /** Reads ids one after the other, for an answer that is shown while it is written. */
  reader(): TokenReader;
  /** How the vocabulary spells an id; `undefined` where it has no such id. */
  tokenOf(id: number): string | undefined;
  idOf(token: string): number | undefined;
}

/** Text of ids that come one by one. All that it returned, joined, is the text of all ids. */
export interface TokenReader {
  /** What this id adds to the text; empty where a character is not complete yet, which then comes with a later id. */
  next(id: number): string;
  /** What is left when no further id comes: the replacement character of an incomplete one, or nothing. */
  end(): string;
}

/** Files of a tokenizer, as bytes. */
export interface TokenizerFiles {
  readonly tokenizer: Uint8Array;
  readonly config?: Uint8Array | undefined;
  /** Names for messages. */
  readonly names: { readonly tokenizer: string; readonly config?: string | undefined };
}

const MAX_ID = 2 ** 24;
const INCOMPLETE = '\ufffd';
/** A model that writes nothing but broken characters must not make each step cost more than the one before. */
const MOST_WAITING = 64;

/** As much of the files as keeps the library from running into something that it does not expect. */
const tokenizerFile = z.looseObject({
  added_tokens: z
    .array(
      z.looseObject({
        id: z.number().int().min(0).max(MAX_ID),
        content: z.string().min(1).max(10_000),
      }),
    )
    .max(100_000),
  model: z.looseObject({
    unk_token: z.string().nullish(),
    vocab: z.custom<object>(isVocabulary, { message: 'must give each token a whole number' }),
  }),
  normalizer: z.unknown(),
  pre_tokenizer: z.unknown(),
  post_processor: z.unknown(),
  decoder: z.unknown(),
});
const configFile = z.looseObject({});

/** Tokens by their ids, or a list of tokens with scores. By hand: a library takes longer for it than for all the rest. */
function isVocabulary(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= MAX_ID && value.every(isScoredToken);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((id) => Number.isInteger(id) && id >= 0 && id <= MAX_ID);
}

function isScoredToken(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && typeof pair[1] === 'number';
}

/** Reads a tokenizer. Throws a `BundleError` where the files are none, or one of a kind that the library does not know. */
export function readTokenizer(files: TokenizerFiles): TextTokenizer {
  const { names } = files;
  const tokenizer = parse(tokenizerFile, files.tokenizer, names.tokenizer);
  const config = files.config === undefined ? {} : parse(configFile, files.config, names.config ?? names.tokenizer);
  let library: Tokenizer;
  try {
    // A model of whole words has its unknown token in the first file; the library looks for it in the second.
    library = new Tokenizer(tokenizer, { unk_token: tokenizer.model.unk_token, ...config });
    // Kinds of models and steps that the library lacks show when they are first used.
    library.encode('a', { add_special_tokens: false });
  } catch (error) {
    throw new BundleError(
      `${names.tokenizer} is not a tokenizer that this version can run (${reason(error)}). Save it again with Hugging Face's tokenizers, as a fast tokenizer.`,
      names.tokenizer,
    );
  }
  return new LibraryTokenizer(library);
}

class LibraryTokenizer implements TextTokenizer {
  readonly #library: Tokenizer;

  constructor(library: Tokenizer) {
    this.#library = library;
  }

  encode(text: string, addSpecialTokens = false): number[] {
    if (text === '') return [];
    // Without an unknown token the library gives `undefined` for what it does not know.
    return this.#library.encode(text, { add_special_tokens: addSpecialTokens }).ids.filter(Number.isInteger);
  }

  decode(ids: readonly number[]): string {
    const known = ids.filter((id) => this.tokenOf(id) !== undefined);
    if (known.length === 0) return '';
    return this.#library.decode(known, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  reader(): TokenReader {
    return new WindowReader(this);
  }

  tokenOf(id: number): string | undefined {
    return this.#library.id_to_token(id);
  }

  idOf(token: string): number | undefined {
    return this.#library.token_to_id(token);
  }
}

/**
 * Decodes a few ids at a time instead of all of them for each new one. What a token looks like depends on the tokens before
 * it (a leading space is dropped at the beginning, bytes join to a character), so some ids whose text was given are decoded
 * along. A replacement character at the end may be a character that is not complete yet: it waits.
 */
class WindowReader implements TokenReader {
  readonly #tokenizer: TextTokenizer;
  /** Ids from the last place where the text was clean, and those before it. */
  #context: number[] = [];
  #waiting: number[] = [];
  /** Characters of the window's text that were given. */
  #given = 0;

  constructor(tokenizer: TextTokenizer) {
    this.#tokenizer = tokenizer;
  }

  next(id: number): string {
    if (this.#tokenizer.tokenOf(id) === undefined) return '';
    this.#waiting.push(id);
    const text = this.#text();
    if (text.endsWith(INCOMPLETE) && this.#waiting.length < MOST_WAITING) return this.#give(text.slice(0, -1));
    const added = this.#give(text);
    this.#context = this.#waiting;
    this.#waiting = [];
    this.#given = this.#text().length;
    return added;
  }

  end(): string {
    return this.#give(this.#text());
  }

  #text(): string {
    return this.#tokenizer.decode([...this.#context, ...this.#waiting]);
  }

  #give(text: string): string {
    const added = text.slice(this.#given);
    this.#given = Math.max(this.#given, text.length);
    return added;
  }
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, name: string): T {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BundleError(`${name} is not JSON (${reason(error)}). Get the bundle again.`, name);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new BundleError(
    `${name} is not a Hugging Face tokenizer (${path.slice(0, 4).join('.') || 'the file'}: ${message}). Save it again as a fast tokenizer.`,
    name,
  );
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
