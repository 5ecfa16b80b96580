/** What a batch will ask and cost, before it begins. */

import { isObject } from '../records/isObject.ts';
import { fail, ok, type Result } from '../result.ts';
import type { ChatMessage } from './chat.ts';
import { PICTURE_SIDE } from './objectPicture.ts';
import { type MaskedObject, objectTree } from './objectTree.ts';
import { type Prompts, promptMessages } from './prompts.ts';

/** What a provider takes for a million tokens, in one currency. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** Numbers of requests and tokens; tokens are estimates. */
export interface Estimate {
  readonly images: number;
  readonly objects: number;
  /** Where every first answer is right; twice as many where none is. */
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export const NOTHING: Estimate = { images: 0, objects: 0, requests: 0, inputTokens: 0, outputTokens: 0 };

/** English text has about four characters a token. */
const CHARACTERS_A_TOKEN = 4;
/** How providers with tiles count a picture: a base, and so many for each square of 512 pixels. */
const PICTURE_BASE = 85;
const TILE_TOKENS = 170;
const TILE = 512;
/** A short and a detailed caption, and an object's share of a description: measured on the paper's printed example. */
const CAPTION_OUTPUT = 90;
const DESCRIPTION_OUTPUT_AN_OBJECT = 35;
/** Characters of one line of the notes that a description is made from. */
const LINE_CHARACTERS = 320;

/** Tokens that messages take, about. */
export function estimateTokens(messages: readonly ChatMessage[]): number {
  let tokens = 0;
  for (const { text, images = [] } of messages) {
    tokens += textTokens(text.length);
    for (const { width, height } of images) tokens += pictureTokens(width, height);
  }
  return tokens;
}

function textTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_A_TOKEN);
}

function pictureTokens(width: number, height: number): number {
  return PICTURE_BASE + TILE_TOKENS * Math.ceil(width / TILE) * Math.ceil(height / TILE);
}

/** What one image with these objects takes. */
export function estimateImage(objects: readonly MaskedObject[], prompts: Prompts): Estimate {
  const { roots, subtrees } = objectTree(objects);
  const caption =
    estimateTokens(promptMessages(prompts.object, { box: '[0.00, 0.00, 0.00, 0.00]', label: 'not known' })) +
    pictureTokens(PICTURE_SIDE, PICTURE_SIDE);
  const sizes = [roots.length, ...subtrees.map(({ parts }) => parts.length + 1)];
  const described = sizes.reduce((sum, size) => sum + size, 0);
  const prompt = estimateTokens(promptMessages(prompts.root, {}));
  return {
    images: 1,
    objects: objects.length,
    requests: objects.length + sizes.length,
    inputTokens: objects.length * caption + sizes.length * prompt + described * textTokens(LINE_CHARACTERS),
    outputTokens: objects.length * CAPTION_OUTPUT + described * DESCRIPTION_OUTPUT_AN_OBJECT,
  };
}

export function addEstimates(a: Estimate, b: Estimate): Estimate {
  return {
    images: a.images + b.images,
    objects: a.objects + b.objects,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  };
}

/** In the price's currency. */
export function costOf(tokens: Pick<Estimate, 'inputTokens' | 'outputTokens'>, price: Price): number {
  return (tokens.inputTokens * price.input + tokens.outputTokens * price.output) / 1e6;
}

/** Reads a table `{"model": {"input": 2.5, "output": 10}}` of prices for a million tokens; finds the model's. */
export function priceIn(table: unknown, model: string): Result<Price | undefined> {
  if (!isObject(table))
    return fail('The table of prices is no JSON object: write {"MODEL": {"input": 2.5, "output": 10}}.');
  const entry = table[model];
  if (entry === undefined) return ok(undefined);
  const { input, output } = isObject(entry) ? entry : {};
  if (!isPrice(input) || !isPrice(output))
    return fail(
      `The prices of ${model} are not two numbers from 0: write {"input": 2.5, "output": 10}, for a million tokens.`,
    );
  return ok({ input, output });
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** The estimate in one or two sentences for people. */
export function estimateText(estimate: Estimate, price: Price | undefined): string {
  const { images, objects, requests, inputTokens, outputTokens } = estimate;
  const asked = `${counted(images, 'image')} with ${counted(objects, 'object')}: ${counted(requests, 'request')}, up to ${requests * 2} if every answer has to be asked for again`;
  const tokens = `about ${rounded(inputTokens)} tokens in and ${rounded(outputTokens)} out`;
  if (price === undefined) return `${asked}; ${tokens}. No price is set for the model, so the cost is not known.`;
  const cost = costOf(estimate, price);
  return `${asked}; ${tokens}. That costs about ${money(cost)}, up to ${money(cost * 2)}, by the prices you set.`;
}

export function money(cost: number): string {
  return cost < 1 ? cost.toFixed(3) : cost.toFixed(2);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Two digits that count: more would promise what an estimate cannot. */
function rounded(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString('en');
}
