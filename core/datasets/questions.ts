/**
 * The questions of the official datasets and loaders, as they stand there (MGLMM, GLaMM, LISA, PixelLM, OMG-LLaVA; the paper's
 * supplement, C): a model answers best what it was asked in training. Misspellings of the originals are mended.
 */
import { joinList } from '../text/compose.ts';
import type { Random } from './random.ts';

/** For one class or expression, which takes the place of `{x}`. */
export const SEGMENT_QUESTIONS: readonly [string, ...string[]] = [
  'Can you segment the {x} in this image?',
  'Please segment {x} in this image.',
  'What is {x} in this image? Please respond with segmentation mask.',
  'What is {x} in this image? Please output segmentation mask.',
  'Could you provide a segmentation mask for the {x} in this image?',
  'Please identify and segment the {x} in this image.',
  'Where is the {x} in this picture? Please respond with a segmentation mask.',
  'Can you highlight the {x} in this image with a segmentation mask?',
];

/** Those for a description, ReasonSeg's: without "What is" and "Where is". */
export const SHORT_SEGMENT_QUESTIONS: readonly [string, ...string[]] = [
  'Can you segment the {x} in this image?',
  'Please segment {x} in this image.',
  'Could you provide a segmentation mask for the {x} in this image?',
  'Please identify and segment the {x} in this image.',
  'Can you highlight the {x} in this image with a segmentation mask?',
];

/** What LISA, GLaMM and MGLMM answer to these where answers have no tags: the phrase is the question's. */
export const SEGMENT_ANSWERS: readonly [string, ...string[]] = [
  'It is [SEG].',
  'Sure, [SEG].',
  'Sure, it is [SEG].',
  'Sure, the segmentation result is [SEG].',
  '[SEG].',
];

/** The paper's own, C.1. */
export const PAPER_SEGMENT_QUESTION = 'Can you segment the {x} in this image?';

/** For several things, which take the place of `{x}` as a list. The paper's, C.1. */
export const LIST_QUESTION = 'Please segment the {x} in this image.';

/** The paper's, C.3. */
export const PANOPTIC_QUESTION = 'Can you segment all the objects in this image?';

const INTERLEAVED = 'Please respond with interleaved segmentation masks for the corresponding parts of the answer.';

/** For a caption whose phrases have masks. */
export const GCG_QUESTIONS: readonly [string, ...string[]] = [
  `Could you please give me a detailed description of the image? ${INTERLEAVED}`,
  `Can you provide a thorough description of this image? Please output with interleaved segmentation masks for the corresponding phrases.`,
  `Please describe in detail the contents of the image. ${INTERLEAVED}`,
  `Could you give a comprehensive explanation of what can be found within this picture? Please output with interleaved segmentation masks for the corresponding phrases.`,
  `Could you give me an elaborate explanation of this picture? ${INTERLEAVED}`,
  `Could you provide me with a detailed analysis of this photo? Please output with interleaved segmentation masks for the corresponding parts of the answer.`,
];

/** For the root caption of MGSCData. */
export const MGSC_ROOT_QUESTION = `Please provide a detailed description of all the objects present in this image in a comprehensive format. ${INTERLEAVED}`;

/** For the caption of one object and its parts, `{x}`. */
export const MGSC_SUBTREE_QUESTION = `Can you provide a detailed description in a comprehensive format for {x} in the image. ${INTERLEAVED}`;

/** Behind a question that is a sentence of its own, `{x}`. */
export const REASONING_QUESTIONS: readonly [string, ...string[]] = [
  '{x} Please respond with segmentation mask.',
  '{x} Please output segmentation mask.',
  '{x} Provide the segmentation mask.',
  '{x} Output the segmentation mask.',
  '{x} Please show the segmentation mask.',
  "{x} I'd appreciate segmentation masks.",
  '{x} Please highlight the segmentation mask.',
];

/** Behind a question whose answer is explained, `{x}`. */
export const EXPLAIN_QUESTIONS: readonly [string, ...string[]] = [
  '{x} Please output segmentation mask and explain why.',
  '{x} Please output segmentation mask and explain the reason.',
  '{x} Please output segmentation mask and give some explanation.',
];

/** For a caption without masks. */
export const CAPTION_QUESTIONS: readonly [string, ...string[]] = [
  'Could you please give me a detailed description of the image?',
  'Can you provide a thorough description of this image?',
  'Please describe in detail the contents of the image.',
];

/** For what a box or mask marks. */
export const REGION_QUESTIONS: readonly [string, ...string[]] = [
  'Can you describe the marked region of this image?',
  'What can you tell me about the marked region of this image?',
  'Please describe what the marked region shows.',
];

/** A question with what it is about. */
export function ask(question: string, about: string): string {
  const at = question.indexOf('{x}');
  if (at < 0) return question;
  // "the the lady": most expressions have an article of their own.
  const repeats =
    question.slice(0, at).endsWith(' the ') &&
    /^(?:the|an?|any|some|this|that|these|those|my|his|her|their|all|both|each|every) /i.test(about);
  return question.slice(0, repeats ? at - 'the '.length : at) + about + question.slice(at + '{x}'.length);
}

/** A question without the sentence that asks for a mask. */
export function bareQuestion(question: string): string {
  const suffix = REASONING_QUESTIONS.map((each) => each.slice('{x}'.length)).find((each) => question.endsWith(each));
  return suffix === undefined ? question : question.slice(0, -suffix.length);
}

/** What a question of `SEGMENT_QUESTIONS` asks for, with or without its last sign; `undefined` for another question. */
export function askedFor(question: string): string | undefined {
  const asked = withoutEnd(question);
  for (const each of SEGMENT_QUESTIONS) {
    const [before = '', after = ''] = withoutEnd(each).split('{x}');
    if (!asked.endsWith(after)) continue;
    // `ask` leaves the article out before things that have their own.
    for (const start of [before, before.replace(/ the $/, ' ')]) {
      if (asked.length > start.length + after.length && asked.startsWith(start))
        return asked.slice(start.length, asked.length - after.length).trim() || undefined;
    }
  }
  return undefined;
}

function withoutEnd(question: string): string {
  const bare = question.trim();
  return bare.endsWith('.') || bare.endsWith('?') ? bare.slice(0, -1) : bare;
}

/** A question for one referent, by chance. */
export function segmentQuestion(about: string, random: Random): string {
  return ask(random.pick(SEGMENT_QUESTIONS), about);
}

/** The paper's question for several referents, in the order given. */
export function listQuestion(referents: readonly string[]): string {
  return ask(LIST_QUESTION, joinList(referents));
}
