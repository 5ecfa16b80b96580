/** Answers whose `[SEG]` have no phrases, as LISA's and PixelLM's: the words they belong to are in the question. */
import { parseAnswer } from '../../text/answer.ts';
import { groundedPhrase, withoutArticle } from '../../text/compose.ts';
import { otherReadings, questionList } from '../../text/questions.ts';
import { referringAnswer } from '../newRecord.ts';

const SEG = '[SEG]';
/** The words of the templates, besides the referents. */
const TEMPLATE_WORDS = new Set('sure it is are they the segmentation result results of and separately here'.split(' '));

/**
 * The answer with a phrase before each `[SEG]`, as far as the question's referents tell; an answer that has them all already, or
 * whose question lists nothing, stays as it is.
 */
export function groundBare(question: string, answer: string): string {
  if (parseAnswer(answer).segs.every(({ phrase }) => phrase !== undefined)) return answer;
  const readings = readingsOf(question);
  const pieces = answer.split(SEG);
  if (CONTAINS.test(answer)) return byItem(pieces) ?? answer;
  const byTemplate = () => templateAnswer(readings, pieces);
  // "dog and cat are [SEG] and [SEG]": the masks are in the order of the names.
  if (pieces.length > 2 && pieces.slice(1, -1).every(isJoint)) return byTemplate() ?? answer;
  const grounded = byName(readings, pieces);
  return grounded === answer ? (byTemplate() ?? answer) : grounded;
}

function readingsOf(question: string): readonly (readonly string[])[] {
  const list = questionList(question);
  if (list === undefined) return [];
  return [list.items, ...otherReadings(question, list)].map((items) => items.map(({ text }) => text));
}

/** The canonical answer, where this one says nothing but the names and the words of a template. */
function templateAnswer(readings: readonly (readonly string[])[], pieces: readonly string[]): string | undefined {
  const referents = readings.find(({ length }) => length === pieces.length - 1);
  if (referents === undefined) return undefined;
  let rest = pieces.join(' ').toLowerCase();
  for (const referent of referents) rest = rest.replaceAll(referent.toLowerCase(), ' ');
  const words = rest.split(/[^\p{L}\p{N}'<>/]+/u).filter((word) => word !== '');
  return words.every((word) => TEMPLATE_WORDS.has(word)) ? referringAnswer(referents, []) : undefined;
}

/** Tags around each name that stands right before a `[SEG]`: "dog [SEG]", "dog is [SEG]", "dog: [SEG]". */
function byName(readings: readonly (readonly string[])[], pieces: readonly string[]): string {
  const asked = readings.flat();
  const names = [...new Set([...asked, ...asked.map(withoutArticle)])].sort((a, b) => b.length - a.length);
  let text = '';
  for (const [i, piece] of pieces.entries()) {
    if (i === pieces.length - 1) return text + piece;
    const before = piece.replace(/(?:\s(?:is|are)|\s?:)?\s?$/i, '');
    const name = names.find((each) => endsWithWords(before, each));
    if (name === undefined) text += piece + SEG;
    else {
      const start = before.length - name.length;
      text += piece.slice(0, start) + groundedPhrase(before.slice(start));
    }
  }
  return text;
}

/** How a panoptic answer begins; its question names nothing. */
const CONTAINS = /^(?:sure,\s*)?the image contains\s+/i;

/** Tags around each item of a panoptic list: "the image contains dog [SEG], cat [SEG], and tree [SEG]." */
function byItem(pieces: readonly string[]): string | undefined {
  let text = '';
  for (const [i, piece] of pieces.entries()) {
    if (i === pieces.length - 1) return text + piece;
    const lead = (i === 0 ? CONTAINS : /^\s*,?\s*(?:and\s+)?/i).exec(piece)?.[0] ?? '';
    const item = piece.slice(lead.length).trim();
    if (item === '' || /[.!?[\]<>]/.test(item)) return undefined;
    text += lead + groundedPhrase(item);
  }
  return text;
}

/** What joins the items of a list. */
function isJoint(text: string): boolean {
  const word = text.replaceAll(',', ' ').trim();
  return word === '' || word === 'and';
}

function endsWithWords(text: string, words: string): boolean {
  const start = text.length - words.length;
  if (start < 0 || text.slice(start).toLowerCase() !== words.toLowerCase()) return false;
  return start === 0 || /[\s,:]/.test(text[start - 1]!);
}
