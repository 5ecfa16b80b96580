/** The labelling of one image: what is asked of a model, one step after the other (paper, supplement B). */
import type { Raster } from '../images/raster.ts';
import type { Ask, ChatMessage } from './chat.ts';
import { type AnswerFinding, checkDescription, type NamedObject } from './check.ts';
import { type ObjectCaptions, readObjectAnswer } from './objectAnswer.ts';
import { normalisedBox, objectPicture } from './objectPicture.ts';
import { type MaskedObject, objectTree } from './objectTree.ts';
import { cleanDescription, type GroundedDescription } from './organised.ts';
import { type Prompts, promptMessages } from './prompts.ts';

/** An object with what a model says of it. */
export interface CaptionedObject extends ObjectCaptions {
  readonly object: MaskedObject;
  /** What is still wrong with the model's answer after it was asked again. */
  readonly findings: readonly AnswerFinding[];
}

/** A description of the whole image, or of an object with its parts. */
export interface Description {
  /** The object that it is about; `undefined` for the whole image. */
  readonly about: CaptionedObject | undefined;
  readonly objects: readonly CaptionedObject[];
  /** `undefined` where the model's answer was wrong twice: then `answer` is left to a person. */
  readonly grounded: GroundedDescription | undefined;
  /** The last answer, cleaned, with object tags. */
  readonly answer: string;
  readonly findings: readonly AnswerFinding[];
}

export interface LabelledImage {
  readonly captions: readonly CaptionedObject[];
  /** The root first, then each subtree, larger objects first. */
  readonly descriptions: readonly Description[];
}

export interface LabelOptions {
  readonly prompts: Prompts;
  readonly ask: Ask;
  /** Captions of so many objects are asked for at a time. */
  readonly parallel: number;
}

/** Tokens. */
export const CAPTION_TOKENS = 300;
export const DESCRIPTION_TOKENS = 1500;

/** Objects have masks of the photograph's size. Rejects as `ask` does. */
export async function labelImage(
  photo: Raster,
  objects: readonly MaskedObject[],
  options: LabelOptions,
): Promise<LabelledImage> {
  const captions = await inParallel(objects, options.parallel, (object) => captionObject(photo, object, options));
  const captionOf = new Map(captions.map((caption) => [caption.object, caption]));
  const captioned = (list: readonly MaskedObject[]) => list.map((object) => captionOf.get(object)!);
  const tree = objectTree(objects);
  const asked = [
    { about: undefined, objects: captioned(tree.roots) },
    ...tree.subtrees.map(({ object, parts }) => ({
      about: captionOf.get(object)!,
      objects: captioned([object, ...parts]),
    })),
  ];
  const descriptions = await inParallel(asked, options.parallel, (each) => describe(each.about, each.objects, options));
  return { captions, descriptions };
}

async function captionObject(
  photo: Raster,
  object: MaskedObject,
  { prompts, ask }: LabelOptions,
): Promise<CaptionedObject> {
  const values = { box: normalisedBox(object.mask), label: object.label ?? 'not known' };
  const first = promptMessages(prompts.object, values, [objectPicture(photo, object.mask)]);
  const answer = (await ask({ messages: first, maxTokens: CAPTION_TOKENS })).text;
  const read = readObjectAnswer(answer);
  if (read.ok) return { object, ...read.captions, findings: [] };
  const findings = read.findings.map((message) => ({ code: 'short-description', message }));
  const again = readObjectAnswer(await askAgain(first, answer, findings, CAPTION_TOKENS, { prompts, ask }));
  if (again.ok) return { object, ...again.captions, findings: [] };
  // What there is goes on: the descriptions need words for every object.
  const short = again.captions.short ?? read.captions.short ?? object.label ?? 'an object';
  const detailed = again.captions.detailed ?? read.captions.detailed ?? short;
  const left = again.findings.map((message) => ({ code: 'short-description', message }));
  return { object, short, detailed, findings: left };
}

async function describe(
  about: CaptionedObject | undefined,
  objects: readonly CaptionedObject[],
  options: LabelOptions,
): Promise<Description> {
  const { prompts, ask } = options;
  const values = { objects: objectLines(objects), target: about?.short ?? '' };
  const first = promptMessages(about === undefined ? prompts.root : prompts.subtree, values);
  const known = objects.map(({ object, short }): NamedObject => ({ number: object.number, short }));
  const text = (await ask({ messages: first, maxTokens: DESCRIPTION_TOKENS })).text;
  const answer = cleanDescription(text);
  const checked = checkDescription(answer, known);
  if (checked.ok) return { about, objects, grounded: checked.grounded, answer, findings: [] };
  const second = cleanDescription(await askAgain(first, text, checked.findings, DESCRIPTION_TOKENS, options));
  const rechecked = checkDescription(second, known);
  if (rechecked.ok) return { about, objects, grounded: rechecked.grounded, answer: second, findings: [] };
  return { about, objects, grounded: undefined, answer: second, findings: rechecked.findings };
}

/** The form in which the paper hands objects over. */
function objectLines(objects: readonly CaptionedObject[]): string {
  return objects
    .map(
      ({ object, short, detailed }) =>
        `<object${object.number}> Short Caption: ${short}; Detailed Caption: ${detailed}`,
    )
    .join('\n');
}

async function askAgain(
  first: readonly ChatMessage[],
  answer: string,
  findings: readonly AnswerFinding[],
  maxTokens: number,
  { prompts, ask }: Pick<LabelOptions, 'prompts' | 'ask'>,
): Promise<string> {
  const list = findings.map(({ message }) => `- ${message}`).join('\n');
  const messages = [
    ...first,
    { role: 'assistant' as const, text: answer.trim() === '' ? '(nothing)' : answer },
    ...promptMessages({ ...prompts.again, system: [] }, { findings: list }),
  ];
  return (await ask({ messages, maxTokens })).text;
}

/** Results in the order of the items; the first that fails ends it, and no more are begun. */
async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await run(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return results;
}
