/** The sentences that the official datasets and the paper use, as pieces to fill in. */
import { groundedPhrase, joinList, type ListStyle, negativeClause, withoutArticle } from '../../text/compose.ts';
import type { Piece } from './proposal.ts';

export interface Template {
  readonly pieces: readonly Piece[];
  readonly detail: string;
}

/** A phrase with its tags whose words are selected; paper, supplement C.1. */
export function emptyPhrase(stop: number, words: string): readonly Piece[] {
  return ['<p> ', { stop, text: words }, ' </p> [SEG]'];
}

/** `Sure, …` for the referents that are there and `But …` for those that are not; paper, supplement C.1. */
export function positivesAndNegatives(
  positives: readonly string[],
  negatives: readonly string[],
  style: ListStyle,
): string {
  if (positives.length === 0) return denial(negatives, false, style);
  const sure = `Sure,${positives.length === 1 ? ' it is' : ''} ${joinList(positives.map(groundedPhrase), style)}.`;
  return negatives.length === 0 ? sure : `${sure} ${denial(negatives, true, style)}`;
}

export function denial(referents: readonly string[], afterPositives: boolean, style: ListStyle): string {
  return negativeClause(referents.map(withoutArticle), { afterPositives, style });
}

/** The answer to "all the objects"; MGLMM numbers what is there several times: `person-1`, `person-2`. */
export function everything(labels: readonly string[], style: ListStyle): string {
  return `Sure, the image contains ${joinList(numbered(labels).map(groundedPhrase), style)}.`;
}

function numbered(labels: readonly string[]): readonly string[] {
  const total = new Map<string, number>();
  for (const label of labels) total.set(label, (total.get(label) ?? 0) + 1);
  const seen = new Map<string, number>();
  return labels.map((label) => {
    if (total.get(label) === 1) return label;
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return `${label}-${count}`;
  });
}

/** Other answers to a question for one thing, as LISA and MGLMM write them. */
export const SINGLE_ANSWERS: readonly (readonly [string, string])[] = [
  ['Sure, it is ', '.'],
  ['Sure, the segmentation result is ', '.'],
  ['It is ', '.'],
];

/** Questions for one thing or a list; the object goes between the two halves. */
const SEGMENTATION: readonly (readonly [string, string])[] = [
  ['Can you segment the ', ' in this image.'],
  ['Please segment the ', ' in this image.'],
  ['Could you provide a segmentation mask for the ', ' in this image?'],
  ['Please identify and segment the ', ' in this image.'],
  ['What is ', ' in this image? Please respond with segmentation mask.'],
  ['Where is the ', ' in this picture? Please respond with a segmentation mask.'],
  ['Can you highlight the ', ' in this image with a segmentation mask?'],
];

const INTERLEAVED = 'Please respond with interleaved segmentation masks for the corresponding parts of the answer.';
const DESCRIPTIONS: readonly string[] = [
  'Could you please give me a detailed description of the image?',
  'Can you provide a thorough description of this image?',
  'Please describe in detail the contents of the image.',
  'Could you give a comprehensive explanation of what can be found within this picture?',
  'Could you give me an elaborate explanation of this picture?',
  'Could you provide me with a detailed analysis of this photo?',
];
const ROOT =
  'Please provide a detailed description of all the objects present in this image in a comprehensive format.';
const EVERYTHING = 'Can you segment all the objects in this image?';

/** What turns a free question into one for masks. */
export const MASK_REQUESTS: readonly string[] = [
  'Please respond with segmentation mask.',
  'Please output segmentation mask.',
  'Please output segmentation mask and explain why.',
];

/** The questions of a task, the usual one first; of a record without a task those of all tasks. */
export function questionTemplates(
  task: string | undefined,
  objects: readonly string[],
  target: string | undefined,
  style: ListStyle,
): readonly Template[] {
  const object: Piece = { stop: 1, text: objects.length === 0 ? 'object' : joinList(objects, style) };
  const template = (detail: string, ...pieces: readonly Piece[]): Template => ({ detail, pieces });
  const segmentation = SEGMENTATION.map(([before, after]) => template('segmentation', before, object, after));
  const descriptions = DESCRIPTIONS.map((stem) => template('description with masks', `${stem} ${INTERLEAVED}`));
  const all = [template('panoptic', EVERYTHING)];
  const subtree: Piece = target === undefined ? { stop: 1, text: 'phrase' } : target;
  const granular = [
    template('whole image', `${ROOT} ${INTERLEAVED}`),
    template(
      'one phrase of the root',
      'Can you provide a detailed description in a comprehensive format for ',
      subtree,
      ` in the image. ${INTERLEAVED}`,
    ),
  ];
  const reasoning = MASK_REQUESTS.map((request) =>
    template('reasoning', { stop: 1, text: 'question' }, `? ${request}`),
  );
  switch (task) {
    case 'semantic':
    case 'referring':
      return segmentation;
    case 'reasoning':
      return reasoning;
    case 'panoptic':
      return all;
    case 'gcg':
      return descriptions;
    case 'mgsc':
      return target === undefined ? granular : [...granular].reverse();
    case 'region':
      return [template('region', 'Could you describe the ', object, ' in the image in detail?')];
    default:
      return [...segmentation, ...all, ...descriptions, ...reasoning, ...granular];
  }
}
