/** GSVA's answers: a list of referents, each with `[SEG]` where it is there and `[REJ]` where it is not. */

import { withoutArticle } from '../../text/compose.ts';
import { referringAnswer } from '../newRecord.ts';

export interface GsvaReferent {
  readonly text: string;
  readonly isThere: boolean;
}

/** How an answer begins, the longest first. */
const LEADS = ['the segmentation results are', 'sure, they are', 'sure, it is', 'sure,', 'they are', 'it is'];
/** What may stand around a referent: "the mask of dog is [SEG]". */
const FRAMES = ['the mask of ', 'the segmentation of ', 'the referred '];

/** The referents of an answer in its order; `undefined` where it is no such list. */
export function gsvaReferents(answer: string): readonly GsvaReferent[] | undefined {
  const pieces = answer.split(/\[(SEG|REJ)\]/);
  if (pieces.length < 3 || !['', '.'].includes(pieces[pieces.length - 1]!.trim())) return undefined;
  const referents: GsvaReferent[] = [];
  for (let i = 0; i + 1 < pieces.length; i += 2) {
    const text = referentIn(i === 0 ? withoutLead(pieces[i]!) : withoutJoint(pieces[i]!));
    if (text === '') return undefined;
    referents.push({ text, isThere: pieces[i + 1] === 'SEG' });
  }
  return referents;
}

/** A list in GSVA's words. */
export function gsvaAnswer(referents: readonly GsvaReferent[]): string {
  return `Sure, ${referents.map(({ text, isThere }) => `${text}:${isThere ? '[SEG]' : '[REJ]'}`).join(', ')}.`;
}

/** A list in the words of USCDF. */
export function uscdfAnswer(referents: readonly GsvaReferent[]): string {
  const texts = (isThere: boolean) => referents.filter((each) => each.isThere === isThere).map(({ text }) => text);
  return referringAnswer(texts(true), texts(false).map(withoutArticle));
}

function withoutLead(text: string): string {
  const start = text.trimStart();
  const lead = LEADS.find((each) => start.toLowerCase().startsWith(each));
  return lead === undefined ? start : start.slice(lead.length);
}

/** Without the comma, and the "and", that join it to the one before. */
function withoutJoint(text: string): string {
  return text.replace(/^\s*,?\s*(?:and\s)?/i, '');
}

function referentIn(text: string): string {
  const bare = text
    .replace(/<\/?p>/g, '')
    .trim()
    .replace(/\s?:$/, '');
  const frame = FRAMES.find((each) => bare.toLowerCase().startsWith(each));
  if (frame !== undefined && bare.endsWith(' is')) return bare.slice(frame.length, -' is'.length).trim();
  return bare.replace(/ (?:is|are)$/, '').trim();
}
